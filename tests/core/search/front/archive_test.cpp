// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/search/front/archive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::search {
namespace {

using point::Metric;

constexpr Metric kMetrics[] = {Metric::LatencyMs, Metric::EnergyMj, Metric::Lut, Metric::Accuracy};

Rules rulesOf(std::size_t objectives) {
    Rules rules;
    rules.ranges = {{0, 9}};
    for (std::size_t i = 0; i < objectives; ++i) {
        rules.objectives.push_back({kMetrics[i], kMetrics[i] == Metric::Accuracy});
    }
    return rules;
}

point::Point pointOf(point::PointId id, std::initializer_list<double> values) {
    point::Point point{id, 0, {5}, {}};
    std::size_t i = 0;
    for (const double value : values) {
        point.metrics.set(kMetrics[i++], value, point::Source::Modelled);
    }
    return point;
}

std::vector<point::Point> randomPoints(std::size_t count, std::uint64_t seed, std::uint64_t grid) {
    Random random(seed);
    std::vector<point::Point> points;
    for (std::size_t i = 0; i < count; ++i) {
        // Near a sphere, so that fronts are large; on a grid, so that equal values occur.
        std::array<double, 4> v{};
        double length = 0.0;
        for (double& x : v) {
            x = 0.05 + random.uniform();
            length += x * x;
        }
        const double radius = 1.0 + 0.3 * random.uniform();
        for (double& x : v) {
            x = std::round(x / std::sqrt(length) * radius * static_cast<double>(grid));
        }
        points.push_back(pointOf(i, {v[0], v[1], v[2], -v[3]}));
        points.back().encoding[0] = static_cast<std::uint8_t>(random.below(10));
    }
    return points;
}

/// The definition: kept points that no kept point dominates, the first of equal ones, sorted.
std::vector<Archive::Entry> bruteForce(const Rules& rules, const std::vector<point::Point>& points) {
    std::vector<Archive::Entry> all;
    for (const point::Point& point : points) {
        if (point::contains(rules.ranges, point.encoding) &&
            point::totalViolation(rules.constraints, point.metrics) == 0.0) {
            all.push_back({valuesOf(rules.objectives, point.metrics), point.id});
        }
    }
    std::vector<Archive::Entry> front;
    for (const Archive::Entry& a : all) {
        const bool beaten = std::ranges::any_of(all, [&](const Archive::Entry& b) {
            return weaklyDominates(b.values, a.values) && (b.values != a.values || b.id < a.id);
        });
        if (!beaten) {
            front.push_back(a);
        }
    }
    std::ranges::sort(front, {}, &Archive::Entry::values);
    return front;
}

TEST(Archive, HoldsWhatTheDefinitionSays) {
    for (std::size_t objectives = 2; objectives <= 4; ++objectives) {
        for (const std::uint64_t grid : {20, 100000}) {
            Rules rules = rulesOf(objectives);
            rules.ranges = {{2, 8}};
            rules.constraints = {
                {Metric::LatencyMs, point::Relation::AtMost, 0.8 * static_cast<double>(grid)},
                {Metric::EnergyMj, point::Relation::AtLeast, 0.2 * static_cast<double>(grid)}};
            const auto points = randomPoints(3000, 11 + objectives, grid);
            Archive archive(rules);
            for (const point::Point& point : points) {
                archive.add(point);
            }
            EXPECT_EQ(archive.entries(), bruteForce(rules, points));
            EXPECT_EQ(archive.size(), archive.front().size());
            EXPECT_GE(archive.size(), objectives - 1);
        }
    }
}

TEST(Archive, DoesNotDependOnTheOrderOfAdding) {
    const Rules rules = rulesOf(4);
    auto points = randomPoints(2000, 5, 100000);
    Archive forward(rules);
    for (const point::Point& point : points) {
        forward.add(point);
    }
    std::ranges::reverse(points);
    Archive backward(rules);
    for (const point::Point& point : points) {
        backward.add(point);
    }
    EXPECT_EQ(forward.entries(), backward.entries());
}

TEST(Archive, MergesParts) {
    const Rules rules = rulesOf(3);
    const auto points = randomPoints(3000, 9, 30);
    Archive whole(rules);
    Archive first(rules);
    Archive second(rules);
    for (const point::Point& point : points) {
        whole.add(point);
        (point.id < 1200 ? first : second).add(point);
    }
    first.merge(second);
    EXPECT_EQ(first.entries(), whole.entries());
}

TEST(Archive, SaysWhetherAPointJoined) {
    Archive archive(rulesOf(2));
    EXPECT_TRUE(archive.add(pointOf(0, {5, 5})));
    EXPECT_FALSE(archive.add(pointOf(1, {5, 5}))) << "equal objectives are kept once";
    EXPECT_FALSE(archive.add(pointOf(2, {6, 5})));
    EXPECT_TRUE(archive.add(pointOf(3, {6, 4})));
    EXPECT_TRUE(archive.add(pointOf(4, {4, 6})));
    EXPECT_TRUE(archive.add(pointOf(5, {4, 4}))) << "replaces all";
    EXPECT_THAT(archive.front(), testing::ElementsAre(5));
}

TEST(Archive, OfEqualPointsTheLowestIdStaysWhateverTheOrder) {
    Archive archive(rulesOf(2));
    EXPECT_TRUE(archive.add(pointOf(7, {5, 5})));
    EXPECT_TRUE(archive.add(pointOf(3, {5, 5})));
    EXPECT_FALSE(archive.add(pointOf(4, {5, 5})));
    EXPECT_THAT(archive.front(), testing::ElementsAre(3));
}

TEST(Archive, TellsWhenARefinedPointLeavesAGap) {
    Archive archive(rulesOf(2));
    archive.add(pointOf(0, {5, 5}));
    archive.add(pointOf(1, {6, 6}));
    archive.add(pointOf(2, {1, 9}));
    EXPECT_FALSE(archive.refine(pointOf(1, {6, 6}), pointOf(1, {7, 7}))) << "it was no member";
    EXPECT_FALSE(archive.refine(pointOf(2, {1, 9}), pointOf(2, {1, 8}))) << "it got better";
    EXPECT_FALSE(archive.refine(pointOf(2, {1, 8}), pointOf(2, {1, 8})));
    EXPECT_EQ(archive.refine(pointOf(0, {5, 5}), pointOf(0, {8, 8})), (Values{5, 5, 0, 0}));
    archive.add(pointOf(1, {7, 7}));
    EXPECT_THAT(archive.front(), testing::ElementsAre(2, 1));
    EXPECT_FALSE(archive.refine(pointOf(0, {8, 8}), pointOf(0, {4, 4}))) << "it is back";
    EXPECT_THAT(archive.front(), testing::ElementsAre(2, 0));
}

TEST(Archive, RefiningIsAddingAllOverAgain) {
    for (const std::size_t objectives : {2U, 4U}) {
        Rules rules = rulesOf(objectives);
        rules.constraints = {{Metric::LatencyMs, point::Relation::AtMost, 11.0}};
        std::vector<point::Point> points = randomPoints(500, 7, 12);
        const std::vector<point::Point> others = randomPoints(500, 8, 12);
        Archive archive(rules);
        std::ranges::for_each(points, [&](const point::Point& point) { archive.add(point); });
        Random random(5);
        for (int round = 0; round < 300; ++round) {
            const std::size_t id = round % 2 == 0 || archive.size() == 0
                                       ? random.below(points.size())
                                       : archive.front()[random.below(archive.size())];
            point::Point after = points[id];
            after.metrics = others[random.below(others.size())].metrics;
            const std::optional<Values> lost = archive.refine(points[id], after);
            points[id] = after;
            for (const point::Point& point : points) {
                const auto entry = lost ? archive.entryOf(point) : std::nullopt;
                if (entry && weaklyDominates(*lost, entry->values)) {
                    archive.add(point);
                }
            }
            ASSERT_EQ(archive.entries(), bruteForce(rules, points)) << objectives << ", round " << round;
        }
    }
}

TEST(Archive, LeavesOutUnknownObjectives) {
    Archive archive(rulesOf(2));
    EXPECT_FALSE(archive.add(pointOf(0, {1})));
    EXPECT_EQ(archive.size(), 0U);
}

TEST(Archive, StartsOverUnderOtherRules) {
    Archive archive(rulesOf(2));
    archive.add(pointOf(0, {1, 1}));
    Rules rules = rulesOf(2);
    rules.objectives[1].maximize = true;
    archive.reset(rules);
    EXPECT_EQ(archive.size(), 0U);
    archive.add(pointOf(0, {1, 1}));
    archive.add(pointOf(1, {2, 2}));
    EXPECT_THAT(archive.front(), testing::ElementsAre(0, 1));
}

} // namespace
} // namespace tandem::search
