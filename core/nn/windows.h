// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/operators.h"
#include "core/nn/tensor.h"

namespace tandem::nn {

/// Windows that slide along one axis of `size` cells, with padding before and after them.
struct WindowAxis {
    std::int64_t size;
    int before, after, kernel, dilation, stride;
};

/// The windows of a Convolution or Pool on a map of so many rows, or columns.
template <typename Op>
WindowAxis rowWindows(const Op& op, std::int64_t rows) {
    return {rows, op.padding.top, op.padding.bottom, op.kernel.height, op.dilation.height, op.stride.height};
}
template <typename Op>
WindowAxis columnWindows(const Op& op, std::int64_t columns) {
    return {columns, op.padding.left, op.padding.right, op.kernel.width, op.dilation.width, op.stride.width};
}

/// How many windows there are; throws Error (Input), which calls the cells `cells`, when not one fits.
std::int64_t windowCount(const WindowAxis& axis, const char* cells);

/// Throws Error (Input) when a window of the pool reads nothing but padding of a map [N,C,H,W], so that it
/// has no maximum and, where padding does not count, no mean.
void checkWindows(const Pool& op, const Shape& map);

} // namespace tandem::nn
