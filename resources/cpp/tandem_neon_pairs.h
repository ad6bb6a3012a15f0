// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// Dot products of NEON without an instruction for them: two products of bytes are added in 16 bits, where
// they fit since weights are not below -127, and pairs of those in 32 bits. Included once in the namespace of
// the path.

// Of 8 channels each: the first two inputs and the last two.
struct Weights {
    int8x16_t first[2], second[2];
};

inline Weights loadWeights(const Weight* from) {
    Weights weights;
    for (int i = 0; i < 2; ++i) {
        const int16x8x2_t pairs = vuzpq_s16(vreinterpretq_s16_s8(vld1q_s8(from + 32 * i)),
                                            vreinterpretq_s16_s8(vld1q_s8(from + 32 * i + 16)));
        weights.first[i] = vreinterpretq_s8_s16(pairs.val[0]);
        weights.second[i] = vreinterpretq_s8_s16(pairs.val[1]);
    }
    return weights;
}

// Two inputs, again and again; products with the lower and the upper half of weights.
#ifdef __aarch64__
using Pair = int8x16_t;
inline Pair splatPair(const Element* from) {
    std::int16_t pair;
    std::memcpy(&pair, from, 2);
    return vreinterpretq_s8_s16(vdupq_n_s16(pair));
}
inline int16x8_t lowProducts(int8x16_t a, Pair x, int8x16_t b, Pair y) {
    return vmlal_s8(vmull_s8(vget_low_s8(a), vget_low_s8(x)), vget_low_s8(b), vget_low_s8(y));
}
inline int16x8_t highProducts(int8x16_t a, Pair x, int8x16_t b, Pair y) {
    return vmlal_high_s8(vmull_high_s8(a, x), b, y);
}
#else
using Pair = int8x8_t;
inline Pair splatPair(const Element* from) {
    std::int16_t pair;
    std::memcpy(&pair, from, 2);
    return vreinterpret_s8_s16(vdup_n_s16(pair));
}
inline int16x8_t lowProducts(int8x16_t a, Pair x, int8x16_t b, Pair y) {
    return vmlal_s8(vmull_s8(vget_low_s8(a), x), vget_low_s8(b), y);
}
inline int16x8_t highProducts(int8x16_t a, Pair x, int8x16_t b, Pair y) {
    return vmlal_s8(vmull_s8(vget_high_s8(a), x), vget_high_s8(b), y);
}
#endif

struct Activation {
    Pair first, second;
};
inline Activation splat(const Element* from) {
    return {splatPair(from), splatPair(from + 2)};
}

// Compilers would start the products of all pixels before they add any, and run out of registers: nothing
// moves across the two statements without instructions.
inline Sums dot(Sums sums, Activation x, const Weights& weights) {
    asm volatile("" : "+w"(x.first), "+w"(x.second));
    for (int i = 0; i < 2; ++i) {
        const int8x16_t a = weights.first[i], b = weights.second[i];
        sums.part[2 * i] = vpadalq_s16(sums.part[2 * i], lowProducts(a, x.first, b, x.second));
        sums.part[2 * i + 1] = vpadalq_s16(sums.part[2 * i + 1], highProducts(a, x.first, b, x.second));
    }
    asm volatile("" : "+w"(sums.part[0]), "+w"(sums.part[1]), "+w"(sums.part[2]), "+w"(sums.part[3]));
    return sums;
}
