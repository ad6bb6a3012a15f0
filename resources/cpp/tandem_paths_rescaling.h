// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// Requantization in 32 bits by products of 16-bit numbers. Included once in the namespace of every path that
// has them, behind its instructions.

// (sum * multiplier + rounding) >> shift in 32 bits: with sum = high * 2^16 + low, floors nest to
// (high * multiplier + (rounding >> 16) + ((low * multiplier) >> 16)) >> (shift - 16).
template <int kCount>
inline Vector requantized(Vector sum, const ParametersOf<kCount>& by, int first) {
    if (by.before != 0) {
        sum = shiftedUp(sum, by.before);
    }
    const Vector high = multiplyWords(sum, loadVector(by.highFactor + first));
    const Vector carried = both(sum, loadVector(by.carry + first));
    const Vector low = multiplyWordsHigh(sum, loadVector(by.lowFactor + first));
    const Vector all = plus(plus(high, carried), plus(low, loadVector(by.addend + first)));
    return shiftedRight(all, loadVector(by.shift + first));
}
