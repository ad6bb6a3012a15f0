// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/graph.h"
#include "core/nn/network_size.h"

namespace tandem::nn {

namespace {

/// Whether a value holds weights: a constant, or a constant behind a quantizer.
bool isParameter(const Graph& graph, ValueId id) {
    if (id == kNoValue) {
        return false;
    }
    if (graph.value(id).constant) {
        return true;
    }
    return std::ranges::any_of(graph.nodes, [&](const Node& node) {
        return isQuantizer(node.op) && node.outputs.at(0) == id &&
               graph.value(node.inputs.at(0)).constant.has_value();
    });
}

/// The inputs of a node that training would change.
std::pair<std::size_t, std::size_t> trainedInputs(const Operator& op) {
    if (std::holds_alternative<Binary>(op)) {
        return {0, 2};
    }
    if (std::holds_alternative<Convolution>(op) || std::holds_alternative<TransposedConvolution>(op) ||
        std::holds_alternative<Linear>(op) || std::holds_alternative<BatchNormalization>(op)) {
        return {1, 3};
    }
    if (std::holds_alternative<MatrixProduct>(op) || std::holds_alternative<Gemm>(op)) {
        return {0, 3};
    }
    if (std::holds_alternative<ParametricRelu>(op)) {
        return {1, 2};
    }
    return {0, 0};
}

} // namespace

std::int64_t multiplyAccumulates(const Operator& op, std::span<const TensorType> inputs,
                                 const Shape& output) {
    const auto shapeOf = [&](std::size_t input) -> const Shape& { return inputs[input].shape; };
    if (std::holds_alternative<Convolution>(op)) {
        const Shape& weights = shapeOf(1);
        return elementCount(output) * weights[1] * weights[2] * weights[3];
    }
    if (std::holds_alternative<TransposedConvolution>(op)) {
        const Shape& weights = shapeOf(1);
        return elementCount(shapeOf(0)) * weights[1] * weights[2] * weights[3];
    }
    if (std::holds_alternative<Linear>(op)) {
        return elementCount(output) * shapeOf(1)[1];
    }
    if (std::holds_alternative<MatrixProduct>(op)) {
        return elementCount(output) * shapeOf(0).back();
    }
    if (const auto* gemm = std::get_if<Gemm>(&op)) {
        return elementCount(output) * shapeOf(0)[gemm->transposeA ? 0 : 1];
    }
    return 0;
}

std::int64_t multiplyAccumulates(const Graph& graph, const Node& node) {
    std::vector<TensorType> inputs;
    for (const ValueId input : node.inputs) {
        const Value* value = input == kNoValue ? nullptr : &graph.value(input);
        inputs.push_back(value == nullptr ? TensorType{} : TensorType{value->type, value->shape});
    }
    return multiplyAccumulates(node.op, inputs, graph.value(node.outputs.at(0)).shape);
}

std::int64_t parameterCount(const Graph& graph, const Node& node) {
    const auto [first, last] = trainedInputs(node.op);
    std::int64_t count = 0;
    for (std::size_t i = first; i < std::min(last, node.inputs.size()); ++i) {
        if (isParameter(graph, node.inputs[i])) {
            count += elementCount(graph.value(node.inputs[i]).shape);
        }
    }
    return count;
}

NetworkSize sizeOf(const Graph& graph) {
    NetworkSize size;
    for (const Node& node : graph.nodes) {
        size.parameters += parameterCount(graph, node);
        size.operations += multiplyAccumulates(graph, node);
    }
    return size;
}

} // namespace tandem::nn
