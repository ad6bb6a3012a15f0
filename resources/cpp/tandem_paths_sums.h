// SPDX-License-Identifier: GPL-3.0-or-later
// Part of Tandem's kernel library (see tandem_kernels.h).
//
// Sums of two maps. Included once in the namespace of every path with vector instructions, behind them.

// Two 16-bit numbers side by side, in every 32 bits.
inline Vector splatPair(std::int32_t first, std::int32_t second) {
    const std::uint32_t pair =
        (static_cast<std::uint32_t>(first) & 0xffffU) | static_cast<std::uint32_t>(second) << 16U;
    return splat(&pair);
}

// What a product of words takes of the multipliers: they have 16 bits without a sign, words 15 and one.
struct AddFactors {
    Vector words; // the multipliers as signed numbers
    Vector carry; // 1 where that took 2^16 off
    Vector rounding;
    Vector shift;
};

inline AddFactors addFactors(const AddScale& scale) {
    const std::int32_t rounding = static_cast<std::int32_t>(scale.rounding);
    return {splatPair(scale.multiplierA, scale.multiplierB),
            splatPair(scale.multiplierA >= 0x8000 ? 1 : 0, scale.multiplierB >= 0x8000 ? 1 : 0),
            splat(&rounding), splat(&scale.shift)};
}

// The output may take the place of an input.
inline void addRun(const std::uint8_t* a, const std::uint8_t* b, std::uint8_t* y, int count,
                   const AddScale& scale) {
    if (!scale.narrow) {
        addWide(a, b, y, count, scale);
        return;
    }
    constexpr int kAtOnce = 16 * kLanes;
    const AddFactors factors = addFactors(scale);
    const Vector none = splatByte(0), low = splatByte(scale.low), high = splatByte(scale.high);
    const auto sum = [&](Vector pairs) {
        const Vector carried = shiftedUp16(multiplyWords(pairs, factors.carry));
        return shiftedRight(plus(plus(multiplyWords(pairs, factors.words), carried), factors.rounding),
                            factors.shift);
    };
    const auto sums = [&](const std::uint8_t* fromA, const std::uint8_t* fromB) {
        const Vector ofA = loadVector(fromA), ofB = loadVector(fromB);
        const Vector first = interleaveLowBytes(ofA, ofB), second = interleaveHighBytes(ofA, ofB);
        const Vector words = packWords(
            packNumbers(sum(interleaveLowBytes(first, none)), sum(interleaveHighBytes(first, none))),
            packNumbers(sum(interleaveLowBytes(second, none)), sum(interleaveHighBytes(second, none))));
        return smallerBytes(largerBytes(words, low), high);
    };
    int i = 0;
    for (; i + kAtOnce <= count; i += kAtOnce) {
        storeVector(sums(a + i, b + i), y + i);
    }
    if (i < count) {
        // What follows may be another thread's.
        const std::size_t rest = static_cast<std::size_t>(count - i);
        std::uint8_t restA[kAtOnce] = {}, restB[kAtOnce] = {}, results[kAtOnce];
        std::memcpy(restA, a + i, rest);
        std::memcpy(restB, b + i, rest);
        storeVector(sums(restA, restB), results);
        std::memcpy(y + i, results, rest);
    }
}
