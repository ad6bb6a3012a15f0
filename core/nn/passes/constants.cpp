// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/kernels/kernels.h"
#include "core/nn/passes/edit.h"
#include "core/nn/passes/passes.h"

namespace tandem::nn::passes {

namespace {

/// The elements of a node's outputs when all of its inputs are constants.
std::optional<std::vector<Tensor>> folded(const Graph& graph, const Node& node) {
    if (!kernels::supports(node.op) || std::holds_alternative<Quantize>(node.op) ||
        std::holds_alternative<Dequantize>(node.op)) {
        return std::nullopt;
    }
    std::vector<const Tensor*> inputs;
    for (const ValueId input : node.inputs) {
        inputs.push_back(constantOf(graph, input));
        if (inputs.back() == nullptr) {
            return std::nullopt;
        }
    }
    std::vector<TensorType> outputs;
    for (const ValueId output : node.outputs) {
        outputs.push_back({graph.value(output).type, graph.value(output).shape});
    }
    return kernels::evaluate(node.op, inputs, outputs);
}

} // namespace

bool foldConstants(Graph& graph) {
    std::vector<bool> gone(graph.nodes.size(), false);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        auto results = folded(graph, graph.nodes[i]);
        if (!results) {
            continue;
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
