// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// Dot products of four unsigned by four signed bytes (VNNI and its like). Included once in the namespace of
// every path that has multiplyBytes.

using Element = std::uint8_t;
using Weight = std::int8_t;
constexpr int kInputsPerDot = 4;
constexpr int kTaps = 4;

#include "tandem_paths_weights.h"

inline Sums dot(Sums sums, Vector activations, const Weights& weights) {
    for (int i = 0; i < kVectors; ++i) {
        sums.part[i] = multiplyBytes(sums.part[i], activations, weights.part[i]);
    }
    return sums;
}

inline const Element* widened(const std::uint8_t* first, std::ptrdiff_t, std::uint8_t*) {
    return first;
}

inline const Weight* weightsOf(const Convolution& op, std::ptrdiff_t unit, std::ptrdiff_t units,
                               std::uint8_t* scratch) {
    return byteWeights(op, unit, units, scratch);
}

// [4 channels][4 taps].
inline void placeTaps(const std::int8_t* numbers, Weight* to) {
    std::memcpy(to, numbers, 16);
}

inline void dotTaps(Vector (&sums)[4], const Vector (&taps)[4], const Weight* weights) {
    const Vector low01 = interleaveLowBytes(taps[0], taps[1]), high01 = interleaveHighBytes(taps[0], taps[1]);
    const Vector low23 = interleaveLowBytes(taps[2], taps[3]), high23 = interleaveHighBytes(taps[2], taps[3]);
    const Vector quads[4] = {interleaveLowWords(low01, low23), interleaveHighWords(low01, low23),
                             interleaveLowWords(high01, high23), interleaveHighWords(high01, high23)};
    for (int j = 0; j < 4; ++j) {
        sums[j] = multiplyBytes(sums[j], quads[j], loadVector(weights + j * 16 * kLanes));
    }
}

// Blocks of 16 channels that a column takes at once, and whether it can read such weights.
constexpr int kColumnBlocks = 4;
inline bool readsWeightsDirectly(int weightBits) {
    return weightBits == 8 || weightBits == 4;
}
