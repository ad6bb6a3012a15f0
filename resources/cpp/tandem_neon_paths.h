// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// The paths with NEON, of ARMv7-A and AArch64: what the compiler may use decides which there are.
// clang-format off

#ifdef __aarch64__
constexpr int kNeonPixels = 4; // of a tile, which its 32 registers hold
#else
constexpr int kNeonPixels = 2;
#endif

namespace neon {
constexpr int kPixels = kNeonPixels, kBlocks = 1;
#include "tandem_width128.h"
#include "tandem_paths_constants.h"
#include "tandem_paths_vectors.h"
#include "tandem_store128.h"
#include "tandem_neon_signed.h"
#include "tandem_neon_pairs.h"
#include "tandem_paths_convolution.h"
#include "tandem_paths_layer.h"
#include "tandem_paths_depthwise.h"
#include "tandem_portable_sums.h"
#include "tandem_paths_elementwise.h"
constexpr Kernels kKernels = {"NEON",      convolution, depthwiseConvolution, maximumPool,
                              averagePool, add,         table,                scaleChannels,
                              nullptr};
} // namespace neon

#ifdef __ARM_FEATURE_DOTPROD
namespace neon_dot {
constexpr int kPixels = kNeonPixels, kBlocks = 1;
#include "tandem_width128.h"
#include "tandem_paths_constants.h"
#include "tandem_paths_vectors.h"
#include "tandem_store128.h"
#include "tandem_neon_signed.h"
#include "tandem_neon_dots.h"
#include "tandem_paths_convolution.h"
#include "tandem_paths_layer.h"
#include "tandem_paths_depthwise.h"
#include "tandem_portable_sums.h"
#include "tandem_paths_elementwise.h"
constexpr Kernels kKernels = {"NEON dot product", convolution, depthwiseConvolution, maximumPool,
                              averagePool,        add,         table,                scaleChannels,
                              nullptr};
} // namespace neon_dot
#endif

#ifdef __ARM_FEATURE_MATMUL_INT8
namespace neon_i8mm {
constexpr int kPixels = kNeonPixels, kBlocks = 1;
#include "tandem_width128.h"
inline Vector splat(const std::uint8_t* fourBytes) {
    std::int32_t number;
    std::memcpy(&number, fourBytes, 4);
    return vdupq_n_s32(number);
}
inline Vector multiplyBytes(Vector sums, Vector activations, Vector weights) {
    return vusdotq_s32(sums, bytesOf(activations), vreinterpretq_s8_s32(weights));
}
#include "tandem_paths_constants.h"
#include "tandem_paths_vectors.h"
#include "tandem_store128.h"
#include "tandem_paths_bytes.h"
#include "tandem_paths_convolution.h"
#include "tandem_paths_column.h"
#include "tandem_paths_layer.h"
#include "tandem_paths_depthwise.h"
#include "tandem_portable_sums.h"
#include "tandem_paths_elementwise.h"
constexpr Kernels kKernels = {"NEON i8mm", convolution, depthwiseConvolution, maximumPool,
                              averagePool, add,         table,                scaleChannels,
                              nullptr};
} // namespace neon_i8mm
#endif
