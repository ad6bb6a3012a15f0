// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// Requantized sums to bytes in memory. Included once in the namespace of every path of 256 bits.

inline void storeBytes(__m128i bytes, std::uint8_t* to, int count) {
    if (count == 16) {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
        return;
    }
    if (count == 8) {
        _mm_storel_epi64(reinterpret_cast<__m128i*>(to), bytes);
        return;
    }
    alignas(16) std::uint8_t memory[16];
    _mm_store_si128(reinterpret_cast<__m128i*>(memory), bytes);
    std::memcpy(to, memory, static_cast<std::size_t>(count));
}

inline void storeTwo(const Sums& a, const Sums& b, const Parameters& by, std::uint8_t* toA, std::uint8_t* toB,
                     int count) {
    const Vector mixed = packWords(packNumbers(a.part[0], a.part[1]), packNumbers(b.part[0], b.part[1]));
    const Vector ordered =
        _mm256_permutevar8x32_epi32(clamped(mixed, by), _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
    storeBytes(_mm256_castsi256_si128(ordered), toA, count);
    storeBytes(_mm256_extracti128_si256(ordered, 1), toB, count);
}

inline void storePixel(const Sums& sums, const Parameters& by, std::uint8_t* to, int count) {
    const Vector words = packNumbers(sums.part[0], sums.part[1]);
    const Vector ordered = _mm256_permutevar8x32_epi32(clamped(packWords(words, words), by),
                                                       _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
    storeBytes(_mm256_castsi256_si128(ordered), to, count);
}

inline void storePixels(const Sums& a, const Sums& b, const Sums& c, const Sums& d, const Parameters& by,
                        std::uint8_t* toA, std::uint8_t* toB, std::uint8_t* toC, std::uint8_t* toD,
                        int count) {
    storeTwo(a, b, by, toA, toB, count);
    storeTwo(c, d, by, toC, toD, count);
}
