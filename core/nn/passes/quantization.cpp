// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/kernels/kernels.h"
#include "core/nn/passes/edit.h"
#include "core/nn/passes/passes.h"
#include "core/nn/passes/precision.h"

namespace tandem::nn::passes {

namespace {

std::optional<IntegerFormat> formatOf(ElementType type) {
    switch (type) {
    case ElementType::Int8:
        return IntegerFormat{8, true};
    case ElementType::UInt8:
        return IntegerFormat{8, false};
    case ElementType::Int16:
        return IntegerFormat{16, true};
    case ElementType::UInt16:
        return IntegerFormat{16, false};
    case ElementType::Int32:
        return IntegerFormat{32, true};
    default:
        return std::nullopt;
    }
}

/// What the scale and zero point of a Quantize or Dequantize node say; nothing when they are not constant.
std::optional<Quantization> quantizationOf(const Graph& graph, const Node& node, int axis, ElementType type) {
    const Tensor* scale = constantOf(graph, node.inputs.at(1));
    const auto format = formatOf(type);
    if (scale == nullptr || !format) {
        return std::nullopt;
    }
    Quantization result{format->bits, format->isSigned, scale->floats(), {}, axis};
    result.zeroPoints.assign(result.scales.size(), 0);
    if (node.inputs.size() > 2 && node.inputs[2] != kNoValue) {
        const Tensor* zero = constantOf(graph, node.inputs[2]);
        if (zero == nullptr) {
            return std::nullopt;
        }
        result.zeroPoints = zero->integers();
    }
    return result;
}

/// Constants behind Dequantize: float constants that carry their precision.
bool foldWeights(Graph& graph) {
    std::vector<bool> gone(graph.nodes.size(), false);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const Node& node = graph.nodes[i];
        const auto* op = std::get_if<Dequantize>(&node.op);
        const Tensor* stored = op != nullptr ? constantOf(graph, node.inputs[0]) : nullptr;
        auto quantization =
            stored != nullptr ? quantizationOf(graph, node, op->axis, stored->type) : std::nullopt;
        if (!quantization) {
            continue;
        }
        std::vector<const Tensor*> inputs;
        for (const ValueId input : node.inputs) {
            inputs.push_back(constantOf(graph, input));
        }
        const TensorType type{ElementType::Float32, stored->shape};
        Value& value = graph.value(node.outputs[0]);
        value.constant = std::move(kernels::evaluate(node.op, inputs, {&type, 1}).front());
        value.quantization = std::move(quantization);
        gone[i] = true;
    }
    eraseNodes(graph, gone);
    return std::ranges::find(gone, true) != gone.end();
}

/// Follows the integers that a Quantize makes to where they end: values that move them on, and Dequantize
/// nodes. False when anything else reads them.
bool traceIntegers(const Graph& graph, const std::vector<std::vector<NodeId>>& readers, ValueId start,
                   const Quantization& quantization, std::vector<ValueId>& moved, std::vector<NodeId>& ends) {
    moved = {start};
    for (std::size_t at = 0; at < moved.size(); ++at) {
        const ValueId id = moved[at];
        if (std::ranges::find(graph.outputs, id) != graph.outputs.end()) {
            return false;
        }
        for (const NodeId reader : readers[static_cast<std::size_t>(id)]) {
            const Node& node = graph.node(reader);
            if (const auto* op = std::get_if<Dequantize>(&node.op)) {
                const auto found = quantizationOf(graph, node, op->axis, graph.value(id).type);
                if (!found || found->scales != quantization.scales ||
                    found->zeroPoints != quantization.zeroPoints) {
                    return false;
                }
                ends.push_back(reader);
            } else if (movesElements(node.op) && node.outputs.size() == 1) {
                moved.push_back(node.outputs[0]);
            } else if (movesElements(node.op) && std::holds_alternative<Split>(node.op)) {
                moved.insert(moved.end(), node.outputs.begin(), node.outputs.end());
            } else {
                return false;
            }
        }
    }
    return !ends.empty();
}

/// Folds the Quantize node `index` and the Dequantize nodes its integers reach.
bool foldActivation(Graph& graph, std::size_t index) {
    const Node quantize = graph.nodes[index];
    const int axis = std::get<Quantize>(quantize.op).axis;
    auto quantization = quantizationOf(graph, quantize, axis, graph.value(quantize.outputs[0]).type);
    std::vector<ValueId> moved;
    std::vector<NodeId> ends;
    if (!quantization || quantization->scales.size() != 1 ||
        !traceIntegers(graph, graph.consumers(), quantize.outputs[0], *quantization, moved, ends)) {
        return false;
    }
    for (const ValueId id : moved) {
        graph.value(id).type = ElementType::Float32;
        graph.value(id).quantization = quantization;
    }
    std::vector<bool> gone(graph.nodes.size(), false);
    for (const NodeId end : ends) {
        const Node& node = graph.node(end);
        replaceUses(graph, node.outputs[0], node.inputs[0]);
        gone[static_cast<std::size_t>(end)] = true;
    }
    eraseNodes(graph, gone);
    replaceByPrecision(graph, index, *quantization);
    return true;
}

} // namespace

bool foldQuantization(Graph& graph) {
    bool changed = foldWeights(graph);
    for (std::size_t i = 0; i < graph.nodes.size();) {
        const std::size_t before = graph.nodes.size();
        if (std::holds_alternative<Quantize>(graph.nodes[i].op) && foldActivation(graph, i)) {
            changed = true;
            i = before == graph.nodes.size() ? i + 1 : 0;
        } else {
            ++i;
        }
    }
    return changed;
}

} // namespace tandem::nn::passes
