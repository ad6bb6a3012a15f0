// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// The paths. On x86 all stand in one binary, compiled for their instructions, and the processor decides; on
// ARM there are those whose instructions the compiler may use. Define TANDEM_PORTABLE for portable C++ alone.
// Builds for little memory (see kSmall) have a path of their own alone.
#include "tandem_kernels.h"

#include "tandem_paths_common.h"

#if !defined(TANDEM_PORTABLE) && !defined(TANDEM_SMALL)
#if defined(__x86_64__) && defined(__GNUC__)
#define TANDEM_X86
#include <cpuid.h>
// GCC 12 takes the undefined operands that its own header uses for uninitialized ones.
#if !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#if !defined(__clang__)
#pragma GCC diagnostic pop
#endif
#elif defined(__ARM_NEON) && !defined(__ARM_BIG_ENDIAN)
#define TANDEM_NEON
#include <arm_neon.h>
#endif
#endif

namespace tandem_kernels {

#ifdef TANDEM_SMALL
namespace small {
// clang-format off
#include "tandem_portable_sums.h"
#include "tandem_paths_elementwise.h"
#include "tandem_small_words.h"
#include "tandem_small.h"
// clang-format on
constexpr Kernels kKernels = {kName, convolution, depthwiseConvolution, maximumPool, averagePool,
                              add,   table,       scaleChannels,        nullptr};
} // namespace small
#else
namespace portable {
// clang-format off
#include "tandem_paths_constants.h"
#include "tandem_portable_sums.h"
#include "tandem_paths_elementwise.h"
#include "tandem_portable.h"
// clang-format on
constexpr Kernels kKernels = {"portable", convolution, depthwiseConvolution, maximumPool, averagePool,
                              add,        table,       scaleChannels,        nullptr};
} // namespace portable
#endif

#ifdef TANDEM_X86

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif
namespace avx2 {
constexpr int kPixels = 4, kBlocks = 1;
// clang-format off
#include "tandem_width256.h"
#include "tandem_paths_constants.h"
#include "tandem_paths_rescaling.h"
#include "tandem_paths_vectors.h"
#include "tandem_store256.h"
#include "tandem_paths_words.h"
#include "tandem_paths_convolution.h"
#include "tandem_paths_layer.h"
#include "tandem_paths_depthwise.h"
#include "tandem_paths_sums.h"
#include "tandem_paths_elementwise.h"
#include "tandem_paths_peak.h"
// clang-format on
constexpr Kernels kKernels = {"AVX2", convolution, depthwiseConvolution, maximumPool, averagePool,
                              add,    table,       scaleChannels,        dotProducts};
} // namespace avx2
#if defined(__clang__)
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx2,avxvnni"))), apply_to = function)
#else
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx2,avxvnni")
#endif
namespace avx_vnni {
constexpr int kPixels = 4, kBlocks = 1;
// clang-format off
#include "tandem_width256.h"
inline Vector multiplyBytes(Vector sums, Vector activations, Vector weights) {
    return _mm256_dpbusd_avx_epi32(sums, activations, weights);
}
#include "tandem_paths_constants.h"
#include "tandem_paths_rescaling.h"
#include "tandem_paths_vectors.h"
#include "tandem_store256.h"
#include "tandem_paths_bytes.h"
#include "tandem_paths_convolution.h"
#include "tandem_paths_column.h"
#include "tandem_paths_layer.h"
#include "tandem_paths_depthwise.h"
#include "tandem_paths_sums.h"
#include "tandem_paths_elementwise.h"
#include "tandem_paths_peak.h"
// clang-format on
constexpr Kernels kKernels = {"AVX-VNNI", convolution, depthwiseConvolution, maximumPool, averagePool,
                              add,        table,       scaleChannels,        dotProducts};
} // namespace avx_vnni
#if defined(__clang__)
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq"))),                  \
                             apply_to = function)
#else
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq")
#endif
namespace avx512 {
constexpr int kPixels = 8, kBlocks = 2;
// clang-format off
#include "tandem_width512.h"
#include "tandem_paths_constants.h"
#include "tandem_paths_rescaling.h"
#include "tandem_paths_vectors.h"
#include "tandem_store512.h"
#include "tandem_paths_words.h"
#include "tandem_paths_convolution.h"
#include "tandem_paths_layer.h"
#include "tandem_paths_depthwise.h"
#include "tandem_paths_sums.h"
#include "tandem_paths_elementwise.h"
#include "tandem_paths_peak.h"
// clang-format on
constexpr Kernels kKernels = {"AVX-512", convolution, depthwiseConvolution, maximumPool, averagePool,
                              add,       table,       scaleChannels,        dotProducts};
} // namespace avx512
#if defined(__clang__)
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni"))),       \
                             apply_to = function)
#else
#pragma GCC pop_options
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni")
#endif
namespace avx512_vnni {
constexpr int kPixels = 8, kBlocks = 2;
// clang-format off
#include "tandem_width512.h"
inline Vector multiplyBytes(Vector sums, Vector activations, Vector weights) {
    return _mm512_dpbusd_epi32(sums, activations, weights);
}
#include "tandem_paths_constants.h"
#include "tandem_paths_rescaling.h"
#include "tandem_paths_vectors.h"
#include "tandem_store512.h"
#include "tandem_paths_bytes.h"
#include "tandem_paths_convolution.h"
#include "tandem_paths_column.h"
#include "tandem_paths_layer.h"
#include "tandem_paths_depthwise.h"
#include "tandem_paths_sums.h"
#include "tandem_paths_elementwise.h"
#include "tandem_paths_peak.h"
// clang-format on
constexpr Kernels kKernels = {"AVX-512 VNNI", convolution,   depthwiseConvolution,
                              maximumPool,    averagePool,   add,
                              table,          scaleChannels, dotProducts};
} // namespace avx512_vnni
#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif // TANDEM_X86

#ifdef TANDEM_NEON
#include "tandem_neon_paths.h"
#endif

int availableKernels(const Kernels** kernels, int most) {
    int count = 0;
    const auto add = [&](bool can, const Kernels& path) {
        if (can && count < most) {
            kernels[count++] = &path;
        }
    };
#ifdef TANDEM_X86
    const bool wide = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                      __builtin_cpu_supports("avx512dq");
    add(wide && __builtin_cpu_supports("avx512vnni"), avx512_vnni::kKernels);
    unsigned a = 0, b = 0, c = 0, d = 0;
    const bool leaf = __get_cpuid_count(7, 1, &a, &b, &c, &d) != 0;
    add(__builtin_cpu_supports("avx2") && leaf && (a & 1U << 4U) != 0, avx_vnni::kKernels);
    add(wide, avx512::kKernels);
    add(__builtin_cpu_supports("avx2"), avx2::kKernels);
#endif
#ifdef TANDEM_NEON
#ifdef __ARM_FEATURE_MATMUL_INT8
    add(true, neon_i8mm::kKernels);
#endif
#ifdef __ARM_FEATURE_DOTPROD
    add(true, neon_dot::kKernels);
#endif
    add(true, neon::kKernels);
#endif
#ifdef TANDEM_SMALL
    add(true, small::kKernels);
#else
    add(true, portable::kKernels);
#endif
    return count;
}

const Kernels& bestKernels() {
    const auto first = [] {
        const Kernels* best = nullptr;
        availableKernels(&best, 1);
        return best;
    };
#ifdef TANDEM_X86
    static const Kernels* const best = first();
    return *best;
#else
    return *first();
#endif
}

namespace {

std::uint8_t* at(const Map& map, int row, int column) {
    return map.data + std::ptrdiff_t{row} * map.rowStride + std::ptrdiff_t{column} * map.pixelStride;
}

template <typename Element>
void loadElements(const Element* elements, const Map& map, int lowest) {
    for (int channel = 0; channel < map.channels; ++channel) {
        for (int row = 0; row < map.height; ++row) {
            std::uint8_t* to = at(map, row, 0) + channel;
            for (int column = 0; column < map.width; ++column, to += map.pixelStride) {
                *to = static_cast<std::uint8_t>(*elements++ - lowest);
            }
        }
    }
}

template <typename Element>
void storeElements(const Map& map, Element* elements, int lowest) {
    for (int channel = 0; channel < map.channels; ++channel) {
        for (int row = 0; row < map.height; ++row) {
            const std::uint8_t* from = at(map, row, 0) + channel;
            for (int column = 0; column < map.width; ++column, from += map.pixelStride) {
                *elements++ = static_cast<Element>(*from + lowest);
            }
        }
    }
}

// Without a call of floor, which compilers cannot vectorize everywhere.
inline int quantizedInline(double real, double scale, int zeroPoint, int low, int high) {
    constexpr double kFar = 1e6; // beyond every format, and within int
    const double steps = std::min(std::max(real / scale + 0.5, -kFar), kFar);
    const int truncated = static_cast<int>(steps);
    const int floored = truncated - (truncated > steps ? 1 : 0);
    return std::min(std::max(floored + zeroPoint, low), high);
}

template <typename Element>
void quantizeAll(const float* reals, Element* elements, int count, double scale, int zeroPoint, int low,
                 int high) {
    for (int i = 0; i < count; ++i) {
        elements[i] = static_cast<Element>(quantizedInline(double{reals[i]}, scale, zeroPoint, low, high));
    }
}

} // namespace

int quantized(double real, double scale, int zeroPoint, int low, int high) {
    return quantizedInline(real, scale, zeroPoint, low, high);
}
void quantize(const float* reals, std::int8_t* elements, int count, double scale, int zeroPoint, int low,
              int high) {
    quantizeAll(reals, elements, count, scale, zeroPoint, low, high);
}
void quantize(const float* reals, std::uint8_t* elements, int count, double scale, int zeroPoint, int low,
              int high) {
    quantizeAll(reals, elements, count, scale, zeroPoint, low, high);
}

void fillBorder(const Map& map, int top, int left, int bottom, int right, int value) {
    const auto fill = [value](std::uint8_t* to, int count) {
        std::memset(to, value, static_cast<std::size_t>(count));
    };
    const int rowBytes = (left + map.width + right) * map.pixelStride;
    for (int row = -top; row < map.height + bottom; ++row) {
        std::uint8_t* const first = at(map, row, -left);
        if (row < 0 || row >= map.height) {
            fill(first, rowBytes);
            continue;
        }
        fill(first, left * map.pixelStride);
        fill(at(map, row, map.width), right * map.pixelStride);
    }
}

void copy(const Map& from, const Map& to) {
    for (int row = 0; row < to.height; ++row) {
        for (int column = 0; column < to.width; ++column) {
            std::memcpy(at(to, row, column), at(from, row, column), static_cast<std::size_t>(from.channels));
        }
    }
}

void select(const Map& in, const Map& out, const std::int32_t* channels) {
    for (int row = 0; row < out.height; ++row) {
        for (int column = 0; column < out.width; ++column) {
            const std::uint8_t* from = at(in, row, column);
            std::uint8_t* to = at(out, row, column);
            for (int channel = 0; channel < out.channels; ++channel) {
                to[channel] = from[channels[channel]];
            }
        }
    }
}

void expand(const Map& in, const Map& out, int factorHeight, int factorWidth, bool repeat, int fill) {
    for (int row = 0; row < out.height; ++row) {
        for (int column = 0; column < out.width; ++column) {
            const bool copied = repeat || (row % factorHeight == 0 && column % factorWidth == 0);
            std::uint8_t* to = at(out, row, column);
            if (copied) {
                std::memcpy(to, at(in, row / factorHeight, column / factorWidth),
                            static_cast<std::size_t>(in.channels));
            } else {
                std::memset(to, fill, static_cast<std::size_t>(in.channels));
            }
        }
    }
}

void spaceToDepth(const Map& in, const Map& out, int block) {
    for (int row = 0; row < in.height; ++row) {
        for (int column = 0; column < in.width; ++column) {
            const int place = (row % block * block + column % block) * in.channels;
            std::memcpy(at(out, row / block, column / block) + place, at(in, row, column),
                        static_cast<std::size_t>(in.channels));
        }
    }
}

void depthToSpace(const Map& in, const Map& out, int block) {
    for (int row = 0; row < out.height; ++row) {
        for (int column = 0; column < out.width; ++column) {
            const int place = (row % block * block + column % block) * out.channels;
            std::memcpy(at(out, row, column), at(in, row / block, column / block) + place,
                        static_cast<std::size_t>(out.channels));
        }
    }
}

void load(const std::int8_t* elements, const Map& map, int lowest) {
    loadElements(elements, map, lowest);
}
void load(const std::uint8_t* elements, const Map& map, int lowest) {
    loadElements(elements, map, lowest);
}
void store(const Map& map, std::int8_t* elements, int lowest) {
    storeElements(map, elements, lowest);
}
void store(const Map& map, std::uint8_t* elements, int lowest) {
    storeElements(map, elements, lowest);
}

} // namespace tandem_kernels
