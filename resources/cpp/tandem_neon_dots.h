// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// NEON's dot products of signed bytes. Included once in the namespace of the path.

struct Weights {
    int8x16_t part[4];
};

inline Weights loadWeights(const Weight* from) {
    Weights weights;
    for (int i = 0; i < 4; ++i) {
        weights.part[i] = vld1q_s8(from + 16 * i);
    }
    return weights;
}

inline int8x16_t splat(const Element* from) {
    std::int32_t four;
    std::memcpy(&four, from, 4);
    return vreinterpretq_s8_s32(vdupq_n_s32(four));
}

inline Sums dot(Sums sums, int8x16_t activations, const Weights& weights) {
    for (int i = 0; i < 4; ++i) {
        sums.part[i] = vdotq_s32(sums.part[i], weights.part[i], activations);
    }
    return sums;
}
