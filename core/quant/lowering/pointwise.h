// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"

#include <span>
#include <vector>

namespace tandem::quant {

/// Whether a node computes every element of its output from one element of one computed input: an activation,
/// a ParametricRelu with one slope, arithmetic with one constant number.
bool isPointwise(const nn::Graph& graph, const nn::Node& node);

/// Whether nothing that it computes can be negative, whatever it reads.
bool isNeverNegative(const nn::Node& node);

/// The element of `result` where the values `sources` (all the same map) hold x, for every x: follows
/// pointwise nodes, element-wise arithmetic of two computed values, and nodes that only move elements, up to
/// a source. Throws Error (Work) where another node stands in the way.
std::vector<double> pointwiseValues(const nn::Graph& graph, std::span<const nn::ValueId> sources,
                                    nn::ValueId result, std::span<const double> xs);

/// That function as a graph of its own, from a map to a map of this shape.
nn::Graph pointwiseGraph(const nn::Graph& graph, std::span<const nn::ValueId> sources, nn::ValueId result,
                         const nn::Shape& shape);

} // namespace tandem::quant
