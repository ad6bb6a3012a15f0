// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// The instructions of AVX2 by names of their own. Included once in the namespace of every path of this width.

using Vector = __m256i;
constexpr int kLanes = 2;

inline Vector loadVector(const void* from) {
    return _mm256_loadu_si256(static_cast<const __m256i*>(from));
}
inline void storeVector(Vector vector, void* to) {
    _mm256_storeu_si256(static_cast<__m256i*>(to), vector);
}
inline Vector splat(const void* fourBytes) {
    std::int32_t number;
    std::memcpy(&number, fourBytes, 4);
    return _mm256_set1_epi32(number);
}
inline Vector splatByte(int byte) {
    return _mm256_set1_epi8(static_cast<char>(byte));
}
inline Vector plus(Vector a, Vector b) {
    return _mm256_add_epi32(a, b);
}
inline Vector both(Vector a, Vector b) {
    return _mm256_and_si256(a, b);
}
inline Vector multiplyWords(Vector a, Vector b) {
    return _mm256_madd_epi16(a, b);
}
inline Vector multiplyWordsHigh(Vector a, Vector b) {
    return _mm256_mulhi_epu16(a, b);
}
inline Vector shiftedRight(Vector a, Vector by) {
    return _mm256_srav_epi32(a, by);
}
inline Vector shiftedUp16(Vector a) {
    return _mm256_slli_epi32(a, 16);
}
inline Vector shiftedUp(Vector a, int by) {
    return _mm256_sll_epi32(a, _mm_cvtsi32_si128(by));
}
inline Vector interleaveLowBytes(Vector a, Vector b) {
    return _mm256_unpacklo_epi8(a, b);
}
inline Vector interleaveHighBytes(Vector a, Vector b) {
    return _mm256_unpackhi_epi8(a, b);
}
inline Vector interleaveLowWords(Vector a, Vector b) {
    return _mm256_unpacklo_epi16(a, b);
}
inline Vector interleaveHighWords(Vector a, Vector b) {
    return _mm256_unpackhi_epi16(a, b);
}
inline Vector packNumbers(Vector a, Vector b) {
    return _mm256_packs_epi32(a, b);
}
inline Vector packWords(Vector a, Vector b) {
    return _mm256_packus_epi16(a, b);
}
inline Vector largerBytes(Vector a, Vector b) {
    return _mm256_max_epu8(a, b);
}
inline Vector smallerBytes(Vector a, Vector b) {
    return _mm256_min_epu8(a, b);
}
inline Vector widenedBytes(const std::uint8_t* from) {
    return _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
}

// Of four signed bytes each, the first two and the last two as 16-bit numbers.
inline void splitPairs(Vector quads, Vector& first, Vector& second) {
    const Vector even = _mm256_srai_epi16(_mm256_slli_epi16(quads, 8), 8), odd = _mm256_srai_epi16(quads, 8);
    first = _mm256_blend_epi16(even, _mm256_slli_epi32(odd, 16), 0xaa);
    second = _mm256_blend_epi16(_mm256_srli_epi32(even, 16), odd, 0xaa);
}

// 64 signed numbers of four bits: the lower halves of 32 bytes, then the upper ones.
inline void loadNibbles(const std::uint8_t* from, Vector (&numbers)[2]) {
    const Vector bytes = loadVector(from), mask = _mm256_set1_epi8(15), sign = _mm256_set1_epi8(8);
    const Vector upper = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), mask);
    numbers[0] = _mm256_sub_epi8(_mm256_xor_si256(_mm256_and_si256(bytes, mask), sign), sign);
    numbers[1] = _mm256_sub_epi8(_mm256_xor_si256(upper, sign), sign);
}

// Pieces of equal size, `step` bytes apart, side by side.
struct Gather {
    __m256i offsets; // of eight bytes each, or of four
    int size, step;
};
inline Gather gatherOf(int step, int size) {
    alignas(32) std::int32_t offsets[8] = {};
    const int unit = size >= 8 ? 8 : 4;
    for (int i = 0; size >= 4 && i < 32 / unit; ++i) {
        offsets[i] = i * unit / size * step + i * unit % size;
    }
    return {_mm256_load_si256(reinterpret_cast<const __m256i*>(offsets)), size, step};
}
inline Vector gatherVector(const std::uint8_t* from, const Gather& gather) {
    if (gather.size == 16) {
        const __m128i low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
        const __m128i high = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + gather.step));
        return _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
    }
    if (gather.size >= 8) {
        return _mm256_i32gather_epi64(reinterpret_cast<const long long*>(from),
                                      _mm256_castsi256_si128(gather.offsets), 1);
    }
    if (gather.size == 4) {
        return _mm256_i32gather_epi32(reinterpret_cast<const int*>(from), gather.offsets, 1);
    }
    alignas(32) std::uint8_t bytes[32];
    for (int i = 0; i < 32; ++i) {
        bytes[i] = from[i / gather.size * gather.step + i % gather.size];
    }
    return _mm256_load_si256(reinterpret_cast<const __m256i*>(bytes));
}
