// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/kernels/kernels.h"
#include "core/nn/passes/edit.h"
#include "core/nn/passes/passes.h"

namespace tandem::nn::passes {

namespace {

/// The elements of a node's outputs when all of its inputs are constants.
std::optional<std::vector<Tensor>> folded(const Graph& graph, const Node& node) {
    std::vector<const Tensor*> inputs;
    std::vector<TensorType> inputTypes, outputs;
    for (const ValueId input : node.inputs) {
        const Tensor* constant = constantOf(graph, input);
        if (constant == nullptr && input != kNoValue) {
            return std::nullopt;
        }
        inputs.push_back(constant);
        inputTypes.push_back(constant == nullptr ? TensorType{}
                                                 : TensorType{constant->type, constant->shape});
    }
    for (const ValueId output : node.outputs) {
        outputs.push_back({graph.value(output).type, graph.value(output).shape});
    }
    if (!kernels::isFoldable(node.op, inputTypes, outputs)) {
        return std::nullopt;
    }
    return kernels::evaluate(node.op, inputs, outputs);
}

/// The precision of moved constants: one scale holds wherever they go, one per slice turns with its axis.
std::optional<Quantization> movedQuantization(const Graph& graph, const Node& node) {
    const auto* transpose = std::get_if<Transpose>(&node.op);
    if (transpose == nullptr && !std::holds_alternative<Reshape>(node.op)) {
        return std::nullopt;
    }
    std::optional<Quantization> quantization = graph.value(node.inputs[0]).quantization;
    if (quantization && quantization->scales.size() > 1) {
        if (transpose == nullptr) {
            return std::nullopt;
        }
        const auto place = std::ranges::find(transpose->permutation, quantization->axis);
        quantization->axis = static_cast<int>(place - transpose->permutation.begin());
    }
    return quantization;
}

} // namespace

bool foldConstants(Graph& graph) {
    std::vector<bool> gone(graph.nodes.size(), false);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        auto results = folded(graph, graph.nodes[i]);
        if (!results) {
            continue;
        }
        if (auto quantization = movedQuantization(graph, graph.nodes[i])) {
            graph.value(graph.nodes[i].outputs[0]).quantization = std::move(quantization);
        }
        for (std::size_t k = 0; k < results->size(); ++k) {
            graph.value(graph.nodes[i].outputs[k]).constant = std::move((*results)[k]);
        }
        gone[i] = true;
    }
    eraseNodes(graph, gone);
    return std::ranges::find(gone, true) != gone.end();
}

} // namespace tandem::nn::passes
