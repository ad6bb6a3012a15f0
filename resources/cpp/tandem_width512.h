// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// The instructions of AVX-512 by names of their own. Included once in the namespace of every path of this
// width.

using Vector = __m512i;
constexpr int kLanes = 4;

inline Vector loadVector(const void* from) {
    return _mm512_loadu_si512(from);
}
inline void storeVector(Vector vector, void* to) {
    _mm512_storeu_si512(to, vector);
}
inline Vector splat(const void* fourBytes) {
    std::int32_t number;
    std::memcpy(&number, fourBytes, 4);
    return _mm512_set1_epi32(number);
}
inline Vector splatByte(int byte) {
    return _mm512_set1_epi8(static_cast<char>(byte));
}
inline Vector plus(Vector a, Vector b) {
    return _mm512_add_epi32(a, b);
}
inline Vector both(Vector a, Vector b) {
    return _mm512_and_si512(a, b);
}
inline Vector multiplyWords(Vector a, Vector b) {
    return _mm512_madd_epi16(a, b);
}
inline Vector multiplyWordsHigh(Vector a, Vector b) {
    return _mm512_mulhi_epu16(a, b);
}
inline Vector shiftedRight(Vector a, Vector by) {
    return _mm512_srav_epi32(a, by);
}
inline Vector shiftedUp16(Vector a) {
    return _mm512_slli_epi32(a, 16);
}
inline Vector shiftedUp(Vector a, int by) {
    return _mm512_sll_epi32(a, _mm_cvtsi32_si128(by));
}
inline Vector interleaveLowBytes(Vector a, Vector b) {
    return _mm512_unpacklo_epi8(a, b);
}
inline Vector interleaveHighBytes(Vector a, Vector b) {
    return _mm512_unpackhi_epi8(a, b);
}
inline Vector interleaveLowWords(Vector a, Vector b) {
    return _mm512_unpacklo_epi16(a, b);
}
inline Vector interleaveHighWords(Vector a, Vector b) {
    return _mm512_unpackhi_epi16(a, b);
}
inline Vector packNumbers(Vector a, Vector b) {
    return _mm512_packs_epi32(a, b);
}
inline Vector packWords(Vector a, Vector b) {
    return _mm512_packus_epi16(a, b);
}
inline Vector largerBytes(Vector a, Vector b) {
    return _mm512_max_epu8(a, b);
}
inline Vector smallerBytes(Vector a, Vector b) {
    return _mm512_min_epu8(a, b);
}
inline Vector widenedBytes(const std::uint8_t* from) {
    return _mm512_cvtepu8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
}

// Of four signed bytes each, the first two and the last two as 16-bit numbers.
inline void splitPairs(Vector quads, Vector& first, Vector& second) {
    const Vector even = _mm512_srai_epi16(_mm512_slli_epi16(quads, 8), 8), odd = _mm512_srai_epi16(quads, 8);
    first = _mm512_mask_blend_epi16(0xaaaaaaaaU, even, _mm512_slli_epi32(odd, 16));
    second = _mm512_mask_blend_epi16(0xaaaaaaaaU, _mm512_srli_epi32(even, 16), odd);
}

// 64 signed numbers of four bits: the lower halves of 32 bytes, then the upper ones.
inline void loadNibbles(const std::uint8_t* from, Vector (&numbers)[1]) {
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
    const Vector halves = _mm512_inserti64x4(_mm512_castsi256_si512(bytes), _mm256_srli_epi16(bytes, 4), 1);
    const Vector sign = _mm512_set1_epi8(8);
    numbers[0] =
        _mm512_sub_epi8(_mm512_xor_si512(_mm512_and_si512(halves, _mm512_set1_epi8(15)), sign), sign);
}

// Pieces of equal size, `step` bytes apart, side by side.
struct Gather {
    __m512i offsets; // of eight bytes each, or of four
    int size, step;
};
inline Gather gatherOf(int step, int size) {
    alignas(64) std::int32_t offsets[16] = {};
    const int unit = size >= 8 ? 8 : 4;
    for (int i = 0; size >= 4 && i < 64 / unit; ++i) {
        offsets[i] = i * unit / size * step + i * unit % size;
    }
    return {_mm512_load_si512(offsets), size, step};
}
inline Vector gatherVector(const std::uint8_t* from, const Gather& gather) {
    if (gather.size == 16) {
        const auto piece = [&](int i) {
            return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + std::ptrdiff_t{i} * gather.step));
        };
        const __m256i low = _mm256_inserti128_si256(_mm256_castsi128_si256(piece(0)), piece(1), 1);
        const __m256i high = _mm256_inserti128_si256(_mm256_castsi128_si256(piece(2)), piece(3), 1);
        return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
    }
    if (gather.size == 32) {
        const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
        const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + gather.step));
        return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
    }
    if (gather.size >= 8) {
        return _mm512_i32gather_epi64(_mm512_castsi512_si256(gather.offsets), from, 1);
    }
    if (gather.size == 4) {
        return _mm512_i32gather_epi32(gather.offsets, from, 1);
    }
    alignas(64) std::uint8_t bytes[64];
    for (int i = 0; i < 64; ++i) {
        bytes[i] = from[i / gather.size * gather.step + i % gather.size];
    }
    return _mm512_load_si512(bytes);
}
