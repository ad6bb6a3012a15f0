// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// Two 16-bit numbers in a word and their products: instructions of Cortex-M's DSP extension where there are
// any. Included once in the namespace of the path for little memory.

using Pair = std::uint32_t;

inline std::uint32_t loadWord(const std::uint8_t* from) {
    return from[0] | std::uint32_t{from[1]} << 8U | std::uint32_t{from[2]} << 16U |
           std::uint32_t{from[3]} << 24U;
}
inline void storeWord(std::uint32_t word, std::uint8_t* to) {
    for (unsigned i = 0; i < 4; ++i) {
        to[i] = static_cast<std::uint8_t>(word >> (8 * i));
    }
}
inline std::int32_t lowNumber(Pair pair) {
    return static_cast<std::int16_t>(pair);
}
inline std::int32_t highNumber(Pair pair) {
    return static_cast<std::int32_t>(pair) >> 16;
}
inline Pair pairOf(int low, int high) {
    return (static_cast<std::uint32_t>(low) & 0xffffU) | static_cast<std::uint32_t>(high) << 16U;
}
// Sums wrap around: only the last one need fit.
inline std::int32_t plusProduct(std::int32_t sum, std::int32_t a, std::int32_t b) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(sum) + static_cast<std::uint32_t>(a * b));
}

// evenBytes and oddBytes: the bytes 0 and 2, and 1 and 3, of a word; evenNumbers and oddNumbers: the same of
// signed ones; multiplyPairs: the sum and both products.
#if defined(__ARM_FEATURE_SIMD32) && defined(__GNUC__)
inline Pair evenBytes(std::uint32_t word) {
    Pair pair;
    asm("uxtb16 %0, %1" : "=r"(pair) : "r"(word));
    return pair;
}
inline Pair oddBytes(std::uint32_t word) {
    Pair pair;
    asm("uxtb16 %0, %1, ror #8" : "=r"(pair) : "r"(word));
    return pair;
}
inline Pair evenNumbers(std::uint32_t word) {
    Pair pair;
    asm("sxtb16 %0, %1" : "=r"(pair) : "r"(word));
    return pair;
}
inline Pair oddNumbers(std::uint32_t word) {
    Pair pair;
    asm("sxtb16 %0, %1, ror #8" : "=r"(pair) : "r"(word));
    return pair;
}
inline std::int32_t multiplyPairs(std::int32_t sum, Pair a, Pair b) {
    asm("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b));
    return sum;
}
constexpr const char* kName = "DSP";
#else
inline Pair evenBytes(std::uint32_t word) {
    return word & 0x00ff00ffU;
}
inline Pair oddBytes(std::uint32_t word) {
    return word >> 8U & 0x00ff00ffU;
}
inline Pair evenNumbers(std::uint32_t word) {
    return pairOf(static_cast<std::int8_t>(word), static_cast<std::int8_t>(word >> 16U));
}
inline Pair oddNumbers(std::uint32_t word) {
    return evenNumbers(word >> 8U);
}
inline std::int32_t multiplyPairs(std::int32_t sum, Pair a, Pair b) {
    return plusProduct(plusProduct(sum, lowNumber(a), lowNumber(b)), highNumber(a), highNumber(b));
}
constexpr const char* kName = "small";
#endif

// A plane of kBits bits, four numbers at once (see Convolution in tandem_kernels.h).
template <int kBits>
inline const std::uint8_t* addWordPlane(const std::uint8_t* plane, int place, std::uint32_t (&numbers)[16]) {
    constexpr int kWords = 2 * kBits;
    constexpr std::uint32_t kMask = 0x01010101U * ((1U << kBits) - 1U);
    for (int i = 0; i < kWords; ++i, plane += 4) {
        const std::uint32_t word = loadWord(plane);
        for (int part = 0; part < 16 / kWords; ++part) {
            numbers[part * kWords + i] |= (word >> (part * kBits) & kMask) << place;
        }
    }
    return plane;
}

// 64 numbers of 2 to 7 bits.
inline void unpackUnit(const std::uint8_t* packed, int bits, std::uint8_t* to) {
    std::uint32_t numbers[16] = {};
    int place = 0;
    if ((bits & 4) != 0) {
        packed = addWordPlane<4>(packed, place, numbers);
        place += 4;
    }
    if ((bits & 2) != 0) {
        packed = addWordPlane<2>(packed, place, numbers);
        place += 2;
    }
    if ((bits & 1) != 0) {
        addWordPlane<1>(packed, place, numbers);
    }
    const std::uint32_t sign = 0x01010101U << (bits - 1), top = 0x80808080U;
    for (int i = 0; i < 16; ++i) { // (number ^ sign) - sign in every byte, without borrowing
        storeWord((((numbers[i] ^ sign) | top) - sign) ^ top, to + 4 * i);
    }
}
