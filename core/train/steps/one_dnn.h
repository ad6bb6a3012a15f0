// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/operators.h"

#include <dnnl.hpp>

#include <utility>
#include <vector>

namespace tandem::train {

/// The oneDNN engine and stream of one owner (an executor, a training replica). Not shared by threads.
struct OneDnn {
    OneDnn();

    dnnl::engine engine{dnnl::engine::kind::cpu, 0};
    dnnl::stream stream{engine};
};

/// Memories by oneDNN's DNNL_ARG_... numbers.
using Arguments = std::vector<std::pair<int, dnnl::memory>>;

/// What primitives are made with: their scratchpad comes with the call. The library's own would belong to the
/// thread that made a primitive, and a primitive may run on any.
dnnl::primitive_attr ownScratchpad();

/// Memory for a primitive's scratchpad; none where it needs none.
dnnl::memory scratchpadOf(const dnnl::primitive& primitive);

/// A primitive and its arguments, to be run over and over: unlike dnnl::primitive::execute this makes no map
/// of them at each call.
class PreparedCall {
  public:
    PreparedCall() = default;
    /// Arguments without memory are left out; bind() may bring them. The scratchpad is added.
    PreparedCall(dnnl::primitive primitive, const Arguments& arguments);

    explicit operator bool() const { return static_cast<bool>(primitive_); }
    /// From now on `argument` is this memory.
    void bind(int argument, const dnnl::memory& memory);
    void run(const OneDnn& oneDnn) const;

  private:
    dnnl::primitive primitive_;
    std::vector<dnnl::memory> memories_; ///< keeps alive what arguments_ names
    std::vector<dnnl_exec_arg_t> arguments_;
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

/// The elements of a memory that holds nothing but float32.
inline float* elementsOf(const dnnl::memory& memory) {
    return static_cast<float*>(memory.get_data_handle());
}

/// Number of floats that a memory of this layout takes, padding included.
inline std::size_t floatCount(const dnnl::memory::desc& layout) {
    return layout.get_size() / sizeof(float);
}

} // namespace tandem::train
