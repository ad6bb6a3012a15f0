// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// What every path uses.
#pragma once

#include <algorithm>
#include <cstring>

#include "tandem_kernels.h"

namespace tandem_kernels {

// clamp((sum * multiplier + rounding) >> shift, low, high). Shifting a negative number to the right keeps its
// sign: every compiler does so, C++20 demands it.
inline std::uint8_t rescaled(std::int64_t sum, std::int64_t multiplier, std::int64_t rounding, int shift,
                             int low, int high) {
    const std::int64_t scaled = (sum * multiplier + rounding) >> shift;
    return static_cast<std::uint8_t>(std::min<std::int64_t>(std::max<std::int64_t>(scaled, low), high));
}

inline int shiftOf(const Scale& scale, int channel) {
    return scale.shift[scale.shiftPerChannel ? channel : 0];
}

// The bias is part of the sum already.
inline std::uint8_t rescaled(std::int32_t sum, const Scale& scale, int channel) {
    const int shift = shiftOf(scale, channel);
    const std::int64_t half = shift > 0 ? std::int64_t{1} << (shift - 1) : 0;
    return rescaled(std::int64_t{sum} * (1 << scale.before), scale.multiplier[channel],
                    half + scale.zeroPoint * (std::int64_t{1} << shift), shift, scale.low, scale.high);
}

// What the 32-bit requantization of kCount sums reads.
template <int kCount>
struct alignas(64) ParametersOf {
    std::int32_t bias[kCount];
    std::int32_t
        highFactor[kCount];     // multiplier * 2^16: the words (0, multiplier), the latter as a signed one
    std::int32_t carry[kCount]; // makes up for that sign
    std::int32_t lowFactor[kCount];
    std::int32_t addend[kCount];
    std::int32_t shift[kCount];
    int before;
    std::uint8_t low, high;
};

// Where 32 bits do not do.
inline void addWide(const std::uint8_t* a, const std::uint8_t* b, std::uint8_t* y, int count,
                    const AddScale& scale) {
    for (int i = 0; i < count; ++i) {
        y[i] = rescaled(std::int64_t{scale.multiplierA} * a[i] + std::int64_t{scale.multiplierB} * b[i], 1,
                        scale.rounding, scale.shift, scale.low, scale.high);
    }
}

// For paths whose products take other activations than those stored, and whose biases make up for it.
template <typename Parameters, typename Weight>
inline void recentre(Parameters&, const Weight*, std::ptrdiff_t) {}
template <typename Parameters, typename Weight>
inline void recentreTaps(Parameters&, const Weight*, std::ptrdiff_t) {}

inline std::uint8_t* aligned(std::uint8_t* memory) {
    return memory + (64 - reinterpret_cast<std::uintptr_t>(memory) % 64) % 64;
}

} // namespace tandem_kernels
