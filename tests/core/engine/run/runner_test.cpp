// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/engine/run/runner.h"
#include "tests/core/engine/run/late_backend.h"
#include "tests/core/engine/run/synthetic_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

namespace tandem::engine {
namespace {

using point::Metric;
using point::Relation;
using test::encodingsOf;
using test::evaluations;
using test::gridProblem;
using test::waitForPoints;

/// Every promise that a snapshot makes about itself.
void checkSnapshot(const Snapshot& snapshot) {
    search::Archive archive(snapshot.rules);
    for (std::size_t id = 0; id < snapshot.points.size(); ++id) {
        ASSERT_EQ(snapshot.points[id].id, id);
        archive.add(snapshot.points[id]);
    }
    EXPECT_EQ(snapshot.front, archive.front());
    for (std::size_t i = 1; i < snapshot.epochs.size(); ++i) {
        EXPECT_GE(snapshot.epochs[i].firstPoint, snapshot.epochs[i - 1].firstPoint);
    }
    for (std::size_t id = 0; id < snapshot.points.size(); ++id) {
        const std::uint32_t epoch = snapshot.points[id].epoch;
        ASSERT_LT(epoch, snapshot.epochs.size());
        ASSERT_GE(id, snapshot.epochs[epoch].firstPoint);
        if (epoch + 1 < snapshot.epochs.size()) {
            ASSERT_LT(id, snapshot.epochs[epoch + 1].firstPoint);
        }
    }
}

TEST(SearchRunner, UsesUpItsBudgetAndKeepsEverything) {
    SearchRunner runner(gridProblem());
    EXPECT_EQ(runner.snapshot()->state, State::Idle);
    runner.start(evaluations(12345));
    runner.wait();
    const auto snapshot = runner.snapshot();
    EXPECT_EQ(snapshot->state, State::Finished);
    EXPECT_EQ(snapshot->points.size(), 12345U);
    EXPECT_GT(snapshot->front.size(), 10U);
    EXPECT_GT(snapshot->hypervolume, 0.0);
    EXPECT_GT(snapshot->seconds, 0.0);
    EXPECT_EQ(snapshot->fixedConstraints, 1U);
    checkSnapshot(*snapshot);
}

TEST(SearchRunner, SameFrontOnOneAndTwoThreads) {
    std::vector<std::shared_ptr<const Snapshot>> runs;
    for (const int threads : {1, 2, 2}) {
        SearchRunner runner(gridProblem(9));
        runner.start(evaluations(20000, threads));
        runner.wait();
        runs.push_back(runner.snapshot());
    }
    EXPECT_EQ(encodingsOf(*runs[0]), encodingsOf(*runs[1]));
    EXPECT_EQ(runs[0]->front, runs[1]->front);
    EXPECT_EQ(runs[0]->hypervolume, runs[1]->hypervolume);
    EXPECT_EQ(encodingsOf(*runs[1]), encodingsOf(*runs[2]));
}

TEST(SearchRunner, PausesAndBudgetsDoNotChangeTheSequence) {
    SearchRunner whole(gridProblem(4));
    whole.start(evaluations(8000));
    whole.wait();
    SearchRunner pieces(gridProblem(4));
    for (const std::uint64_t until : {17, 1000, 1001, 3333}) {
        pieces.start(evaluations(until));
        pieces.wait();
        EXPECT_EQ(pieces.snapshot()->points.size(), until);
    }
    pieces.start(evaluations(8000));
    waitForPoints(pieces, 3400);
    pieces.pause();
    pieces.wait();
    pieces.start(evaluations(8000, 1));
    pieces.wait();
    EXPECT_EQ(encodingsOf(*whole.snapshot()), encodingsOf(*pieces.snapshot()));
}

TEST(SearchRunner, SecondsAreABudgetToo) {
    SearchRunner runner(gridProblem());
    runner.start({0, 0.1, 2});
    runner.wait();
    EXPECT_EQ(runner.snapshot()->state, State::Finished);
    EXPECT_NEAR(runner.snapshot()->seconds, 0.1, 0.09);
    EXPECT_GT(runner.snapshot()->points.size(), 100U);
}

/// Slow enough that the search surely still runs when the commands come.
Problem slowProblem() {
    Problem problem = gridProblem();
    problem.evaluate = [evaluate = problem.evaluate](const point::Encoding& encoding) {
        std::this_thread::sleep_for(std::chrono::microseconds(20));
        return evaluate(encoding);
    };
    return problem;
}

TEST(SearchRunner, CommandsMidRunAreObeyedByEveryLaterPoint) {
    SearchRunner runner(slowProblem());
    runner.start(evaluations(0));
    const std::vector<Command> commands = {
        Pin{"p3", "5"},
        Bound{"p0", "4", "12"},
        SetConstraints{{{Metric::LatencyMs, Relation::AtMost, 0.4}}},
        SetObjectives{{{Metric::EnergyMj, false}, {Metric::Lut, false}}},
        Release{"p3"},
    };
    for (const Command& command : commands) {
        waitForPoints(runner, runner.snapshot()->points.size() + 1500);
        runner.submit(command);
    }
    waitForPoints(runner, runner.snapshot()->points.size() + 1500);
    runner.pause();
    runner.wait();
    const auto snapshot = runner.snapshot();
    EXPECT_EQ(snapshot->state, State::Paused);
    ASSERT_EQ(snapshot->epochs.size(), commands.size() + 1);
    checkSnapshot(*snapshot);
    for (std::size_t i = 0; i < commands.size(); ++i) {
        EXPECT_EQ(snapshot->epochs[i + 1].text, describe(commands[i]));
    }
    const auto first = [&](std::size_t epoch) { return snapshot->epochs[epoch].firstPoint; };
    for (std::size_t id = 0; id < snapshot->points.size(); ++id) {
        const point::Encoding& encoding = snapshot->points[id].encoding;
        if (id >= first(1) && id < first(5)) {
            ASSERT_EQ(encoding[3], 5) << id;
        }
        if (id >= first(2)) {
            ASSERT_GE(encoding[0], 4) << id;
            ASSERT_LE(encoding[0], 12) << id;
        }
    }
    for (const point::PointId id : snapshot->front) {
        EXPECT_LE(snapshot->points[id].metrics.value(Metric::LatencyMs), 0.4F);
        EXPECT_LE(snapshot->points[id].metrics.value(Metric::Lut), 12.0F) << "the device's budget";
    }
}

TEST(SearchRunner, NothingAskedForAfterSubmitReturnsBreaksAPin) {
    // The evaluator sees what was asked for; after submit() returned, at most the batch already asked for may
    // still come, and the epoch of the pin begins behind it.
    std::atomic<bool> pinned = false;
    std::atomic<int> brokenBatches = 0;
    Problem problem = gridProblem();
    problem.evaluate = [&, evaluate = problem.evaluate](const point::Encoding& encoding) {
        if (pinned && encoding[2] != 7) {
            ++brokenBatches;
        }
        return evaluate(encoding);
    };
    SearchRunner runner(problem);
    runner.start(evaluations(0, 1));
    waitForPoints(runner, 5000);
    runner.submit(Pin{"p2", "7"});
    const std::size_t known = runner.snapshot()->points.size();
    waitForPoints(runner, known + 5000);
    pinned = true;
    waitForPoints(runner, known + 20000);
    runner.pause();
    runner.wait();
    EXPECT_EQ(brokenBatches, 0);
    const auto snapshot = runner.snapshot();
    for (std::size_t id = snapshot->epochs.at(1).firstPoint; id < snapshot->points.size(); ++id) {
        ASSERT_EQ(snapshot->points[id].encoding[2], 7);
    }
}

TEST(SearchRunner, CommandsReachAStandingSearchAtOnce) {
    SearchRunner runner(gridProblem());
    runner.start(evaluations(5000));
    runner.wait();
    const auto before = runner.snapshot();
    runner.submit(Pin{"p1", "2"});
    runner.wait();
    const auto after = runner.snapshot();
    EXPECT_EQ(after->points.size(), 5000U) << "nothing is lost and nothing searched";
    EXPECT_EQ(after->epoch, 1U);
    EXPECT_EQ(after->state, State::Finished);
    checkSnapshot(*after);
    for (const point::PointId id : after->front) {
        EXPECT_EQ(after->points[id].encoding[1], 2);
    }
    runner.submit(Release{"p1"});
    runner.wait();
    EXPECT_EQ(runner.snapshot()->front, before->front) << "released: the old front is back";
}

TEST(SearchRunner, InjectedPointsAreEvaluatedInTheirOwnEpoch) {
    SearchRunner runner(gridProblem());
    runner.start(evaluations(500));
    runner.wait();
    Inject inject;
    for (const point::Parameter& parameter : gridProblem().space.parameters) {
        inject.values.emplace_back(parameter.name, "0");
    }
    runner.submit(inject);
    runner.submit(Inject{3, {{"p0", "11"}}});
    runner.wait();
    const auto snapshot = runner.snapshot();
    ASSERT_EQ(snapshot->points.size(), 502U);
    EXPECT_EQ(snapshot->points[500].encoding, point::Encoding(16, 0));
    EXPECT_EQ(snapshot->points[500].epoch, 1U);
    point::Encoding second = snapshot->points[3].encoding;
    second[0] = 11;
    EXPECT_EQ(snapshot->points[501].encoding, second);
    EXPECT_THAT(snapshot->front, testing::Contains(500)) << "the best point there is";
    EXPECT_THROW(runner.submit(Inject{9999, {}}), Error);
}

TEST(SearchRunner, ARefusedCommandChangesNothing) {
    SearchRunner runner(gridProblem());
    runner.submit(Pin{"p1", "2"});
    EXPECT_THROW(runner.submit(Pin{"p1", "99"}), Error);
    EXPECT_THROW(runner.submit(Inject{{}, {{"p1", "3"}}}), Error)
        << "pinned by a command that may still queue";
    runner.wait();
    EXPECT_EQ(runner.snapshot()->epochs.size(), 2U);
}

TEST(SearchRunner, PreviewsWithoutDoing) {
    SearchRunner runner(gridProblem());
    runner.start(evaluations(3000));
    runner.wait();
    const Preview preview = runner.preview(Pin{"p0", "0"});
    EXPECT_EQ(preview.pointsTotal, 3000U);
    EXPECT_GT(preview.pointsKept, 0U);
    EXPECT_LT(preview.pointsKept, 3000U);
    EXPECT_EQ(preview.frontTotal, runner.snapshot()->front.size());
    EXPECT_EQ(runner.snapshot()->epoch, 0U);
    EXPECT_THROW(runner.preview(Pin{"p0", "x"}), Error);
}

TEST(SearchRunner, FinishesWhenEveryAllowedPointIsKnown) {
    Problem problem = gridProblem();
    problem.space = tandem::test::gridSpace(4, 3);
    SearchRunner runner(problem);
    runner.start(evaluations(0));
    runner.wait();
    EXPECT_EQ(runner.snapshot()->state, State::Finished);
    EXPECT_EQ(runner.snapshot()->points.size(), 81U);
    EXPECT_EQ(runner.snapshot()->message, "every point inside the ranges is evaluated");
}

TEST(SearchRunner, AFailingEvaluatorStopsTheSearchWithItsError) {
    Problem problem = gridProblem();
    std::atomic<int> calls = 0;
    problem.evaluate = [&, evaluate = problem.evaluate](const point::Encoding& encoding) {
        if (++calls > 1000) {
            throw workError("the model fell over");
        }
        return evaluate(encoding);
    };
    SearchRunner runner(problem);
    runner.start(evaluations(5000));
    try {
        runner.wait();
        FAIL();
    } catch (const Error& error) {
        EXPECT_STREQ(error.what(), "the model fell over");
    }
    EXPECT_EQ(runner.snapshot()->state, State::Failed);
    EXPECT_EQ(runner.snapshot()->message, "the model fell over");
    EXPECT_LT(runner.snapshot()->points.size(), 1001U);
    checkSnapshot(*runner.snapshot());
}

TEST(SearchRunner, LateResultsInAnyOrderDoNotChangeTheSequence) {
    SearchRunner plain(gridProblem(4));
    plain.start(evaluations(3000));
    plain.wait();
    for (const std::uint64_t seed : {1U, 2U}) {
        Problem problem = gridProblem(4);
        problem.makeBackend = [evaluate = problem.evaluate, seed] {
            return std::make_unique<test::LateBackend>(evaluate, 37, seed);
        };
        SearchRunner late(problem);
        late.start(evaluations(1234));
        late.wait();
        EXPECT_EQ(late.snapshot()->points.size(), 1234U);
        late.start(evaluations(3000));
        late.wait();
        EXPECT_EQ(encodingsOf(*late.snapshot()), encodingsOf(*plain.snapshot()));
        checkSnapshot(*late.snapshot());
    }
}

TEST(SearchRunner, ALagKeepsLateBackendsBusyAndTheSequenceItsOwn) {
    std::vector<std::vector<point::Encoding>> runs;
    for (const std::size_t slots : {1U, 37U, 64U}) {
        Problem problem = gridProblem(4);
        problem.lag = 64;
        problem.makeBackend = [evaluate = problem.evaluate, slots] {
            return std::make_unique<test::LateBackend>(evaluate, slots, slots);
        };
        SearchRunner runner(problem);
        runner.start(evaluations(1000));
        runner.wait();
        runner.submit(Pin{"p3", "5"});
        runner.start(evaluations(3000));
        runner.wait();
        runs.push_back(encodingsOf(*runner.snapshot()));
    }
    EXPECT_EQ(runs[0], runs[1]);
    EXPECT_EQ(runs[0], runs[2]);
}

TEST(SearchRunner, PointsSayWhereTheyComeFrom) {
    SearchRunner runner(gridProblem());
    runner.start(evaluations(2000));
    runner.wait();
    runner.submit(Inject{3, {{"p0", "11"}}});
    runner.wait();
    const auto snapshot = runner.snapshot();
    EXPECT_EQ(snapshot->points[0].origin.move, point::Move::Imported);
    EXPECT_EQ(snapshot->points[150].origin.move, point::Move::Random);
    EXPECT_EQ(search::algorithmName(snapshot->points[1500].origin.algorithm), "nsga2");
    EXPECT_LT(snapshot->points[1500].origin.parents[0], 1500U);
    EXPECT_EQ(snapshot->points[2000].origin.move, point::Move::Injected);
    EXPECT_EQ(snapshot->points[2000].origin.parents[0], 3U);
}

TEST(SearchRunner, ACommandThatFailsDoesNotTakeTheNextOnesWithIt) {
    Problem problem = gridProblem();
    const point::Encoding poison(16, 0);
    problem.evaluate = [poison, evaluate = problem.evaluate](const point::Encoding& encoding) {
        if (encoding == poison) {
            throw workError("the model fell over");
        }
        return evaluate(encoding);
    };
    SearchRunner runner(problem);
    runner.start(evaluations(500));
    runner.wait();
    Inject inject;
    for (const point::Parameter& parameter : problem.space.parameters) {
        inject.values.emplace_back(parameter.name, "0");
    }
    runner.submit(inject);
    runner.submit(Pin{"p1", "2"});
    runner.submit(Inject{3, {{"p0", "11"}}});
    EXPECT_THROW(runner.wait(), Error);
    const auto snapshot = runner.snapshot();
    EXPECT_EQ(snapshot->state, State::Failed);
    EXPECT_EQ(snapshot->message, "the model fell over");
    ASSERT_EQ(snapshot->epochs.size(), 3U) << "the failed one left nothing behind";
    EXPECT_EQ(snapshot->epochs[1].text, "pin p1 = 2");
    EXPECT_EQ(snapshot->points.size(), 501U);
    EXPECT_EQ(snapshot->rules.ranges[1], (point::Range{2, 2}));
    checkSnapshot(*snapshot);
    runner.start(evaluations(1500));
    runner.wait();
    EXPECT_EQ(runner.snapshot()->points.size(), 1500U);
}

TEST(SearchRunner, AFailureDoesNotChangeTheSequence) {
    SearchRunner plain(gridProblem(5));
    plain.start(evaluations(3000));
    plain.wait();
    Problem problem = gridProblem(5);
    std::atomic<int> calls = 0;
    problem.evaluate = [&, evaluate = problem.evaluate](const point::Encoding& encoding) {
        if (++calls == 1500) {
            throw workError("the model fell over");
        }
        return evaluate(encoding);
    };
    SearchRunner runner(problem);
    runner.start(evaluations(3000));
    EXPECT_THROW(runner.wait(), Error);
    runner.start(evaluations(3000));
    runner.wait();
    EXPECT_EQ(encodingsOf(*runner.snapshot()), encodingsOf(*plain.snapshot()));
}

TEST(SearchRunner, TheFrontOfRefinedPointsIsThatOfRankingAllAgain) {
    SearchRunner runner(gridProblem());
    runner.start(evaluations(20000));
    runner.wait();
    Random random(3);
    for (int round = 0; round < 20; ++round) {
        const auto before = runner.snapshot();
        for (int i = 0; i < 10; ++i) {
            const bool member = i % 2 == 0 && !before->front.empty();
            const point::PointId id = member ? before->front[random.below(before->front.size())]
                                             : random.below(before->points.size());
            point::Point point = before->points[id];
            point.metrics.set(Metric::EnergyMj,
                              point.metrics.value(Metric::EnergyMj) * (0.7 + 0.8 * random.uniform()),
                              point::Source::Measured);
            runner.refine(point);
        }
        runner.wait();
        const auto after = runner.snapshot();
        checkSnapshot(*after);
        EXPECT_LE(after->points.refinedSince(before->points.refinements()).size(), 10U);
    }
}

TEST(SearchRunner, RefinedFiguresReplaceThePointsOwnAndReRankTheFront) {
    SearchRunner runner(gridProblem());
    SearchRunner plain(gridProblem());
    runner.start(evaluations(3000));
    plain.start(evaluations(3000));
    runner.wait();
    plain.wait();
    const auto before = runner.snapshot();
    point::Point point = before->points[before->front[0]];
    point.metrics.set(Metric::EnergyMj, 1000.0, point::Source::Measured);
    runner.refine(point);
    runner.wait();
    const auto after = runner.snapshot();
    EXPECT_EQ(after->points[point.id].metrics.value(Metric::EnergyMj), 1000.0F);
    EXPECT_NE(before->points[point.id].metrics.value(Metric::EnergyMj), 1000.0F)
        << "old snapshots never change";
    EXPECT_THAT(after->front, testing::Not(testing::Contains(point.id)));
    checkSnapshot(*after);
    // What was refined does not change where the search goes.
    for (SearchRunner* each : {&runner, &plain}) {
        each->submit(Pin{"p5", "1"});
        each->start(evaluations(6000));
        each->wait();
    }
    EXPECT_EQ(encodingsOf(*runner.snapshot()), encodingsOf(*plain.snapshot()));
}

TEST(SearchRunner, SnapshotsKeepComingWhileItRuns) {
    SearchRunner runner(slowProblem());
    runner.start({0, 0.5, 2});
    std::uint64_t last = 0;
    int seen = 0;
    while (runner.snapshot()->state != State::Finished) {
        const auto snapshot = runner.snapshot();
        EXPECT_GE(snapshot->generation, last);
        seen += snapshot->generation != last ? 1 : 0;
        last = snapshot->generation;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    EXPECT_GE(seen, 8);
}

} // namespace
} // namespace tandem::engine
