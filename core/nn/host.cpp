// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/host.h"

#include "core/nn/passes/edit.h"

namespace tandem::nn {

namespace {

using Reason = std::optional<std::string>;

/// Whether hardware computes the value with a clamp at its end that an activation can use.
bool hasClamp(const passes::Wiring& wiring, ValueId id) {
    const Node* node = wiring.producer(id);
    if (node == nullptr || wiring.uses(id) != 1) {
        return false;
    }
    const auto* pool = std::get_if<Pool>(&node->op);
    const auto* binary = std::get_if<Binary>(&node->op);
    return std::holds_alternative<Convolution>(node->op) || std::holds_alternative<Linear>(node->op) ||
           std::holds_alternative<GlobalPool>(node->op) ||
           (pool != nullptr && pool->kind == PoolKind::Average) ||
           (binary != nullptr && binary->kind == BinaryKind::Add);
}

struct Support {
    const Graph& graph;
    const Node& node;
    const passes::Wiring& wiring;

    bool isConstant(std::size_t input) const {
        return input < node.inputs.size() && passes::constantOf(graph, node.inputs[input]) != nullptr;
    }
    const Shape& inputShape(std::size_t i) const { return graph.value(node.inputs.at(i)).shape; }

    Reason weights() const {
        const bool hasBias = node.inputs.size() > 2 && node.inputs[2] != kNoValue;
        if (!isConstant(1) || (hasBias && !isConstant(2))) {
            return "its weights are not constant";
        }
        return batch();
    }

    Reason batch() const {
        if (!inputShape(0).empty() && inputShape(0)[0] != 1) {
            return fmt::format("its batch is {}, not 1", inputShape(0)[0]);
        }
        return std::nullopt;
    }

    Reason operator()(const Convolution&) const { return weights(); }
    Reason operator()(const Linear&) const { return weights(); }

    Reason operator()(const Pool& op) const {
        if (op.dilation != Extent{1, 1}) {
            return "dilated pooling";
        }
        if (node.outputs.size() > 1) {
            return "the indices of the maxima are read";
        }
        if (op.kind == PoolKind::Average && op.padding != Padding{} && !op.countPadding) {
            return "average over a varying number of cells at the border";
        }
        return batch();
    }

    Reason operator()(const GlobalPool& op) const {
        return op.kind == PoolKind::Average ? batch() : Reason("global maximum pooling");
    }

    Reason operator()(const Binary& op) const {
        if (op.kind != BinaryKind::Add) {
            return fmt::format("{} of two tensors", operatorName(node.op));
        }
        if (isConstant(0) || isConstant(1)) {
            return "a constant is added that no convolution takes up";
        }
        if (inputShape(0) != inputShape(1) || inputShape(0).size() != 4) {
            return fmt::format("shapes {} and {} are added", toString(inputShape(0)),
                               toString(inputShape(1)));
        }
        return batch();
    }

    Reason operator()(const Activation& op) const {
        const bool isClamp =
            op.kind == ActivationKind::Relu || (op.kind == ActivationKind::Clip && op.low <= op.high);
        if (!isClamp) {
            return fmt::format("{} is not a clamp", operatorName(node.op));
        }
        if (!hasClamp(wiring, node.inputs[0])) {
            return "no layer in front of it takes up the clamp";
        }
        return std::nullopt;
    }

    /// A Reshape that only flattens a map costs nothing when what reads it is Linear.
    Reason operator()(const Reshape&) const {
        const Shape& to = graph.value(node.outputs[0]).shape;
        const ValueId output = node.outputs[0];
        const auto reads = [&](const Node& reader) {
            return std::ranges::find(reader.inputs, output) != reader.inputs.end();
        };
        const bool isRead = std::ranges::any_of(graph.nodes, reads);
        const bool onlyLinear = std::ranges::all_of(graph.nodes, [&](const Node& reader) {
            return !reads(reader) || std::holds_alternative<Linear>(reader.op);
        });
        const bool isOutput = std::ranges::find(graph.outputs, output) != graph.outputs.end();
        if (isRead && onlyLinear && !isOutput && to.size() == 2 && to[0] == 1) {
            return std::nullopt;
        }
        return "a reshape that does not just flatten in front of a Linear";
    }

    template <typename Op>
    Reason operator()(const Op&) const {
        return fmt::format("{} has no hardware", operatorName(node.op));
    }
};

} // namespace

std::optional<std::string> hardwareSupport(const Graph& graph, const Node& node) {
    const passes::Wiring wiring(graph);
    return std::visit(Support{graph, node, wiring}, node.op);
}

} // namespace tandem::nn
