// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/quant/lowering/attempt.h"

namespace tandem::quant {

/// Whether layers of the graph are marked for the host.
bool hasMarks(const nn::Graph& graph);

/// The graph, of which `made` is an attempt that lacks a host tail, with the smallest one marked. Throws
/// Error (Input) where none is within kMostHostShare.
nn::Graph markedForHost(nn::Graph graph, const Attempt& made);

} // namespace tandem::quant
