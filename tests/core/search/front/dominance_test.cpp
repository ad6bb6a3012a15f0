// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/search/front/dominance.h"

#include <gtest/gtest.h>

#include <set>

namespace tandem::search {
namespace {

/// Deb's definition, word for word: the rank is the number of peelings before nothing better is left.
std::vector<std::uint32_t> peeled(const std::vector<Fitness>& all) {
    const auto better = [&](const Fitness& a, const Fitness& b) {
        if (a.violation > 0.0 || b.violation > 0.0) {
            return a.violation < b.violation;
        }
        return weaklyDominates(a.values, b.values) && a.values != b.values;
    };
    std::vector<std::uint32_t> ranks(all.size());
    std::set<std::size_t> left;
    for (std::size_t i = 0; i < all.size(); ++i) {
        left.insert(i);
    }
    for (std::uint32_t rank = 0; !left.empty(); ++rank) {
        std::vector<std::size_t> front;
        for (const std::size_t i : left) {
            if (std::ranges::none_of(left, [&](std::size_t j) { return better(all[j], all[i]); })) {
                front.push_back(i);
            }
        }
        for (const std::size_t i : front) {
            ranks[i] = rank;
            left.erase(i);
        }
    }
    return ranks;
}

TEST(RankByDomination, PeelsFrontsAsDefined) {
    Random random(7);
    for (std::size_t objectives = 2; objectives <= 4; ++objectives) {
        for (int round = 0; round < 20; ++round) {
            std::vector<Fitness> all(120);
            for (Fitness& fitness : all) {
                for (std::size_t i = 0; i < objectives; ++i) {
                    fitness.values[i] = random.uniform();
                }
                fitness.violation = random.below(3) == 0 ? static_cast<double>(random.below(4)) : 0.0;
            }
            EXPECT_EQ(rankByDomination(all), peeled(all));
        }
    }
}

TEST(RankByDomination, KeepsOneOfEqualPoints) {
    const std::vector<Fitness> all = {{{1, 2}, 0}, {{1, 2}, 0}, {{2, 1}, 0}, {{1, 2}, 0}};
    EXPECT_EQ(rankByDomination(all), (std::vector<std::uint32_t>{0, 1, 0, 2}));
}

TEST(CrowdingDistances, FollowsDeb) {
    const std::vector<Fitness> all = {{{0, 10}, 0}, {{1, 6}, 0}, {{4, 1}, 0}, {{10, 0}, 0}};
    const std::vector<std::uint32_t> members = {2, 0, 3, 1};
    const std::vector<double> distances = crowdingDistances(all, members, 2);
    EXPECT_NEAR(distances[0], (10.0 - 1.0) / 10.0 + (6.0 - 0.0) / 10.0, 1e-12);
    EXPECT_TRUE(std::isinf(distances[1]));
    EXPECT_TRUE(std::isinf(distances[2]));
    EXPECT_NEAR(distances[3], (4.0 - 0.0) / 10.0 + (10.0 - 1.0) / 10.0, 1e-12);
}

TEST(ValuesOf, TurnsMaximizedObjectivesAndPutsTheUnknownLast) {
    point::Metrics metrics;
    metrics.set(point::Metric::Accuracy, 90.0, point::Source::Measured);
    const std::vector<point::Objective> objectives = {{point::Metric::Accuracy, true},
                                                      {point::Metric::LatencyMs, false}};
    const Values values = valuesOf(objectives, metrics);
    EXPECT_EQ(values[0], -90.0);
    EXPECT_TRUE(std::isinf(values[1]));
    EXPECT_EQ(values[2], 0.0);
}

} // namespace
} // namespace tandem::search
