// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// Dot products of two 16-bit numbers: what is exact everywhere, since pairs of products of bytes do not fit
// into 16 bits. Activations are widened once a layer, weights once for the pixels of a block. Included once
// in the namespace of every path that has multiplyWords and no multiplyBytes.

using Element = std::int16_t;
using Weight = std::int16_t;
constexpr int kInputsPerDot = 2;
constexpr int kTaps = 2;

#include "tandem_paths_weights.h"

inline Sums dot(Sums sums, Vector activations, const Weights& weights) {
    for (int i = 0; i < kVectors; ++i) {
        sums.part[i] = plus(sums.part[i], multiplyWords(activations, weights.part[i]));
    }
    return sums;
}

inline const Element* widened(const std::uint8_t* first, std::ptrdiff_t count, std::uint8_t* scratch) {
    std::int16_t* const to = reinterpret_cast<std::int16_t*>(scratch);
    for (std::ptrdiff_t i = 0; i < count; i += 8 * kLanes) {
        storeVector(widenedBytes(first + i), to + i);
    }
    return to;
}

// Units [16 channels][4 inputs] as two of [16 channels][2 inputs].
inline const Weight* weightsOf(const Convolution& op, std::ptrdiff_t unit, std::ptrdiff_t units,
                               std::uint8_t* scratch) {
    const std::uint8_t* packed = op.weights + unit * 8 * op.weightBits;
    std::int16_t* const numbers = reinterpret_cast<std::int16_t*>(scratch);
    std::int8_t unpacked[64];
    for (std::ptrdiff_t i = 0; i < units; ++i, packed += 8 * op.weightBits) {
        const std::int8_t* from = reinterpret_cast<const std::int8_t*>(packed);
        if (op.weightBits != 8) {
            unpack(packed, op.weightBits, unpacked);
            from = unpacked;
        }
        for (int v = 0; v < kVectors; ++v) {
            Vector first, second;
            splitPairs(loadVector(from + v * 16 * kLanes), first, second);
            storeVector(first, numbers + 64 * i + v * 8 * kLanes);
            storeVector(second, numbers + 64 * i + 32 + v * 8 * kLanes);
        }
    }
    return numbers;
}

// [4 channels][4 taps]: the first two taps here, the others behind the four vectors of the first.
inline void placeTaps(const std::int8_t* numbers, Weight* to) {
    for (int i = 0; i < 8; ++i) {
        to[i] = numbers[i / 2 * 4 + i % 2];
        to[32 * kLanes + i] = numbers[i / 2 * 4 + 2 + i % 2];
    }
}

inline void dotTaps(Vector (&sums)[4], const Vector (&taps)[2], const Weight* weights) {
    const Vector low = interleaveLowBytes(taps[0], taps[1]), high = interleaveHighBytes(taps[0], taps[1]);
    const Vector none = splatByte(0);
    const Vector pairs[4] = {interleaveLowBytes(low, none), interleaveHighBytes(low, none),
                             interleaveLowBytes(high, none), interleaveHighBytes(high, none)};
    for (int j = 0; j < 4; ++j) {
        sums[j] = plus(sums[j], multiplyWords(pairs[j], loadVector(weights + j * 8 * kLanes)));
    }
}

// Columns are tiles like others: weights are widened before.
struct Blocks;
constexpr int kColumnBlocks = 1;
inline bool readsWeightsDirectly(int) {
    return false;
}
inline void column(const Blocks&, int, std::ptrdiff_t, std::ptrdiff_t) {}
