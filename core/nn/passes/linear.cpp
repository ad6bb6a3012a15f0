// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/passes/edit.h"
#include "core/nn/passes/passes.h"

namespace tandem::nn::passes {

namespace {

/// A constant that is the same for every row of a [N,O] matrix, as O values.
std::optional<std::vector<float>> rowVector(const Tensor& tensor, std::int64_t columns) {
    if (!isFloat(tensor.type)) {
        return std::nullopt;
    }
    if (elementCount(tensor.shape) == 1 && tensor.shape.size() <= 2) {
        return std::vector<float>(static_cast<std::size_t>(columns), tensor.floats()[0]);
    }
    if (tensor.shape == Shape{columns} || tensor.shape == Shape{1, columns}) {
        return tensor.floats();
    }
    return std::nullopt;
}

/// The weights as [O,I], scaled.
ValueId linearWeights(Graph& graph, ValueId weights, bool isTransposed, float scale) {
    const Tensor& from = *graph.value(weights).constant;
    if (isTransposed && scale == 1.0F) {
        return weights;
    }
    const std::int64_t rows = from.shape[isTransposed ? 0 : 1];
    const std::int64_t columns = from.shape[isTransposed ? 1 : 0];
    Tensor to = Tensor::zeros(ElementType::Float32, {rows, columns});
    for (std::int64_t o = 0; o < rows; ++o) {
        for (std::int64_t i = 0; i < columns; ++i) {
            const std::int64_t at = isTransposed ? o * columns + i : i * rows + o;
            to.floats()[static_cast<std::size_t>(o * columns + i)] =
                scale * from.floats()[static_cast<std::size_t>(at)];
        }
    }
    std::optional<Quantization> quantization = graph.value(weights).quantization;
    const ValueId result = graph.addConstant(graph.value(weights).name + "/rows", std::move(to));
    if (quantization && scale == 1.0F) {
        quantization->axis = 1 - quantization->axis;
        graph.value(result).quantization = std::move(quantization);
    }
    return result;
}

bool gemmToLinear(Graph& graph, Node& node) {
    const auto* gemm = std::get_if<Gemm>(&node.op);
    if (gemm == nullptr || gemm->transposeA || constantOf(graph, node.inputs[1]) == nullptr) {
        return false;
    }
    std::vector<ValueId> inputs{node.inputs[0]};
    const std::int64_t columns = graph.value(node.outputs[0]).shape[1];
    const ValueId offset = node.inputs.size() > 2 ? node.inputs[2] : kNoValue;
    ValueId bias = kNoValue;
    if (offset != kNoValue) {
        const Tensor* constant = constantOf(graph, offset);
        auto row = constant != nullptr ? rowVector(*constant, columns) : std::nullopt;
        if (!row) {
            return false;
        }
        bias = offset;
        if (gemm->beta != 1.0F || constant->shape != Shape{columns}) {
            std::ranges::transform(*row, row->begin(), [&](float x) { return gemm->beta * x; });
            bias = graph.addConstant(graph.value(offset).name + "/row",
                                     Tensor::ofFloats({columns}, std::move(*row)));
        }
    }
    inputs.push_back(linearWeights(graph, node.inputs[1], gemm->transposeB, gemm->alpha));
    if (bias != kNoValue) {
        inputs.push_back(bias);
    }
    node.op = Linear{};
    node.inputs = std::move(inputs);
    return true;
}

bool productToLinear(Graph& graph, Node& node) {
    if (!std::holds_alternative<MatrixProduct>(node.op) || graph.value(node.inputs[0]).shape.size() != 2) {
        return false;
    }
    const Tensor* weights = constantOf(graph, node.inputs[1]);
    if (weights == nullptr || weights->shape.size() != 2) {
        return false;
    }
    node.inputs[1] = linearWeights(graph, node.inputs[1], false, 1.0F);
    node.op = Linear{};
    return true;
}

/// Linear, then Add of a constant row: the row joins the bias. Returns whether `node` (the Add) is to go.
bool addToBias(Graph& graph, const Wiring& wiring, const Node& node) {
    const auto* binary = std::get_if<Binary>(&node.op);
    if (binary == nullptr || binary->kind != BinaryKind::Add) {
        return false;
    }
    for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
        const NodeId producer = wiring.soleProducer<Linear>(node.inputs[side]);
        const Tensor* added = constantOf(graph, node.inputs[1 - side]);
        if (producer < 0 || added == nullptr ||
            graph.value(node.outputs[0]).shape != graph.value(node.inputs[side]).shape) {
            continue;
        }
        Node& linear = graph.nodes[static_cast<std::size_t>(producer)];
        const std::int64_t columns = graph.value(node.outputs[0]).shape[1];
        auto row = rowVector(*added, columns);
        const bool hasBias = linear.inputs.size() > 2 && linear.inputs[2] != kNoValue;
        const Tensor* bias = hasBias ? constantOf(graph, linear.inputs[2]) : nullptr;
        if (!row || (hasBias && bias == nullptr)) {
            continue;
        }
        if (bias != nullptr) {
            std::ranges::transform(*row, bias->floats(), row->begin(), std::plus<>());
        }
        const ValueId joined = graph.addConstant(graph.value(node.inputs[1 - side]).name + "/bias",
                                                 Tensor::ofFloats({columns}, *row));
        linear.inputs.resize(3);
        linear.inputs[2] = joined;
        linear.outputs[0] = node.outputs[0];
        return true;
    }
    return false;
}

} // namespace

bool recogniseLinear(Graph& graph) {
    bool changed = false;
    for (Node& node : graph.nodes) {
        changed = gemmToLinear(graph, node) || productToLinear(graph, node) || changed;
    }
    // One look at the wiring does: a Linear that takes up an Add is not looked at again until the next call.
    const Wiring wiring(graph);
    std::vector<bool> gone(graph.nodes.size(), false);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        gone[i] = addToBias(graph, wiring, graph.nodes[i]);
    }
    eraseNodes(graph, gone);
    return std::ranges::find(gone, true) != gone.end() || changed;
}

} // namespace tandem::nn::passes
