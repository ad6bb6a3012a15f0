// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"

#include <vector>

/// What the passes share: looking at and rewiring a graph.
namespace tandem::nn::passes {

/// Where values come from and go to, at one moment: make a new one after each change.
struct Wiring {
    explicit Wiring(const Graph& graph);

    /// The node that computes a value, or null.
    const Node* producer(ValueId id) const;
    /// Index of that node, or -1.
    NodeId producerId(ValueId id) const { return producers[static_cast<std::size_t>(id)]; }
    /// How often nodes read the value, plus how often it is a graph output.
    int uses(ValueId id) const { return useCounts[static_cast<std::size_t>(id)]; }
    /// The node that computes a value which nothing but one node reads, if it applies an operator of type Op.
    template <typename Op>
    NodeId soleProducer(ValueId id) const {
        const NodeId node = id == kNoValue ? -1 : producerId(id);
        const bool matches = node >= 0 && uses(id) == 1 && std::holds_alternative<Op>(graph->node(node).op);
        return matches ? node : -1;
    }

    const Graph* graph;
    std::vector<NodeId> producers;
    std::vector<int> useCounts;
};

/// Everything that reads `from` reads `to` instead; where `from` was a graph output, `to` takes its name.
void replaceUses(Graph& graph, ValueId from, ValueId to);

/// Removes the nodes that are marked.
void eraseNodes(Graph& graph, const std::vector<bool>& marked);

/// Whether no element of the value can be negative (what a Relu gives, and what keeps that).
bool isNonNegative(const Wiring& wiring, ValueId id);

/// The constant of a value, or null (also for kNoValue).
const Tensor* constantOf(const Graph& graph, ValueId id);

/// "name", or "name_2" and so on when a value has it already.
std::string freshName(const Graph& graph, const std::string& name);

} // namespace tandem::nn::passes
