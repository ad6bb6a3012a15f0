// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/report/axis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::codegen::svg {
namespace {

TEST(Axis, LatencyDoesNotBeginBelowZero) {
    const std::vector<double> values{0.02, 4.1, 9.7};
    const Axis axis(values, {.least = 0.0, .most = {}});
    EXPECT_GE(axis.ticks().front(), 0.0);
    EXPECT_DOUBLE_EQ(axis.share(0.0), 0.0);
    EXPECT_LE(axis.share(9.7), 1.0);
}

TEST(Axis, AgreementDoesNotGoBeyondAHundredPercent) {
    const std::vector<double> values{41.0, 99.8};
    const Axis axis(values, {.least = 0.0, .most = 100.0});
    EXPECT_DOUBLE_EQ(axis.share(100.0), 1.0);
    EXPECT_LE(axis.ticks().back(), 100.0);
}

TEST(Axis, AScaleDoesNotHideValuesThatBreakIt) {
    const std::vector<double> values{-1.0, 120.0};
    const Axis axis(values, {.least = 0.0, .most = 100.0});
    EXPECT_GE(axis.share(-1.0), 0.0);
    EXPECT_LE(axis.share(120.0), 1.0);
}

TEST(Axis, LogarithmicOnesGiveEveryDecadeTheSameRoom) {
    const std::vector<double> values{0.1, 1.0, 10.0};
    const Axis axis(values, {.least = 0.0, .most = {}, .logarithmic = true});
    EXPECT_NEAR(axis.share(1.0) - axis.share(0.1), axis.share(10.0) - axis.share(1.0), 1e-12);
    EXPECT_THAT(axis.ticks(), testing::IsSupersetOf({0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0}));
}

TEST(Axis, ALogarithmicOneWithAZeroIsLinear) {
    const std::vector<double> values{0.0, 10.0};
    const Axis axis(values, {.least = 0.0, .most = {}, .logarithmic = true});
    EXPECT_DOUBLE_EQ(axis.share(0.0), 0.0);
}

TEST(Axis, OneValueHasAPlaceAndTicks) {
    for (const bool logarithmic : {false, true}) {
        const std::vector<double> values{3.7};
        const Axis axis(values, {.least = {}, .most = {}, .logarithmic = logarithmic});
        EXPECT_GT(axis.share(3.7), 0.0);
        EXPECT_LT(axis.share(3.7), 1.0);
        EXPECT_FALSE(axis.ticks().empty());
    }
}

} // namespace
} // namespace tandem::codegen::svg
