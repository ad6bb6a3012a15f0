// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/passes/edit.h"
#include "core/nn/passes/passes.h"

namespace tandem::nn::passes {

namespace {

bool doesNothing(const Graph& graph, const Node& node) {
    const Value& from = graph.value(node.inputs.at(0));
    const Value& to = graph.value(node.outputs.at(0));
    if (std::holds_alternative<Identity>(node.op)) {
        return true;
    }
    if (const auto* cast = std::get_if<Cast>(&node.op)) {
        return cast->to == from.type;
    }
    if (std::holds_alternative<Reshape>(node.op) || std::holds_alternative<Slice>(node.op)) {
        const auto* slice = std::get_if<Slice>(&node.op);
        const bool isForward = slice == nullptr ||
                               std::ranges::all_of(slice->steps, [](std::int64_t step) { return step == 1; });
        return from.shape == to.shape && isForward;
    }
    if (const auto* transpose = std::get_if<Transpose>(&node.op)) {
        return std::ranges::is_sorted(transpose->permutation);
    }
    if (const auto* pad = std::get_if<Pad>(&node.op)) {
        const auto isZero = [](std::int64_t count) { return count == 0; };
        return std::ranges::all_of(pad->before, isZero) && std::ranges::all_of(pad->after, isZero);
    }
    if (const auto* pool = std::get_if<Pool>(&node.op)) {
        return node.outputs.size() == 1 && pool->kernel == Extent{1, 1} && pool->stride == Extent{1, 1} &&
               pool->padding == Padding{};
    }
    if (std::holds_alternative<Concat>(node.op) || std::holds_alternative<Split>(node.op)) {
        return node.inputs.size() == 1 && node.outputs.size() == 1;
    }
    return false;
}

} // namespace

bool removeIdentities(Graph& graph) {
    std::vector<bool> gone(graph.nodes.size(), false);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const Node& node = graph.nodes[i];
        if (doesNothing(graph, node)) {
            gone[i] = true;
            replaceUses(graph, node.outputs[0], node.inputs[0]);
        }
    }
    eraseNodes(graph, gone);
    return std::ranges::find(gone, true) != gone.end();
}

} // namespace tandem::nn::passes
