// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/engine/run/ranking.h"
#include "tests/core/support/synthetic_problem.h"

#include <gtest/gtest.h>

namespace tandem::engine {
namespace {

using point::Metric;
using point::Relation;

Snapshot randomSnapshot(std::size_t count) {
    Snapshot snapshot;
    Random random(3);
    for (std::size_t id = 0; id < count; ++id) {
        point::Encoding encoding(8);
        for (std::uint8_t& choice : encoding) {
            choice = static_cast<std::uint8_t>(random.below(16));
        }
        const point::Metrics metrics = tandem::test::dtlz2(encoding, 16, 3);
        snapshot.points.append({id, 0, std::move(encoding), metrics});
    }
    snapshot.rules = {point::Ranges(8, point::Range{0, 15}),
                      {{Metric::LatencyMs, false}, {Metric::EnergyMj, false}, {Metric::PowerW, false}},
                      {}};
    snapshot.front = rankPoints(snapshot.points, count, snapshot.rules).front();
    return snapshot;
}

TEST(RankPoints, IsTheSameOnAnyNumberOfThreads) {
    const Snapshot snapshot = randomSnapshot(60000);
    const search::Archive one = rankPoints(snapshot.points, 50000, snapshot.rules, 1);
    const search::Archive three = rankPoints(snapshot.points, 50000, snapshot.rules, 3);
    EXPECT_EQ(one.entries(), three.entries());
    EXPECT_GT(one.size(), 50U);
    search::Archive plain(snapshot.rules);
    for (std::size_t id = 0; id < 50000; ++id) {
        plain.add(snapshot.points[id]);
    }
    EXPECT_EQ(one.entries(), plain.entries());
}

TEST(PreviewOf, CountsWhatIsKept) {
    const Snapshot snapshot = randomSnapshot(5000);
    search::Rules rules = snapshot.rules;
    rules.ranges[0] = {3, 3};
    rules.constraints = {{Metric::EnergyMj, Relation::AtMost, 0.8}};
    const Preview preview = previewOf(snapshot, rules);
    std::size_t points = 0;
    std::size_t front = 0;
    const auto kept = [&](std::size_t id) {
        return snapshot.points[id].encoding[0] == 3 &&
               snapshot.points[id].metrics.value(Metric::EnergyMj) <= 0.8F;
    };
    for (std::size_t id = 0; id < 5000; ++id) {
        points += kept(id) ? 1U : 0U;
    }
    for (const point::PointId id : snapshot.front) {
        front += kept(id) ? 1U : 0U;
    }
    EXPECT_EQ(preview.pointsKept, points);
    EXPECT_EQ(preview.pointsTotal, 5000U);
    EXPECT_EQ(preview.frontKept, front);
    EXPECT_EQ(preview.frontTotal, snapshot.front.size());
}

TEST(PreviewOf, SeesFrontMembersBeatenByWhatIsAllowedAgain) {
    Snapshot snapshot = randomSnapshot(5000);
    const search::Rules open = snapshot.rules;
    snapshot.rules.ranges[0] = {3, 3};
    snapshot.front = rankPoints(snapshot.points, 5000, snapshot.rules).front();
    const Preview preview = previewOf(snapshot, open);
    EXPECT_EQ(preview.pointsKept, 5000U);
    std::size_t still = 0;
    const auto all = rankPoints(snapshot.points, 5000, open).front();
    for (const point::PointId id : snapshot.front) {
        still += std::ranges::count(all, id) > 0 ? 1U : 0U;
    }
    EXPECT_EQ(preview.frontKept, still);
    EXPECT_LT(preview.frontKept, preview.frontTotal);
}

TEST(FrontVolume, IsMeasuredInTheBoxOfTheFirstPoints) {
    search::Rules rules{
        point::Ranges(1, point::Range{0, 9}), {{Metric::Accuracy, true}, {Metric::LatencyMs, false}}, {}};
    PointLog points;
    search::Archive archive(rules);
    const auto add = [&](double accuracy, double latency) {
        point::Point point{points.size(), 0, {0}, {}};
        point.metrics.set(Metric::Accuracy, accuracy, point::Source::Predicted);
        point.metrics.set(Metric::LatencyMs, latency, point::Source::Modelled);
        archive.add(point);
        points.append(point);
    };
    add(80, 2);
    add(90, 4);
    add(85, 3);
    FrontVolume volume;
    EXPECT_NEAR(volume.of(archive, points), 0.25, 1e-12); // only (85, 3) beats the worst of both
    for (int i = 0; i < 1100; ++i) {
        add(80, 4);
    }
    EXPECT_NEAR(volume.of(archive, points), 0.25, 1e-12);
    add(100, 2); // better than the best of the first: outside the box, and the box stays
    EXPECT_NEAR(volume.of(archive, points), 2.0, 1e-12);
}

} // namespace
} // namespace tandem::engine
