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
    return rescaled(sum, scale.multiplier[channel], half + scale.zeroPoint * (std::int64_t{1} << shift),
                    shift, scale.low, scale.high);
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
    std::uint8_t low, high;

    void set(int place, const Scale& scale, int channel) {
        const std::uint32_t multiplier = scale.multiplier[channel];
        const int by = scale.narrow ? shiftOf(scale, channel) - 16 : 1;
        bias[place] = scale.bias[channel];
        highFactor[place] = static_cast<std::int32_t>(multiplier << 16U);
        carry[place] = multiplier >= 0x8000U ? -0x10000 : 0;
        lowFactor[place] = static_cast<std::int32_t>(multiplier);
        addend[place] = (1 << (by - 1)) + scale.zeroPoint * (1 << by);
        shift[place] = by;
    }
    void setLimits(const Scale& scale) {
        low = static_cast<std::uint8_t>(scale.low);
        high = static_cast<std::uint8_t>(scale.high);
    }
};

// A plane of kBits bits: see unpack in tandem_kernels.h.
template <int kBits>
inline void addPlane(const std::uint8_t* __restrict plane, int place, std::uint8_t* __restrict numbers) {
    constexpr int kBytes = 8 * kBits;
    constexpr unsigned kMask = (1U << kBits) - 1U;
    for (int part = 0; part < 64 / kBytes; ++part) {
        for (int i = 0; i < kBytes; ++i) {
            numbers[part * kBytes + i] = static_cast<std::uint8_t>(
                numbers[part * kBytes + i] | (plane[i] >> (part * kBits) & kMask) << place);
        }
    }
}

// 64 numbers of 2 to 8 bits.
inline void unpack(const std::uint8_t* packed, int bits, std::int8_t* numbers) {
    if (bits == 8) {
        std::memcpy(numbers, packed, 64);
        return;
    }
    std::uint8_t raw[64] = {};
    int place = 0;
    if ((bits & 4) != 0) {
        addPlane<4>(packed, place, raw);
        packed += 32;
        place += 4;
    }
    if ((bits & 2) != 0) {
        addPlane<2>(packed, place, raw);
        packed += 16;
        place += 2;
    }
    if ((bits & 1) != 0) {
        addPlane<1>(packed, place, raw);
    }
    const int sign = 1 << (bits - 1);
    for (int i = 0; i < 64; ++i) {
        numbers[i] = static_cast<std::int8_t>((raw[i] ^ sign) - sign);
    }
}

inline std::uint8_t* aligned(std::uint8_t* memory) {
    return memory + (64 - reinterpret_cast<std::uintptr_t>(memory) % 64) % 64;
}

} // namespace tandem_kernels
