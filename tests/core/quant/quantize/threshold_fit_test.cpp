// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/quant/quantize/threshold_fit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace tandem::quant {
namespace {

int output(const ChannelMap& map, int sum, int low, int high) {
    return std::clamp(static_cast<int>(std::floor(map.ratio * (sum + map.offset) + 0.5)), low, high);
}

/// Sums of -reach .. reach whose output is another one, weighted as the fit does.
double wrong(const ChannelMap& wanted, const ChannelMap& made, int low, int high, int reach) {
    double cost = 0.0;
    for (int sum = -reach; sum <= reach; ++sum) {
        cost +=
            std::abs(output(wanted, sum, low, high) - output(made, sum, low, high)) / (1.0 + std::abs(sum));
    }
    return cost;
}

TEST(ThresholdFit, ChangesFewerOutputsThanRoundingTheOffset) {
    Random random(3);
    double rounding = 0.0, fitted = 0.0;
    for (int i = 0; i < 500; ++i) {
        const ChannelMap wanted{8.0 * random.uniform() - 4.0, 0.05 + 1.5 * random.uniform()};
        const int high = static_cast<int>(1 + random.below(15)), low = -static_cast<int>(random.below(8));
        const ChannelMap made = withIntegerOffset(wanted, low, high, 40.0);
        const ChannelMap rounded{std::floor(wanted.offset + 0.5), wanted.ratio};
        EXPECT_EQ(made.offset, std::floor(made.offset));
        const double own = wrong(wanted, made, low, high, 40);
        EXPECT_LE(own, wrong(wanted, rounded, low, high, 40) + 1e-9);
        fitted += own;
        rounding += wrong(wanted, rounded, low, high, 40);
    }
    EXPECT_LT(fitted, 0.6 * rounding);
}

TEST(ThresholdFit, IsExactWhereOneRatioMovesNoThreshold) {
    // Sums from 1 give 1, others 0: an offset of 0.605 and a ratio of 0.593 say so only together.
    const ChannelMap wanted{0.605 - 1.0, 0.593};
    const ChannelMap made = withIntegerOffset(wanted, 0, 1, 20.0);
    EXPECT_EQ(wrong(wanted, made, 0, 1, 20), 0.0);
}

TEST(ThresholdFit, RoundsTheOffsetOfFineSumsAndManyLevels) {
    const ChannelMap fine = withIntegerOffset({10.4, 0.01}, 0, 15, 1000.0);
    EXPECT_EQ(fine.offset, 10.0);
    EXPECT_EQ(fine.ratio, 0.01);
    const ChannelMap many = withIntegerOffset({10.6, 0.1}, -128, 127, 1000.0);
    EXPECT_EQ(many.offset, 11.0);
    EXPECT_EQ(many.ratio, 0.1);
}

} // namespace
} // namespace tandem::quant
