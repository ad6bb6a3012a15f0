// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/accuracy/accuracy_ladder.h"
#include "tests/core/engine/run/synthetic_runner.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <set>

namespace tandem::engine {
namespace {

using point::Metric;
using point::Source;

constexpr std::size_t kNetworkChoices = 6; // so many parameters are the model's, the others the accelerator's

point::Space someSpace() {
    point::Space space = tandem::test::gridSpace(9, 4);
    for (std::size_t i = 0; i < space.parameters.size(); ++i) {
        space.parameters[i].name = (i < kNetworkChoices ? "model." : "hw.") + space.parameters[i].name;
    }
    return space;
}

/// Wide networks are right more often; the first layers matter most.
double trueAccuracy(const point::Encoding& encoding) {
    double error = 8.0;
    for (std::size_t i = 0; i < kNetworkChoices; ++i) {
        const double narrow = 3.0 - static_cast<double>(encoding[i]);
        error += narrow * narrow / (1.0 + static_cast<double>(i));
    }
    return 100.0 - error;
}

/// The search knows less: all layers matter alike.
double expectedAccuracy(const point::Encoding& encoding) {
    double accuracy = 70.0;
    for (std::size_t i = 0; i < kNetworkChoices; ++i) {
        accuracy += static_cast<double>(encoding[i]);
    }
    return accuracy;
}

Problem someProblem() {
    Problem problem;
    problem.space = someSpace();
    problem.objectives = {{Metric::Accuracy, true}, {Metric::LatencyMs, false}};
    problem.evaluate = [](const point::Encoding& encoding) {
        double latency = 1.0;
        for (const std::uint8_t choice : encoding) {
            latency += static_cast<double>(choice);
        }
        point::Metrics metrics;
        metrics.set(Metric::Accuracy, expectedAccuracy(encoding), Source::Predicted);
        metrics.set(Metric::LatencyMs, latency, Source::Modelled);
        metrics.accuracyDeviation = 5.0F;
        return metrics;
    };
    return problem;
}

/// Until the ladder has evaluated all that it may and the front says so.
std::shared_ptr<const Snapshot> settled(const AccuracyLadder& ladder, SearchRunner& runner,
                                        std::size_t evaluations) {
    const auto isSettled = [&](const Snapshot& snapshot) {
        return ladder.evaluationCount() >= evaluations &&
               std::ranges::all_of(snapshot.front, [&](point::PointId id) {
                   const point::Metrics& metrics = snapshot.points[id].metrics;
                   return metrics.source(Metric::Accuracy) == Source::Measured ||
                          metrics.accuracyDeviation != 5.0F;
               });
    };
    for (int i = 0; i < 2000; ++i) {
        const auto snapshot = runner.snapshot();
        if (isSettled(*snapshot) || ladder.failure()) {
            break;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return runner.snapshot();
}

TEST(AccuracyLadder, LiftsTheFrontAndLeavesTheSearchAlone) {
    SearchRunner plain(someProblem());
    plain.start(test::evaluations(600));
    plain.wait();

    SearchRunner runner(someProblem());
    std::atomic<int> calls = 0;
    std::shared_ptr<const Snapshot> snapshot;
    {
        const AccuracySource source{Metric::Accuracy, Source::Measured,
                                    [&](const point::Encoding& encoding) {
                                        ++calls;
                                        return trueAccuracy(encoding);
                                    },
                                    expectedAccuracy};
        const AccuracyLadder ladder(runner, someSpace(), source, {48, 8, 1, 1});
        runner.start(test::evaluations(600));
        runner.wait();
        snapshot = settled(ladder, runner, 48);
        EXPECT_FALSE(ladder.failure());
        EXPECT_EQ(ladder.evaluationCount(), 48U);
        ASSERT_NE(ladder.predictor(), nullptr);
    }
    EXPECT_EQ(calls, 48);
    EXPECT_EQ(test::encodingsOf(*snapshot), test::encodingsOf(*plain.snapshot()));

    std::set<point::Encoding> measured;
    for (std::size_t id = 0; id < snapshot->points.size(); ++id) {
        const point::Point& point = snapshot->points[id];
        if (point.metrics.source(Metric::Accuracy) == Source::Measured) {
            EXPECT_FLOAT_EQ(point.metrics.value(Metric::Accuracy),
                            static_cast<float>(trueAccuracy(point.encoding)));
            EXPECT_EQ(point.metrics.accuracyDeviation, 0.0F);
            measured.insert(point.encoding);
        }
        EXPECT_EQ(point.metrics.source(Metric::LatencyMs), Source::Modelled);
    }
    EXPECT_FALSE(measured.empty());
    ASSERT_FALSE(snapshot->front.empty());
    double miss = 0.0, missBefore = 0.0;
    for (const point::PointId id : snapshot->front) {
        const point::Point& point = snapshot->points[id];
        const double count = static_cast<double>(snapshot->front.size()),
                     truth = trueAccuracy(point.encoding);
        miss += std::abs(static_cast<double>(point.metrics.value(Metric::Accuracy)) - truth) / count;
        missBefore += std::abs(expectedAccuracy(point.encoding) - truth) / count;
    }
    EXPECT_LT(5.0 * miss, missBefore);
}

TEST(AccuracyLadder, StopsWhenAnEvaluationFails) {
    SearchRunner runner(someProblem());
    const AccuracySource source{Metric::Accuracy,
                                Source::Measured,
                                [](const point::Encoding&) -> double { throw workError("no such network"); },
                                {}};
    const AccuracyLadder ladder(runner, someSpace(), source, {});
    runner.start(test::evaluations(50));
    runner.wait();
    const auto snapshot = settled(ladder, runner, 1);
    ASSERT_TRUE(ladder.failure());
    EXPECT_STREQ(ladder.failure()->what(), "no such network");
    EXPECT_EQ(snapshot->points[snapshot->front[0]].metrics.source(Metric::Accuracy), Source::Predicted);
}

TEST(AccuracyLadder, LearnsFromWhatItKnewAlready) {
    SearchRunner runner(someProblem());
    runner.start(test::evaluations(200));
    runner.wait();
    const AccuracySource source{Metric::Accuracy, Source::Supernet, trueAccuracy, expectedAccuracy};
    std::size_t evaluated = 0;
    {
        const AccuracyLadder first(runner, someSpace(), source, {24, 8, 1, 1});
        settled(first, runner, 24);
        evaluated = first.evaluationCount();
        runner.start(test::evaluations(200)); // applies what was refined
        runner.wait();
    }
    AccuracySource none = source;
    none.evaluate = [](const point::Encoding&) -> double { throw workError("all that it may ask is known"); };
    const AccuracyLadder second(runner, someSpace(), none, {evaluated, 8, 1, 1, nullptr, true});
    for (int i = 0; i < 2000 && !second.rests() && !second.failure(); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_FALSE(second.failure());
    EXPECT_EQ(second.evaluationCount(), evaluated);
    EXPECT_NE(second.predictor(), nullptr);
}

} // namespace
} // namespace tandem::engine
