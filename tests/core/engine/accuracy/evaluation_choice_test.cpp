// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/accuracy/evaluation_choice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::engine {
namespace {

using point::Metric;
using testing::ElementsAre;
using testing::IsEmpty;

/// Points 0 and 1 are on the front; 2 and 3 are slower and less accurate than it; 4 is too slow to be
/// allowed.
Snapshot someSnapshot(const std::vector<point::Objective>& objectives) {
    Snapshot snapshot;
    snapshot.rules.objectives = objectives;
    snapshot.rules.constraints = {{Metric::LatencyMs, point::Relation::AtMost, 10.0}};
    snapshot.rules.ranges = {{0, 9}};
    const double accuracies[] = {80.0, 90.0, 88.0, 88.0, 95.0}, latencies[] = {1.0, 4.0, 5.0, 4.5, 11.0};
    for (std::size_t i = 0; i < 5; ++i) {
        point::Point point;
        point.id = i;
        point.encoding = {static_cast<std::uint8_t>(i)};
        point.metrics.set(Metric::Accuracy, accuracies[i], point::Source::Predicted);
        point.metrics.set(Metric::LatencyMs, latencies[i], point::Source::Modelled);
        snapshot.points.append(std::move(point));
    }
    snapshot.front = {1, 0};
    return snapshot;
}

Expectation withDeviations(std::vector<double> deviations) {
    return [deviations = std::move(deviations)](const point::Point& point) {
        return judge::Normal{static_cast<double>(point.metrics.value(Metric::Accuracy)),
                             deviations[point.id]};
    };
}

const std::vector<point::Objective> kWithAccuracy{{Metric::Accuracy, true}, {Metric::LatencyMs, false}};
constexpr point::PointId kOthers[] = {2, 3, 4};

TEST(EvaluationChoice, TakesThePointThatMayBeatTheFront) {
    const Snapshot snapshot = someSnapshot(kWithAccuracy);
    // The sure one cannot; where both are as unsure, the faster one brings more.
    EXPECT_THAT(
        choosePointsToEvaluate(snapshot, kOthers, Metric::Accuracy, withDeviations({1, 1, 4, 0.01, 4}), 1),
        ElementsAre(2));
    EXPECT_THAT(
        choosePointsToEvaluate(snapshot, kOthers, Metric::Accuracy, withDeviations({1, 1, 4, 4, 4}), 9),
        ElementsAre(3, 2));
}

TEST(EvaluationChoice, LeavesOutWhatTheRulesForbid) {
    Snapshot snapshot = someSnapshot(kWithAccuracy);
    snapshot.rules.ranges = {{0, 2}};
    snapshot.rules.constraints.push_back({Metric::Accuracy, point::Relation::AtLeast, 89.0});
    EXPECT_THAT(
        choosePointsToEvaluate(snapshot, kOthers, Metric::Accuracy, withDeviations({1, 1, 4, 4, 4}), 9),
        IsEmpty());
}

TEST(EvaluationChoice, TakesTheLeastKnownWhereAccuracyIsNoObjective) {
    const Snapshot snapshot = someSnapshot({{Metric::EnergyMj, false}, {Metric::LatencyMs, false}});
    EXPECT_THAT(
        choosePointsToEvaluate(snapshot, kOthers, Metric::Accuracy, withDeviations({1, 1, 2, 3, 9}), 9),
        ElementsAre(3, 2));
}

} // namespace
} // namespace tandem::engine
