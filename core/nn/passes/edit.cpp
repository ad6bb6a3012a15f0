// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/passes/edit.h"

namespace tandem::nn::passes {

Wiring::Wiring(const Graph& wired)
    : graph(&wired), producers(wired.producers()), useCounts(wired.values.size(), 0) {
    for (const Node& node : wired.nodes) {
        for (const ValueId input : node.inputs) {
            if (input != kNoValue) {
                ++useCounts[static_cast<std::size_t>(input)];
            }
        }
    }
    for (const ValueId output : wired.outputs) {
        ++useCounts[static_cast<std::size_t>(output)];
    }
}

const Node* Wiring::producer(ValueId id) const {
    const NodeId node = id == kNoValue ? -1 : producerId(id);
    return node < 0 ? nullptr : &graph->node(node);
}

void replaceUses(Graph& graph, ValueId from, ValueId to) {
    for (Node& node : graph.nodes) {
        std::ranges::replace(node.inputs, from, to);
    }
    if (std::ranges::find(graph.outputs, from) == graph.outputs.end()) {
        return;
    }
    const auto isBoundary = [&](const std::vector<ValueId>& ids) {
        return std::ranges::find(ids, to) != ids.end();
    };
    if (!isBoundary(graph.inputs) && !isBoundary(graph.outputs)) {
        std::swap(graph.value(to).name, graph.value(from).name);
    }
    std::ranges::replace(graph.outputs, from, to);
}

void eraseNodes(Graph& graph, const std::vector<bool>& marked) {
    std::vector<Node> kept;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        if (!marked[i]) {
            kept.push_back(std::move(graph.nodes[i]));
        }
    }
    graph.nodes = std::move(kept);
}

namespace {

/// `budget` bounds the nodes that are looked at: graphs of joins of joins have exponentially many paths.
bool isNonNegative(const Wiring& wiring, ValueId id, int& budget) {
    while (budget-- > 0) {
        const Node* node = wiring.producer(id);
        if (node == nullptr) {
            const Tensor* constant = constantOf(*wiring.graph, id);
            return constant != nullptr && isFloat(constant->type) &&
                   std::ranges::all_of(constant->floats(), [](float x) { return x >= 0.0F; });
        }
        if (const auto* activation = std::get_if<Activation>(&node->op)) {
            switch (activation->kind) {
            case ActivationKind::Relu:
            case ActivationKind::Sigmoid:
            case ActivationKind::HardSigmoid:
                return true;
            case ActivationKind::Clip:
                return activation->low >= 0.0F;
            default:
                return false;
            }
        }
        if (std::holds_alternative<Softmax>(node->op)) {
            return !std::get<Softmax>(node->op).logarithm;
        }
        if (std::holds_alternative<Concat>(node->op)) {
            return std::ranges::all_of(node->inputs,
                                       [&](ValueId input) { return isNonNegative(wiring, input, budget); });
        }
        const bool keepsSign =
            std::holds_alternative<Pool>(node->op) || std::holds_alternative<GlobalPool>(node->op) ||
            std::holds_alternative<Reshape>(node->op) || std::holds_alternative<Transpose>(node->op) ||
            std::holds_alternative<Identity>(node->op) || std::holds_alternative<Slice>(node->op) ||
            std::holds_alternative<Split>(node->op) || std::holds_alternative<Gather>(node->op);
        if (!keepsSign) {
            return false;
        }
        id = node->inputs.at(0);
    }
    return false;
}

} // namespace

bool isNonNegative(const Wiring& wiring, ValueId id) {
    int budget = 1000;
    return isNonNegative(wiring, id, budget);
}

const Tensor* constantOf(const Graph& graph, ValueId id) {
    if (id == kNoValue || !graph.value(id).constant) {
        return nullptr;
    }
    return &*graph.value(id).constant;
}

std::string freshName(const Graph& graph, const std::string& name) {
    const auto isTaken = [&](const std::string& candidate) {
        return std::ranges::any_of(graph.values, [&](const Value& value) { return value.name == candidate; });
    };
    std::string result = name;
    for (int i = 2; isTaken(result); ++i) {
        result = fmt::format("{}_{}", name, i);
    }
    return result;
}

} // namespace tandem::nn::passes
