// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/lowering/lowering.h"

#include <algorithm>
#include <iterator>

namespace tandem::quant {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

} // namespace

nn::Graph subgraph(const nn::Graph& graph, const std::vector<nn::NodeId>& nodes,
                   const std::vector<nn::ValueId>& inputs, const std::vector<nn::ValueId>& outputs) {
    nn::Graph part;
    part.name = graph.name;
    std::vector<nn::ValueId> moved(graph.values.size(), nn::kNoValue);
    const auto move = [&](nn::ValueId value) {
        if (value == nn::kNoValue) {
            return nn::kNoValue;
        }
        nn::ValueId& to = moved[at(value)];
        if (to == nn::kNoValue) {
            to = part.addValue(graph.value(value));
        }
        return to;
    };
    const auto moveAll = [&](const std::vector<nn::ValueId>& values) {
        std::vector<nn::ValueId> result;
        std::ranges::transform(values, std::back_inserter(result), move);
        return result;
    };
    part.inputs = moveAll(inputs);
    for (const nn::NodeId id : nodes) {
        nn::Node node = graph.node(id);
        node.inputs = moveAll(node.inputs);
        node.outputs = moveAll(node.outputs);
        part.nodes.push_back(std::move(node));
    }
    part.outputs = moveAll(outputs);
    return part;
}

} // namespace tandem::quant
