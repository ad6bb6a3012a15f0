// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/accuracy/shared_prefix.h"

#include "core/quant/quantize/float_batches.h"
#include "core/quant/quantize/partial_run.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

namespace tandem::judge {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

bool sameOperator(const nn::Operator& a, const nn::Operator& b) {
    const auto* convolution = std::get_if<nn::Convolution>(&a);
    const auto* other = std::get_if<nn::Convolution>(&b);
    // What else a node does is in its inputs and in the shapes of its outputs.
    return a.index() == b.index() && (convolution == nullptr || (convolution->kernel == other->kernel &&
                                                                 convolution->padding == other->padding &&
                                                                 convolution->groups == other->groups));
}

bool sameConstant(const nn::Value& a, const nn::Value& b) {
    return a.constant && b.constant && a.constant->shape == b.constant->shape &&
           a.constant->data == b.constant->data;
}

std::vector<nn::ValueId> valuesOf(const std::vector<quant::TensorContent>& parts) {
    std::vector<nn::ValueId> values;
    std::ranges::transform(parts, std::back_inserter(values), &quant::TensorContent::value);
    return values;
}

std::vector<bool> known(const std::vector<nn::ValueId>& counterparts) {
    std::vector<bool> isKnown;
    std::ranges::transform(counterparts, std::back_inserter(isKnown),
                           [](nn::ValueId value) { return value != nn::kNoValue; });
    return isKnown;
}

} // namespace

SharedPrefix::SharedPrefix(const nn::Graph& graph, std::span<const nn::Tensor> inputs,
                           const std::stop_token& cancel)
    : graph_(&graph), count_(inputs.size()), values_(quant::BatchExecutor(graph, cancel).record(inputs)) {}

/// For every value of the changed network the one of the graph that holds the same, or kNoValue.
std::vector<nn::ValueId> SharedPrefix::counterparts(const nn::Graph& changed) const {
    std::unordered_map<std::string_view, nn::ValueId> named;
    const std::vector<nn::NodeId> producers = graph_->producers();
    for (std::size_t i = 0; i < graph_->values.size(); ++i) {
        const auto [known, isNew] = named.emplace(graph_->values[i].name, static_cast<nn::ValueId>(i));
        known->second = isNew ? known->second : nn::kNoValue; // a name of two says nothing
    }
    const auto namesake = [&](nn::ValueId value) {
        const auto found = named.find(changed.value(value).name);
        return found == named.end() ? nn::kNoValue : found->second;
    };
    std::vector<nn::ValueId> same(changed.values.size(), nn::kNoValue);
    for (std::size_t i = 0; i < changed.values.size(); ++i) {
        const nn::ValueId other = namesake(static_cast<nn::ValueId>(i));
        if (other != nn::kNoValue && sameConstant(changed.values[i], graph_->value(other))) {
            same[i] = other;
        }
    }
    for (const nn::ValueId input : changed.inputs) {
        same[at(input)] = namesake(input);
    }
    const auto sameNode = [&](const nn::Node& node, const nn::Node& other) {
        return sameOperator(node.op, other.op) &&
               std::ranges::equal(node.inputs, other.inputs, [&](nn::ValueId mine, nn::ValueId theirs) {
                   return mine == nn::kNoValue ? theirs == nn::kNoValue
                                               : theirs != nn::kNoValue && same[at(mine)] == theirs;
               });
    };
    for (const nn::Node& node : changed.nodes) {
        for (const nn::ValueId output : node.outputs) {
            const nn::ValueId other = output == nn::kNoValue ? nn::kNoValue : namesake(output);
            if (other != nn::kNoValue && producers[at(other)] >= 0 && values_[at(other)] &&
                changed.value(output).shape == graph_->value(other).shape &&
                sameNode(node, graph_->node(producers[at(other)]))) {
                same[at(output)] = other;
            }
        }
    }
    return same;
}

quant::Outputs SharedPrefix::outputsOf(const nn::Graph& changed, const quant::Lowering& lowering,
                                       const std::stop_token& cancel) const {
    const std::vector<nn::ValueId> same = counterparts(changed);
    const std::vector<quant::TensorContent> judged = quant::judgedContent(changed, lowering);
    quant::PartialRun run(changed, known(same), valuesOf(judged), count_, cancel);
    const std::vector<nn::Tensor> found =
        run.run([&](nn::ValueId value) -> const nn::Tensor& { return values_[at(same[at(value)])].value(); });
    return quant::judgedOutputs(lowering, judged, found, count_);
}

std::size_t SharedPrefix::nodesRun(const nn::Graph& changed, const quant::Lowering& lowering) const {
    return quant::PartialRun(changed, known(counterparts(changed)),
                             valuesOf(quant::judgedContent(changed, lowering)), count_)
        .nodeCount();
}

} // namespace tandem::judge
