// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/quant/arithmetic/integer_network.h"

#include <vector>

namespace tandem::quant {

/// The nodes that compute `entry`, in order.
std::vector<nn::NodeId> nodesBefore(const nn::Graph& graph, nn::ValueId entry);

/// A value that leaves the accelerator, and the part of the leaving map that holds its elements.
struct LeavingValue {
    nn::ValueId value = nn::kNoValue;
    int part = 0;
};

/// The part of the graph that `nodes` compute behind the accelerator, from one input: the leaving map, which
/// is the parts' channels one after the other (a Split takes them apart).
nn::Graph hostPartAfter(const nn::Graph& graph, const std::vector<nn::NodeId>& nodes,
                        const std::vector<LeavingValue>& leaving, const std::vector<MapShape>& parts);

} // namespace tandem::quant
