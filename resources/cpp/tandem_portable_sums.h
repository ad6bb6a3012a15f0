// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// Sums of two maps in portable C++. Included once in the namespace of every path without vector instructions
// of its own.

// Up to 64 sums in 32 bits, into memory that is neither input's.
inline void addNarrow(const std::uint8_t* a, const std::uint8_t* b, std::uint8_t* __restrict y, int count,
                      const AddScale& scale) {
    const std::int32_t multiplierA = scale.multiplierA, multiplierB = scale.multiplierB;
    const std::int32_t rounding = static_cast<std::int32_t>(scale.rounding);
    const std::int32_t low = scale.low, high = scale.high;
    const int shift = scale.shift;
    for (int i = 0; i < count; ++i) {
        const std::int32_t sum = (multiplierA * a[i] + multiplierB * b[i] + rounding) >> shift;
        y[i] = static_cast<std::uint8_t>(std::min(std::max(sum, low), high));
    }
}

// The output may take the place of an input.
inline void addRun(const std::uint8_t* a, const std::uint8_t* b, std::uint8_t* y, int count,
                   const AddScale& scale) {
    if (!scale.narrow) {
        addWide(a, b, y, count, scale);
        return;
    }
    constexpr int kAtOnce = 64;
    std::uint8_t sums[kAtOnce];
    for (int first = 0; first < count; first += kAtOnce) {
        const int some = std::min(kAtOnce, count - first);
        addNarrow(a + first, b + first, sums, some, scale);
        std::memcpy(y + first, sums, static_cast<std::size_t>(some));
    }
}
