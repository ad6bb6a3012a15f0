// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// The instructions of NEON by names of their own. Included once in the namespace of every path of this width.

using Vector = int32x4_t;
constexpr int kLanes = 1;

inline uint8x16_t bytesOf(Vector vector) {
    return vreinterpretq_u8_s32(vector);
}
inline Vector ofBytes(uint8x16_t bytes) {
    return vreinterpretq_s32_u8(bytes);
}
inline Vector loadVector(const void* from) {
    return ofBytes(vld1q_u8(static_cast<const std::uint8_t*>(from)));
}
inline void storeVector(Vector vector, void* to) {
    vst1q_u8(static_cast<std::uint8_t*>(to), bytesOf(vector));
}
inline Vector splatByte(int byte) {
    return ofBytes(vdupq_n_u8(static_cast<std::uint8_t>(byte)));
}
inline Vector largerBytes(Vector a, Vector b) {
    return ofBytes(vmaxq_u8(bytesOf(a), bytesOf(b)));
}
inline Vector smallerBytes(Vector a, Vector b) {
    return ofBytes(vminq_u8(bytesOf(a), bytesOf(b)));
}
inline Vector interleaveLowBytes(Vector a, Vector b) {
    return ofBytes(vzipq_u8(bytesOf(a), bytesOf(b)).val[0]);
}
inline Vector interleaveHighBytes(Vector a, Vector b) {
    return ofBytes(vzipq_u8(bytesOf(a), bytesOf(b)).val[1]);
}
inline Vector interleaveLowWords(Vector a, Vector b) {
    return vreinterpretq_s32_s16(vzipq_s16(vreinterpretq_s16_s32(a), vreinterpretq_s16_s32(b)).val[0]);
}
inline Vector interleaveHighWords(Vector a, Vector b) {
    return vreinterpretq_s32_s16(vzipq_s16(vreinterpretq_s16_s32(a), vreinterpretq_s16_s32(b)).val[1]);
}
inline Vector packNumbers(Vector a, Vector b) {
    return vreinterpretq_s32_s16(vcombine_s16(vqmovn_s32(a), vqmovn_s32(b)));
}
inline Vector packWords(Vector a, Vector b) {
    return ofBytes(vcombine_u8(vqmovun_s16(vreinterpretq_s16_s32(a)), vqmovun_s16(vreinterpretq_s16_s32(b))));
}

// 64 signed numbers of four bits: the lower halves of 32 bytes, then the upper ones.
inline void loadNibbles(const std::uint8_t* from, Vector (&numbers)[4]) {
    for (int i = 0; i < 2; ++i) {
        const int8x16_t bytes = vreinterpretq_s8_u8(vld1q_u8(from + 16 * i));
        numbers[i] = vreinterpretq_s32_s8(vshrq_n_s8(vshlq_n_s8(bytes, 4), 4));
        numbers[2 + i] = vreinterpretq_s32_s8(vshrq_n_s8(bytes, 4));
    }
}

// (sum * multiplier + rounding) >> shift in 32 bits: floors nest to
// (((sum * multiplier) >> 16) + (rounding >> 16)) >> (shift - 16), where the inner one is the upper half of
// twice the product with multiplier * 2^15.
template <int kCount>
inline Vector requantized(Vector sum, const ParametersOf<kCount>& by, int first) {
    if (by.before != 0) {
        sum = vshlq_s32(sum, vdupq_n_s32(by.before));
    }
    const Vector scaled = vqdmulhq_s32(sum, vshlq_n_s32(loadVector(by.lowFactor + first), 15));
    return vshlq_s32(vaddq_s32(scaled, loadVector(by.addend + first)),
                     vnegq_s32(loadVector(by.shift + first)));
}

// Pieces of equal size, `step` bytes apart, side by side.
struct Gather {
    int size, step;
};
inline Gather gatherOf(int step, int size) {
    return {size, step};
}
template <int kSize>
inline Vector gatherPieces(const std::uint8_t* from, int step) {
    alignas(16) std::uint8_t bytes[16];
#pragma GCC unroll 8
    for (int i = 0; i < 16 / kSize; ++i) {
        std::memcpy(bytes + i * kSize, from + std::ptrdiff_t{i} * step, kSize);
    }
    return loadVector(bytes);
}
inline Vector gatherVector(const std::uint8_t* from, const Gather& gather) {
    if (gather.size == 8) {
        return ofBytes(vcombine_u8(vld1_u8(from), vld1_u8(from + gather.step)));
    }
    return gather.size == 4 ? gatherPieces<4>(from, gather.step) : gatherPieces<2>(from, gather.step);
}
