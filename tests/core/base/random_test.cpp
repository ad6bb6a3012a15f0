// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"

#include <gtest/gtest.h>

namespace tandem {
namespace {

TEST(Random, SameSeedSameNumbers) {
    Random a(7);
    Random b(7);
    Random c(8);
    bool differs = false;
    for (int i = 0; i < 100; ++i) {
        const std::uint64_t value = a.next();
        EXPECT_EQ(value, b.next());
        differs |= value != c.next();
    }
    EXPECT_TRUE(differs);
}

TEST(Random, BelowIsUniform) {
    Random random(1);
    std::array<int, 7> counts{};
    constexpr int kDraws = 70000;
    for (int i = 0; i < kDraws; ++i) {
        ++counts.at(random.below(7));
    }
    double chiSquared = 0.0;
    for (const int count : counts) {
        chiSquared += (count - kDraws / 7.0) * (count - kDraws / 7.0) / (kDraws / 7.0);
    }
    EXPECT_LT(chiSquared, 22.5); // 6 degrees of freedom, p = 0.001
}

TEST(Random, NormalHasUnitVariance) {
    Random random(3);
    double sum = 0.0;
    double squares = 0.0;
    constexpr int kDraws = 100000;
    for (int i = 0; i < kDraws; ++i) {
        const double x = random.normal();
        sum += x;
        squares += x * x;
    }
    EXPECT_NEAR(sum / kDraws, 0.0, 0.02);
    EXPECT_NEAR(squares / kDraws, 1.0, 0.03);
}

TEST(Random, StreamsDiffer) {
    EXPECT_NE(Random::stream(1, 0).next(), Random::stream(1, 1).next());
}

} // namespace
} // namespace tandem
