// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/operators.h"

#include <dnnl.hpp>

namespace tandem::train {

/// The oneDNN engine and stream of one owner (an executor, a training replica). Not shared by threads.
struct OneDnn {
    OneDnn();

    dnnl::engine engine{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream{engine};
};

/// Makes oneDNN calls of the calling thread run on this thread alone. Debian's oneDNN is built on OpenMP;
/// parallelism here comes from oneTBB workers, each with its own primitives.
void useOneThread();

/// float32, row-major.
dnnl::memory::desc plainLayout(const nn::Shape& shape);

/// float32, in whatever order the primitive likes best.
dnnl::memory::desc anyLayout(const nn::Shape& shape);

inline dnnl::memory::dims dims(nn::Extent extent) {
    return {extent.height, extent.width};
}

/// oneDNN counts dilation from 0.
inline dnnl::memory::dims dilationDims(nn::Extent dilation) {
    return {dilation.height - 1, dilation.width - 1};
}

inline dnnl::memory::dims leadingDims(const nn::Padding& padding) {
    return {padding.top, padding.left};
}

inline dnnl::memory::dims trailingDims(const nn::Padding& padding) {
    return {padding.bottom, padding.right};
}

/// Copies `from` into `to`, changing the layout.
void reorder(const dnnl::memory& from, const dnnl::memory& to, OneDnn& oneDnn);

} // namespace tandem::train
