// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/windows.h"

#include "core/base/error.h"

namespace tandem::nn {

namespace {

std::int64_t spanOf(const WindowAxis& axis) {
    return std::int64_t{axis.kernel - 1} * axis.dilation + 1;
}

/// Whether every window reads a cell. One that starts on a cell does; only those in front are looked at.
bool allReadCells(const WindowAxis& axis) {
    const std::int64_t last = (windowCount(axis, "cells") - 1) * axis.stride - axis.before;
    for (std::int64_t first = -std::int64_t{axis.before}; first < 0 && first <= last; first += axis.stride) {
        const std::int64_t skipped =
            (axis.dilation - 1 - first) / axis.dilation; // taps in front of the cells
        if (skipped >= axis.kernel || first + skipped * axis.dilation >= axis.size) {
            return false;
        }
    }
    return last < axis.size;
}

} // namespace

std::int64_t windowCount(const WindowAxis& axis, const char* cells) {
    const std::int64_t padded = axis.size + axis.before + axis.after;
    if (padded < spanOf(axis)) {
        throw inputError("the kernel spans {} {} but the padded input has {}", spanOf(axis), cells, padded);
    }
    return (padded - spanOf(axis)) / axis.stride + 1;
}

void checkWindows(const Pool& op, const Shape& map) {
    if (op.kind == PoolKind::Average && op.countPadding) {
        return; // the mean of zeros
    }
    if (!allReadCells(rowWindows(op, map[2])) || !allReadCells(columnWindows(op, map[3]))) {
        throw inputError(
            "a window of {}x{} (stride {}x{}, dilation {}x{}) reads nothing but padding of a map of {}x{}; "
            "the padding is {}, {}, {}, {} (top, left, bottom, right)",
            op.kernel.height, op.kernel.width, op.stride.height, op.stride.width, op.dilation.height,
            op.dilation.width, map[2], map[3], op.padding.top, op.padding.left, op.padding.bottom,
            op.padding.right);
    }
}

} // namespace tandem::nn
