// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/quant/lowering/lowering.h"

#include <optional>
#include <vector>

namespace tandem::quant {

/// Where the elements of a value come from: element i is element order[i] of a feature map (channel, row,
/// column), or 0 where order[i] is kFilled. Empty: the natural order.
using Order = std::vector<int>;
inline constexpr int kFilled = -1;

/// Whether a node only moves elements: Reshape, Transpose, Identity, Slice, Split, Gather, Pad with zeros,
/// nearest Resize.
bool isMovement(const nn::Node& node);

/// The orders of such a node's outputs, given its input's (whose elements are those of a map of `elements`).
std::vector<Order> movedOrders(const nn::Graph& graph, const nn::Node& node, const Order& input);

/// Whether the order names every one of `count` elements exactly once.
bool isPermutation(const Order& order, int count);

/// One accelerator layer that moves data; the LoweredLayer fields of that kind.
struct MovementStep {
    LayerKind kind = LayerKind::Select;
    std::vector<int> channels;
    nn::Extent factor{1, 1};
    bool repeat = true;
    int block = 1;
    MapShape shape; ///< of its output
};

/// The layers that make a map of shape `to` in `order` of a map of shape `from`: a channel selection, a
/// repetition or a spreading of cells, space to depth, depth to space, the last four with a selection beside
/// them where the channels are mixed too. None where nothing moves; nothing where no such layers exist.
std::optional<std::vector<MovementStep>> movementSteps(const Order& order, const MapShape& from,
                                                       const MapShape& to);

} // namespace tandem::quant
