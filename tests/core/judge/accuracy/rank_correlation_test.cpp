// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/judge/accuracy/rank_correlation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace tandem::judge {
namespace {

using List = std::vector<double>;

/// All pairs, one after the other.
double tauOfPairs(const List& a, const List& b) {
    double alike = 0.0, untiedA = 0.0, untiedB = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            const double x = (a[i] > a[j]) - (a[i] < a[j]), y = (b[i] > b[j]) - (b[i] < b[j]);
            alike += x * y;
            untiedA += x * x;
            untiedB += y * y;
        }
    }
    return alike / std::sqrt(untiedA * untiedB);
}

TEST(RankCorrelation, IsOneForTheSameOrderAndMinusOneForTheOpposite) {
    const List up{1, 2, 3, 10}, steep{-5, 0, 100, 101}, down{4, 3, 2, 1};
    EXPECT_DOUBLE_EQ(kendallTau(up, steep), 1.0);
    EXPECT_DOUBLE_EQ(spearman(up, steep), 1.0);
    EXPECT_DOUBLE_EQ(kendallTau(up, down), -1.0);
    EXPECT_DOUBLE_EQ(spearman(up, down), -1.0);
}

TEST(RankCorrelation, AgreesWithHandCounting) {
    // Of the ten pairs two are exchanged; the squared differences of the ranks sum up to 4.
    const List a{1, 2, 3, 4, 5}, b{2, 1, 3, 5, 4};
    EXPECT_DOUBLE_EQ(kendallTau(a, b), (8.0 - 2.0) / 10.0);
    EXPECT_DOUBLE_EQ(spearman(a, b), 1.0 - 6.0 * 4.0 / (5.0 * 24.0));
}

TEST(RankCorrelation, TakesTiesIntoAccount) {
    // Pairs (1,2) (1,3) (2,3) (1,4) (2,4) (3,4): a ties (2,3), b ties (3,4); the four others are alike.
    const List a{1, 2, 2, 3}, b{1, 2, 3, 3};
    EXPECT_DOUBLE_EQ(kendallTau(a, b), 4.0 / std::sqrt(5.0 * 5.0));
    // Ranks 0, 1.5, 1.5, 3 and 0, 1, 2.5, 2.5 around 1.5: covariance 2.25 + 0 + 0 + 1.5, variances 4.5.
    EXPECT_DOUBLE_EQ(spearman(a, b), 3.75 / 4.5);
}

TEST(RankCorrelation, CountsLikeAllPairsDo) {
    Random random(7);
    for (int repeat = 0; repeat < 50; ++repeat) {
        List a, b;
        for (int i = 0; i < 40 + repeat; ++i) {
            a.push_back(static_cast<double>(random.below(12)));
            b.push_back(0.5 * a.back() + static_cast<double>(random.below(6)));
        }
        EXPECT_NEAR(kendallTau(a, b), tauOfPairs(a, b), 1e-12);
    }
}

TEST(RankCorrelation, IsUndefinedWhereAListTiesEverything) {
    EXPECT_TRUE(std::isnan(kendallTau(List{1, 1, 1}, List{1, 2, 3})));
    EXPECT_TRUE(std::isnan(spearman(List{1, 2, 3}, List{4, 4, 4})));
    EXPECT_TRUE(std::isnan(kendallTau(List{}, List{})));
    EXPECT_TRUE(std::isnan(spearman(List{1}, List{1})));
}

TEST(RankCorrelation, RefusesWhatHasNoRanks) {
    EXPECT_THROW(kendallTau(List{1, 2}, List{1}), Error);
    EXPECT_THROW(spearman(List{1, std::numeric_limits<double>::quiet_NaN()}, List{1, 2}), Error);
}

} // namespace
} // namespace tandem::judge
