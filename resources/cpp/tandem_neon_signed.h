// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// What the NEON paths that multiply signed by signed bytes share: activations less 128, for which the biases
// make up. Included once in the namespace of every such path, in front of its dot
// products.

using Element = std::int8_t;
using Weight = std::int8_t;
constexpr int kInputsPerDot = 4;
constexpr int kTaps = 2;

inline int8x16_t lessHalf(Vector stored) {
    return vreinterpretq_s8_u8(veorq_u8(bytesOf(stored), vdupq_n_u8(0x80)));
}

inline const Element* widened(const std::uint8_t* first, std::ptrdiff_t count, std::uint8_t* scratch) {
    std::int8_t* const to = reinterpret_cast<std::int8_t*>(scratch);
    for (std::ptrdiff_t i = 0; i < count; i += 16) {
        vst1q_s8(to + i, lessHalf(loadVector(first + i)));
    }
    return to;
}

inline const Weight* weightsOf(const Convolution& op, std::ptrdiff_t unit, std::ptrdiff_t units,
                               std::uint8_t* scratch) {
    return byteWeights(op, unit, units, scratch);
}

// Adds 128 times the weights of every channel to its bias; they lie [16 channels][4 inputs].
inline void recentre(ParametersOf<16>& parameters, const std::int8_t* weights, std::ptrdiff_t count) {
    Sums all = {};
    for (std::ptrdiff_t i = 0; i < count; i += 64) {
        for (int j = 0; j < 4; ++j) {
            all.part[j] = vpadalq_s16(all.part[j], vpaddlq_s8(vld1q_s8(weights + i + 16 * j)));
        }
    }
    for (int j = 0; j < 4; ++j) {
        std::int32_t* const bias = parameters.bias + 4 * j;
        storeVector(vaddq_s32(loadVector(bias), vshlq_n_s32(all.part[j], 7)), bias);
    }
}

// [4 channels][4 taps] as [2 taps][4 channels] twice, the second behind the four vectors of the first.
inline void placeTaps(const std::int8_t* numbers, Weight* to) {
    for (int channel = 0; channel < 4; ++channel) {
        for (int tap = 0; tap < 4; ++tap) {
            to[tap / 2 * 32 + tap % 2 * 4 + channel] = numbers[4 * channel + tap];
        }
    }
}

// The same as recentre of such filters.
inline void recentreTaps(ParametersOf<16>& parameters, const std::int8_t* weights, std::ptrdiff_t count) {
    for (std::ptrdiff_t i = 0; i < count; ++i) {
        parameters.bias[i % 32 / 8 * 4 + i % 4] += 128 * weights[i];
    }
}

// Two products of bytes fit into 16 bits: weights are not below -127.
inline void dotTaps(Vector (&sums)[4], const Vector (&taps)[2], const Weight* weights) {
    const int32x4x2_t filters = vuzpq_s32(loadVector(weights), loadVector(weights + 16));
    const int8x16_t first = vreinterpretq_s8_s32(filters.val[0]),
                    second = vreinterpretq_s8_s32(filters.val[1]);
    const int8x16_t a = lessHalf(taps[0]), b = lessHalf(taps[1]);
    const int16x8_t low =
        vmlal_s8(vmull_s8(vget_low_s8(a), vget_low_s8(first)), vget_low_s8(b), vget_low_s8(second));
    const int16x8_t high =
        vmlal_s8(vmull_s8(vget_high_s8(a), vget_high_s8(first)), vget_high_s8(b), vget_high_s8(second));
    sums[0] = vaddw_s16(sums[0], vget_low_s16(low));
    sums[1] = vaddw_s16(sums[1], vget_high_s16(low));
    sums[2] = vaddw_s16(sums[2], vget_low_s16(high));
    sums[3] = vaddw_s16(sums[3], vget_high_s16(high));
}

// Columns are tiles like others: biases make up before.
struct Blocks;
constexpr int kColumnBlocks = 1;
inline bool readsWeightsDirectly(int) {
    return false;
}
inline void column(const Blocks&, int, std::ptrdiff_t, std::ptrdiff_t) {}
