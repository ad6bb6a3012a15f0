// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// Requantized sums to bytes in memory. Included once in the namespace of every path of 512 bits.

inline void storeBytes(__m128i bytes, std::uint8_t* to, int count) {
    if (count == 16) {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
        return;
    }
    if (count == 8) {
        _mm_storel_epi64(reinterpret_cast<__m128i*>(to), bytes);
        return;
    }
    _mm_mask_storeu_epi8(to, static_cast<__mmask16>((1U << static_cast<unsigned>(count)) - 1U), bytes);
}

inline void storePixels(const Sums& a, const Sums& b, const Sums& c, const Sums& d, const Parameters& by,
                        std::uint8_t* toA, std::uint8_t* toB, std::uint8_t* toC, std::uint8_t* toD,
                        int count) {
    const Vector mixed = packWords(packNumbers(a.part[0], b.part[0]), packNumbers(c.part[0], d.part[0]));
    const Vector order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    const Vector ordered = _mm512_permutexvar_epi32(order, clamped(mixed, by));
    storeBytes(_mm512_castsi512_si128(ordered), toA, count);
    storeBytes(_mm512_extracti32x4_epi32(ordered, 1), toB, count);
    storeBytes(_mm512_extracti32x4_epi32(ordered, 2), toC, count);
    storeBytes(_mm512_extracti32x4_epi32(ordered, 3), toD, count);
}

inline void storePixel(const Sums& sums, const Parameters& by, std::uint8_t* to, int count) {
    const Vector words = packNumbers(sums.part[0], sums.part[0]);
    const Vector order = _mm512_setr_epi32(0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12);
    const Vector ordered = _mm512_permutexvar_epi32(order, clamped(packWords(words, words), by));
    storeBytes(_mm512_castsi512_si128(ordered), to, count);
}
