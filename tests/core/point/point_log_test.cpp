// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/point/point_log.h"

#include <gtest/gtest.h>

#include <set>

namespace tandem::point {
namespace {

Point pointOf(PointId id, double latency) {
    Point point{id, 0, {static_cast<std::uint8_t>(id % 200)}, {}};
    point.metrics.set(Metric::LatencyMs, latency, Source::Modelled);
    return point;
}

float latencyOf(const Point& point) {
    return point.metrics.value(Metric::LatencyMs);
}

PointLog logOf(std::size_t count) {
    PointLog log;
    for (std::size_t id = 0; id < count; ++id) {
        log.append(pointOf(id, 1.0));
    }
    return log;
}

TEST(PointLog, CopiesKeepWhatTheySaw) {
    PointLog log = logOf(10000);
    const PointLog before = log;
    log.refine({pointOf(17, 2.0), pointOf(5000, 3.0)});
    const PointLog between = log;
    log.refine({pointOf(17, 4.0)});
    log.append(pointOf(10000, 1.0));
    EXPECT_EQ(latencyOf(before[17]), 1.0F);
    EXPECT_EQ(latencyOf(between[17]), 2.0F);
    EXPECT_EQ(latencyOf(between[5000]), 3.0F);
    EXPECT_EQ(latencyOf(log[17]), 4.0F);
    EXPECT_EQ(latencyOf(log[16]), 1.0F);
    EXPECT_EQ(before.size(), 10000U);
    EXPECT_EQ(latencyOf(log.evaluated(17)), 1.0F) << "the first figures stay at hand";
}

TEST(PointLog, TellsWhatWasRefinedSinceItWasLastLookedAt) {
    PointLog log = logOf(10000);
    EXPECT_TRUE(log.refinedSince(0).empty());
    log.refine({pointOf(9000, 2.0), pointOf(3, 2.0)});
    const std::uint64_t seen = log.refinements();
    EXPECT_EQ(log.refinedSince(0), (std::vector<PointId>{3, 9000}));
    EXPECT_TRUE(log.refinedSince(seen).empty());
    log.refine({pointOf(4, 2.0), pointOf(3, 3.0)});
    EXPECT_EQ(log.refinedSince(seen), (std::vector<PointId>{3, 4}));
    EXPECT_EQ(log.refinedSince(0), (std::vector<PointId>{3, 4, 9000}));
}

TEST(PointLog, TheListOfRefinedPointsIsNoLongerThanThereArePoints) {
    PointLog log = logOf(100);
    for (int round = 0; round < 1000; ++round) {
        log.refine({pointOf(5, round), pointOf(7, round)});
    }
    EXPECT_EQ(log.refinements(), 2000U);
    EXPECT_EQ(log.refinedSince(0).size(), 2U);
}

TEST(PointLog, RefiningCopiesNoOtherPoint) {
    PointLog log = logOf(5000);
    const PointLog before = log;
    log.refine({pointOf(17, 2.0)});
    for (PointId id = 0; id < 5000; ++id) {
        ASSERT_EQ(&log[id] == &before[id], id != 17) << id;
    }
}

TEST(PointLog, TheNewestOfAPointCountsWithinACall) {
    PointLog log = logOf(100);
    log.refine({pointOf(5, 2.0), pointOf(6, 2.0), pointOf(5, 3.0)});
    EXPECT_EQ(latencyOf(log[5]), 3.0F);
    EXPECT_EQ(log.refinedSince(0).size(), 2U);
}

TEST(PointLog, GivesPointsSideBySide) {
    const PointLog log = logOf(PointLog::kSegmentSize + 10);
    std::size_t count = 0;
    for (PointId at = 5; at < log.size();) {
        const std::span<const Point> part = log.evaluated(at, log.size());
        ASSERT_FALSE(part.empty());
        for (const Point& point : part) {
            ASSERT_EQ(point.id, at++);
            ++count;
        }
    }
    EXPECT_EQ(count, log.size() - 5);
    EXPECT_EQ(log.evaluated(3, 7).size(), 4U);
    EXPECT_TRUE(log.evaluated(3, 3).empty());
}

TEST(Origin, EveryMoveAndFidelityHasAName) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < kMoveCount; ++i) {
        EXPECT_FALSE(moveName(static_cast<Move>(i)).empty()) << i;
        EXPECT_TRUE(names.insert(moveName(static_cast<Move>(i))).second);
    }
    for (std::size_t i = 0; i < kFidelityCount; ++i) {
        EXPECT_FALSE(fidelityName(static_cast<Fidelity>(i)).empty()) << i;
    }
}

} // namespace
} // namespace tandem::point
