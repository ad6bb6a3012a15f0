// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/passes/edit.h"
#include "core/nn/passes/passes.h"

namespace tandem::nn::passes {

namespace {

/// Reshape of a Reshape reads what the first one reads.
bool skipInner(Graph& graph, Node& node) {
    const Wiring wiring(graph);
    const Node* inner = wiring.producer(node.inputs[0]);
    if (inner == nullptr || !std::holds_alternative<Reshape>(inner->op)) {
        return false;
    }
    node.inputs[0] = inner->inputs[0];
    return true;
}

/// activation(reshape(x)) becomes reshape(activation(x)).
bool pushDown(Graph& graph, std::size_t index) {
    const Node node = graph.nodes[index];
    const Wiring wiring(graph);
    const NodeId reshapeId = wiring.soleProducer<Reshape>(node.inputs[0]);
    if (reshapeId < 0) {
        return false;
    }
    const ValueId source = graph.node(reshapeId).inputs[0];
    const Value result = graph.value(node.outputs[0]);
    const ValueId early = graph.addValue({freshName(graph, result.name + "/early"),
                                          result.type,
                                          graph.value(source).shape,
                                          {},
                                          result.quantization});
    graph.nodes[index].inputs = {source};
    graph.nodes[index].outputs = {early};
    const Node late{node.name + "/reshape", "Reshape", Reshape{}, {early}, node.outputs};
    graph.nodes.insert(graph.nodes.begin() + static_cast<std::ptrdiff_t>(index) + 1, late);
    return true;
}

} // namespace

bool cancelReshapes(Graph& graph) {
    bool changed = false;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        if (std::holds_alternative<Reshape>(graph.nodes[i].op)) {
            changed = skipInner(graph, graph.nodes[i]) || changed;
        } else if (std::holds_alternative<Activation>(graph.nodes[i].op)) {
            changed = pushDown(graph, i) || changed;
        }
    }
    return changed;
}

} // namespace tandem::nn::passes
