// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/passes/edit.h"
#include "core/nn/passes/passes.h"

namespace tandem::nn::passes {

namespace {

/// Marks the nodes that no output depends on, and lets go of a pool's indices where nothing reads them. Nodes
/// are in topological order, so one walk from the back does.
std::vector<bool> deadNodes(Graph& graph) {
    std::vector<bool> needed(graph.values.size(), false);
    for (const ValueId output : graph.outputs) {
        needed[static_cast<std::size_t>(output)] = true;
    }
    std::vector<bool> dead(graph.nodes.size(), true);
    for (std::size_t i = graph.nodes.size(); i-- > 0;) {
        Node& node = graph.nodes[i];
        if (std::holds_alternative<Pool>(node.op) && node.outputs.size() > 1 &&
            !needed[static_cast<std::size_t>(node.outputs[1])]) {
            node.outputs.resize(1);
        }
        dead[i] = std::ranges::none_of(node.outputs,
                                       [&](ValueId id) { return needed[static_cast<std::size_t>(id)]; });
        for (const ValueId input : node.inputs) {
            if (!dead[i] && input != kNoValue) {
                needed[static_cast<std::size_t>(input)] = true;
            }
        }
    }
    return dead;
}

/// Drops values that nothing mentions and renumbers the others.
bool dropUnusedValues(Graph& graph) {
    std::vector<ValueId> renumbered(graph.values.size(), kNoValue);
    const auto mark = [&](const std::vector<ValueId>& ids) {
        for (const ValueId id : ids) {
            if (id != kNoValue) {
                renumbered[static_cast<std::size_t>(id)] = 0;
            }
        }
    };
    mark(graph.inputs);
    mark(graph.outputs);
    for (const Node& node : graph.nodes) {
        mark(node.inputs);
        mark(node.outputs);
    }
    std::vector<Value> kept;
    for (std::size_t i = 0; i < renumbered.size(); ++i) {
        if (renumbered[i] != kNoValue) {
            renumbered[i] = static_cast<ValueId>(kept.size());
            kept.push_back(std::move(graph.values[i]));
        }
    }
    const bool changed = kept.size() != renumbered.size();
    graph.values = std::move(kept);
    const auto renumber = [&](std::vector<ValueId>& ids) {
        for (ValueId& id : ids) {
            id = id == kNoValue ? kNoValue : renumbered[static_cast<std::size_t>(id)];
        }
    };
    renumber(graph.inputs);
    renumber(graph.outputs);
    for (Node& node : graph.nodes) {
        renumber(node.inputs);
        renumber(node.outputs);
    }
    return changed;
}

} // namespace

bool removeDeadCode(Graph& graph) {
    const std::vector<bool> dead = deadNodes(graph); // indices let go of show as values that go
    const bool changed = std::ranges::find(dead, true) != dead.end();
    eraseNodes(graph, dead);
    return dropUnusedValues(graph) || changed;
}

} // namespace tandem::nn::passes
