// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/quantize/partial_run.h"

#include "core/quant/lowering/lowering.h"

#include <algorithm>
#include <utility>

namespace tandem::quant {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

} // namespace

train::GraphPart partFor(const nn::Graph& graph, const std::vector<bool>& isKnown,
                         const std::vector<nn::ValueId>& outputs) {
    train::GraphPart part{{}, {}, outputs};
    std::vector<bool> isWanted(graph.values.size(), false), isEntering(graph.values.size(), false);
    const auto want = [&](nn::ValueId value) {
        if (value == nn::kNoValue || graph.value(value).constant) {
            return;
        }
        if (!isKnown[at(value)]) {
            isWanted[at(value)] = true;
        } else if (!isEntering[at(value)]) {
            isEntering[at(value)] = true;
            part.inputs.push_back(value);
        }
    };
    std::ranges::for_each(outputs, want);
    for (std::size_t i = graph.nodes.size(); i-- > 0;) {
        const nn::Node& node = graph.nodes[i];
        const bool isNeeded = std::ranges::any_of(
            node.outputs, [&](nn::ValueId value) { return value != nn::kNoValue && isWanted[at(value)]; });
        if (isNeeded) {
            part.nodes.push_back(static_cast<nn::NodeId>(i));
            std::ranges::for_each(node.inputs, want);
        }
    }
    std::ranges::reverse(part.nodes);
    return part;
}

PartialRun::PartialRun(const nn::Graph& graph, const std::vector<bool>& isKnown,
                       std::vector<nn::ValueId> outputs, std::size_t batch, std::stop_token cancel)
    : outputs_(std::move(outputs)) {
    std::vector<nn::ValueId> computed;
    for (const nn::ValueId output : outputs_) {
        isComputed_.push_back(!isKnown[at(output)]);
        if (isComputed_.back()) {
            computed.push_back(output);
        }
    }
    train::GraphPart part = partFor(graph, isKnown, computed);
    nodeCount_ = part.nodes.size();
    entering_ = part.inputs;
    if (computed.empty()) {
        return;
    }
    if (batch == 1) {
        part_.emplace(graph, std::move(part), std::move(cancel));
    } else {
        part_.emplace(subgraph(graph, part.nodes, part.inputs, computed), static_cast<int>(batch),
                      std::move(cancel));
    }
}

std::vector<nn::Tensor> PartialRun::run(const Known& known) {
    std::vector<nn::Tensor> given, made;
    if (part_) {
        std::ranges::transform(entering_, std::back_inserter(given), known);
        made = part_->run(given);
    }
    std::vector<nn::Tensor> results;
    for (std::size_t i = 0, next = 0; i < outputs_.size(); ++i) {
        results.push_back(isComputed_[i] ? std::move(made[next++]) : known(outputs_[i]));
    }
    return results;
}

} // namespace tandem::quant
