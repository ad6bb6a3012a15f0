// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/operators.h"
#include "core/nn/tensor.h"

#include <cstdint>
#include <span>
#include <vector>

namespace tandem::nn {

/// No tensor of a network may have more elements than this; hostile files are refused by it.
inline constexpr std::int64_t kMaxElements = (std::int64_t{1} << 31) - 1;

/// elementCount() with the dimensions checked: throws Error (Input) when one is negative or the product is
/// above kMaxElements.
std::int64_t checkedElementCount(const Shape& shape);

/// The numpy broadcast of two shapes; throws Error (Input) when they do not agree.
Shape broadcastShape(const Shape& a, const Shape& b);

/// `axis` in [0, rank), negative ones counted from the back; throws Error (Input) when out of range.
int settledAxis(std::int64_t axis, std::size_t rank);

/// Type and shape of the outputs of `op` applied to inputs of these types (one entry per input; absent
/// optional inputs have none at the end, or an empty shape). `outputCount` is 2 for a maximum Pool that also
/// gives the indices. Reshape keeps its own target: it has no rule here. Throws Error (Input) with the reason
/// when the inputs do not fit the operator; the caller puts the node's name in front.
std::vector<TensorType> inferOutputs(const Operator& op, std::span<const TensorType> inputs,
                                     std::size_t outputCount = 1);

} // namespace tandem::nn
