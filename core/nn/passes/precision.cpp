// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/passes/precision.h"

#include "core/nn/passes/edit.h"

namespace tandem::nn::passes {

namespace {

/// Whether the stored range starts at zero, so that quantizing clamps what is negative.
bool clampsNegatives(const Quantization& quantization) {
    const double low = IntegerFormat{quantization.bits, quantization.isSigned, quantization.isNarrow}.low();
    return std::ranges::all_of(quantization.zeroPoints,
                               [&](std::int64_t zero) { return static_cast<double>(zero) == low; });
}

/// Whether the value is a graph input, or one whose elements were only moved.
bool isInputMoved(const Wiring& wiring, ValueId id) {
    const Node* node = wiring.producer(id);
    while (node != nullptr && movesElements(node->op) && !std::holds_alternative<Pool>(node->op)) {
        id = node->inputs[0];
        node = wiring.producer(id);
    }
    return node == nullptr;
}

} // namespace

bool movesElements(const Operator& op) {
    const auto* pool = std::get_if<Pool>(&op);
    return std::holds_alternative<Reshape>(op) || std::holds_alternative<Transpose>(op) ||
           std::holds_alternative<Slice>(op) || std::holds_alternative<Split>(op) ||
           std::holds_alternative<Gather>(op) || std::holds_alternative<Identity>(op) ||
           (pool != nullptr && pool->kind == PoolKind::Maximum);
}

void replaceByPrecision(Graph& graph, std::size_t index, const Quantization& quantization) {
    Node& node = graph.nodes[index];
    const ValueId input = node.inputs[0], output = node.outputs[0];
    const Wiring wiring(graph);
    // An input is expected in the range that the model quantizes it to; nothing in front of it could clamp.
    if (clampsNegatives(quantization) && !isInputMoved(wiring, input) && !isNonNegative(wiring, input)) {
        node = {node.name, node.sourceOperator, Activation{}, {input}, {output}};
        graph.value(output).quantization = quantization;
        return;
    }
    graph.value(input).quantization = quantization;
    replaceUses(graph, output, input);
    std::vector<bool> gone(graph.nodes.size(), false);
    gone[index] = true;
    eraseNodes(graph, gone);
}

} // namespace tandem::nn::passes
