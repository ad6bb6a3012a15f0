// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/judge/accuracy/monotone_curve.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace tandem::judge {
namespace {

TEST(MonotoneCurve, GoesThroughPointsThatFall) {
    const std::vector<double> x{3, 1, 2}, y{10, 90, 40};
    const MonotoneCurve curve(x, y);
    EXPECT_DOUBLE_EQ(curve.value(1), 90);
    EXPECT_DOUBLE_EQ(curve.value(1.5), 65);
    EXPECT_DOUBLE_EQ(curve.value(2), 40);
    EXPECT_DOUBLE_EQ(curve.value(3), 10);
    EXPECT_DOUBLE_EQ(curve.value(-5), 90);
    EXPECT_DOUBLE_EQ(curve.value(9), 10);
    EXPECT_EQ(curve.meanSquareError(), 0.0);
    EXPECT_EQ(curve.deviation(2), 0.0);
}

TEST(MonotoneCurve, PoolsPointsThatRise) {
    const std::vector<double> x{0, 1, 2, 3}, y{100, 50, 70, 20};
    const MonotoneCurve curve(x, y);
    EXPECT_DOUBLE_EQ(curve.value(1.5), 60); // 50 and 70 become one block in their middle
    EXPECT_NEAR(curve.meanSquareError(),
                0.25 * (std::pow(50 - curve.value(1), 2) + std::pow(70 - curve.value(2), 2)), 1e-9);
    for (double at = -1; at < 4; at += 0.1) {
        EXPECT_GE(curve.value(at), curve.value(at + 0.1));
    }
}

TEST(MonotoneCurve, TakesOnePointAndEqualPlaces) {
    const std::vector<double> x{1}, y{5};
    EXPECT_DOUBLE_EQ(MonotoneCurve(x, y).value(7), 5);
    const std::vector<double> same{2, 2, 2}, values{1, 2, 6};
    EXPECT_DOUBLE_EQ(MonotoneCurve(same, values).value(2), 3);
}

TEST(MonotoneCurve, FindsCurveAndSpreadOfNoisyPoints) {
    Random random(3);
    std::vector<double> x, y;
    for (int i = 0; i < 4000; ++i) {
        x.push_back(4 * random.uniform());
        const double spread = x.back() < 2 ? 1.0 : 5.0;
        y.push_back(100 - 20 * x.back() + spread * random.normal());
    }
    const MonotoneCurve curve(x, y);
    for (double at = 0.5; at < 3.6; at += 0.5) {
        EXPECT_NEAR(curve.value(at), 100 - 20 * at, 2.0);
    }
    EXPECT_NEAR(curve.deviation(1), 1.0, 0.3);
    EXPECT_NEAR(curve.deviation(3.2), 5.0, 1.0);
}

} // namespace
} // namespace tandem::judge
