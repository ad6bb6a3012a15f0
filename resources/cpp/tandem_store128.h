// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// Requantized sums to bytes in memory. Included once in the namespace of every path of 128 bits.

inline void storePixel(const Sums& sums, const Parameters& by, std::uint8_t* to, int count) {
    const Vector bytes = clamped(
        packWords(packNumbers(sums.part[0], sums.part[1]), packNumbers(sums.part[2], sums.part[3])), by);
    if (count == 16) {
        storeVector(bytes, to);
        return;
    }
    alignas(16) std::uint8_t memory[16];
    storeVector(bytes, memory);
    std::memcpy(to, memory, static_cast<std::size_t>(count));
}

inline void storePixels(const Sums& a, const Sums& b, const Sums& c, const Sums& d, const Parameters& by,
                        std::uint8_t* toA, std::uint8_t* toB, std::uint8_t* toC, std::uint8_t* toD,
                        int count) {
    storePixel(a, by, toA, count);
    storePixel(b, by, toB, count);
    storePixel(c, by, toC, count);
    storePixel(d, by, toD, count);
}
