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
