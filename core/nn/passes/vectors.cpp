// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/passes/edit.h"
#include "core/nn/passes/passes.h"

namespace tandem::nn::passes {

namespace {

/// A longer line of cells would take more products to lay out than the layers beside it do.
constexpr std::int64_t kMostCells = 64;

/// Whether a fully connected layer computes the value, element-wise functions behind it aside.
bool comesFromLinear(const Graph& graph, const Wiring& wiring, ValueId id) {
    const Node* node = wiring.producer(id);
    while (node != nullptr && !std::holds_alternative<Linear>(node->op)) {
        const bool isFunction =
            std::holds_alternative<Activation>(node->op) ||
            std::holds_alternative<ParametricRelu>(node->op) ||
            (std::holds_alternative<Binary>(node->op) && constantOf(graph, node->inputs[1]) != nullptr);
        node = isFunction ? wiring.producer(node->inputs[0]) : nullptr;
    }
    return node != nullptr;
}

/// Whether a layer reads the value as a map. (What is moved on from there may become one that engines make.)
bool isReadAsMap(const Graph& graph, ValueId id) {
    return std::ranges::any_of(graph.nodes, [id](const Node& node) {
        const bool isLayer = std::holds_alternative<Convolution>(node.op) ||
                             std::holds_alternative<TransposedConvolution>(node.op) ||
                             std::holds_alternative<Pool>(node.op) ||
                             std::holds_alternative<GlobalPool>(node.op);
        return isLayer && std::ranges::find(node.inputs, id) != node.inputs.end();
    });
}

/// Filters that put element n of [1,C*H*W,1,1] at cell n % (H*W) of channel n / (H*W).
Tensor layout(const Shape& map) {
    const std::int64_t cells = map[2] * map[3], count = map[1] * cells;
    Tensor weights = Tensor::zeros(ElementType::Float32, {count, 1, map[2], map[3]});
    for (std::int64_t n = 0; n < count; ++n) {
        weights.floats()[static_cast<std::size_t>(n * cells + n % cells)] = 1.0F;
    }
    return weights;
}

/// The vector's reshape at `index`, if it is one that becomes a layer.
bool isLaidOut(const Graph& graph, const Wiring& wiring, std::size_t index) {
    const Node& node = graph.nodes[index];
    if (!std::holds_alternative<Reshape>(node.op)) {
        return false;
    }
    const Shape &from = graph.value(node.inputs[0]).shape, &to = graph.value(node.outputs[0]).shape;
    // Square maps are what depth to space makes.
    return from.size() == 2 && from[0] == 1 && to.size() == 4 && to[0] == 1 && to[2] != to[3] &&
           to[2] * to[3] <= kMostCells && comesFromLinear(graph, wiring, node.inputs[0]) &&
           isReadAsMap(graph, node.outputs[0]);
}

} // namespace

bool layOutVectors(Graph& graph) {
    bool changed = false;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        if (!isLaidOut(graph, Wiring(graph), i)) {
            continue;
        }
        const Node reshape = graph.nodes[i];
        const Shape map = graph.value(reshape.outputs[0]).shape;
        const ValueId source = reshape.inputs[0];
        const ValueId column = graph.addValue({freshName(graph, reshape.name + "/column"),
                                               ElementType::Float32,
                                               {1, elementCount(map), 1, 1},
                                               {},
                                               graph.value(source).quantization});
        const ValueId weights = graph.addConstant(freshName(graph, reshape.name + "/layout"), layout(map));
        const Extent cells{static_cast<int>(map[2]), static_cast<int>(map[3])};
        graph.nodes[i].name += "/column";
        graph.nodes[i].outputs = {column};
        const Node laidOut{reshape.name,
                           reshape.sourceOperator,
                           TransposedConvolution{cells, cells, {1, 1}, {}, {0, 0}, static_cast<int>(map[1])},
                           {column, weights},
                           reshape.outputs};
        graph.nodes.insert(graph.nodes.begin() + static_cast<std::ptrdiff_t>(i) + 1, laidOut);
        changed = true;
    }
    return changed;
}

} // namespace tandem::nn::passes
