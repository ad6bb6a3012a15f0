// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/passes/edit.h"
#include "core/nn/passes/passes.h"

namespace tandem::nn::passes {

namespace {

const Transpose* transposeOf(const Wiring& wiring, ValueId id) {
    const Node* node = wiring.producer(id);
    return node != nullptr ? std::get_if<Transpose>(&node->op) : nullptr;
}

/// Transpose behind Transpose: one with both permutations.
bool mergePair(Graph& graph, Node& node) {
    auto* outer = std::get_if<Transpose>(&node.op);
    const Wiring wiring(graph);
    const Transpose* inner = outer != nullptr ? transposeOf(wiring, node.inputs[0]) : nullptr;
    if (inner == nullptr) {
        return false;
    }
    for (int& axis : outer->permutation) {
        axis = inner->permutation[static_cast<std::size_t>(axis)];
    }
    node.inputs[0] = wiring.producer(node.inputs[0])->inputs[0];
    return true;
}

/// A Transpose that leaves the order of all dimensions above 1 as it is moves no element.
bool becomeReshape(Graph& graph, Node& node) {
    const auto* transpose = std::get_if<Transpose>(&node.op);
    if (transpose == nullptr || std::ranges::is_sorted(transpose->permutation)) {
        return false;
    }
    const Shape& shape = graph.value(node.inputs[0]).shape;
    int last = -1;
    for (const int axis : transpose->permutation) {
        if (shape[static_cast<std::size_t>(axis)] != 1) {
            if (axis < last) {
                return false;
            }
            last = axis;
        }
    }
    node.op = Reshape{};
    return true;
}

Shape permuted(const Shape& shape, const std::vector<int>& permutation) {
    Shape result;
    for (const int axis : permutation) {
        result.push_back(shape[static_cast<std::size_t>(axis)]);
    }
    return result;
}

/// op(transpose(x)) becomes transpose(op(x)) for an element-wise op whose other input, if any, is transposed
/// alike or a single constant.
bool pushDown(Graph& graph, std::size_t index) {
    const Node node = graph.nodes[index];
    if (!std::holds_alternative<Activation>(node.op) && !std::holds_alternative<Binary>(node.op)) {
        return false;
    }
    const Wiring wiring(graph);
    const Transpose* first = nullptr;
    std::vector<ValueId> inputs = node.inputs;
    for (ValueId& input : inputs) {
        const Transpose* transpose = transposeOf(wiring, input);
        if (transpose != nullptr && (first == nullptr || first->permutation == transpose->permutation) &&
            wiring.uses(input) == 1) {
            first = transpose;
            input = wiring.producer(input)->inputs[0];
        } else if (constantOf(graph, input) == nullptr || elementCount(graph.value(input).shape) != 1) {
            return false;
        }
    }
    if (first == nullptr) {
        return false;
    }
    const std::vector<int> permutation = first->permutation;
    const Value result = graph.value(node.outputs[0]);
    if (result.shape.size() != permutation.size()) {
        return false;
    }
    std::vector<int> inverse(permutation.size());
    for (std::size_t i = 0; i < permutation.size(); ++i) {
        inverse[static_cast<std::size_t>(permutation[i])] = static_cast<int>(i);
    }
    const ValueId early = graph.addValue({freshName(graph, result.name + "/early"),
                                          result.type,
                                          permuted(result.shape, inverse),
                                          {},
                                          result.quantization});
    graph.nodes[index].inputs = inputs;
    graph.nodes[index].outputs = {early};
    const Node late{node.name + "/transpose", "Transpose", Transpose{permutation}, {early}, node.outputs};
    graph.nodes.insert(graph.nodes.begin() + static_cast<std::ptrdiff_t>(index) + 1, late);
    return true;
}

/// Transpose, Reshape to [N, everything], Linear: the Linear's columns are permuted instead.
bool foldIntoColumns(Graph& graph, Node& linear) {
    const Wiring wiring(graph);
    if (!std::holds_alternative<Linear>(linear.op) || constantOf(graph, linear.inputs[1]) == nullptr) {
        return false;
    }
    const NodeId reshapeId = wiring.soleProducer<Reshape>(linear.inputs[0]);
    if (reshapeId < 0) {
        return false;
    }
    Node& reshape = graph.nodes[static_cast<std::size_t>(reshapeId)];
    const NodeId transposeId = wiring.soleProducer<Transpose>(reshape.inputs[0]);
    if (transposeId < 0) {
        return false;
    }
    const Node& transpose = graph.node(transposeId);
    const auto& permutation = std::get<Transpose>(transpose.op).permutation;
    const Shape from = graph.value(transpose.inputs[0]).shape;
    const Shape& to = graph.value(transpose.outputs[0]).shape;
    if (permutation.empty() || permutation[0] != 0 || from[0] != graph.value(reshape.outputs[0]).shape[0]) {
        return false;
    }
    // Walk the transposed map in order; `source` is where each element stood before.
    std::vector<std::int64_t> strides(from.size(), 1);
    for (std::size_t i = from.size(); i-- > 1;) {
        strides[i - 1] = strides[i] * from[i];
    }
    const Tensor& weights = *constantOf(graph, linear.inputs[1]);
    const std::int64_t columns = weights.shape[1];
    Tensor moved = Tensor::zeros(ElementType::Float32, weights.shape);
    std::vector<std::int64_t> index(to.size(), 0);
    for (std::int64_t column = 0; column < columns; ++column) {
        std::int64_t source = 0;
        for (std::size_t i = 1; i < to.size(); ++i) {
            source += index[i] * strides[static_cast<std::size_t>(permutation[i])];
        }
        for (std::int64_t row = 0; row < weights.shape[0]; ++row) {
            moved.floats()[static_cast<std::size_t>(row * columns + source)] =
                weights.floats()[static_cast<std::size_t>(row * columns + column)];
        }
        for (std::size_t i = to.size(); i-- > 1 && ++index[i] == to[i];) {
            index[i] = 0;
        }
    }
    const Value old = graph.value(linear.inputs[1]);
    linear.inputs[1] = graph.addConstant(freshName(graph, old.name + "/columns"), std::move(moved));
    graph.value(linear.inputs[1]).quantization = old.quantization;
    reshape.inputs[0] = transpose.inputs[0];
    return true;
}

} // namespace

bool cancelTransposes(Graph& graph) {
    bool changed = false;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        changed = mergePair(graph, graph.nodes[i]) || changed;
        changed = becomeReshape(graph, graph.nodes[i]) || changed;
        changed = foldIntoColumns(graph, graph.nodes[i]) || changed;
        changed = pushDown(graph, i) || changed;
    }
    return changed;
}

} // namespace tandem::nn::passes
