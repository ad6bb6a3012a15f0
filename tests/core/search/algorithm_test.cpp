// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/search/front/archive.h"
#include "core/search/front/hypervolume.h"
#include "core/search/registry.h"
#include "tests/core/support/synthetic_problem.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>

namespace tandem::search {
namespace {

using point::Encoding;
using point::Metric;
using Evaluate = std::function<point::Metrics(const Encoding&)>;

Rules rulesFor(const point::Space& space) {
    return {point::fullRanges(space), {{Metric::LatencyMs, false}, {Metric::EnergyMj, false}}, {}};
}

/// Asks, evaluates and tells until `budget` points are known or nothing is left to ask.
void search(Algorithm& algorithm, std::vector<point::Point>& points, std::size_t budget, std::size_t batch,
            const Evaluate& evaluate) {
    while (points.size() < budget) {
        const std::vector<Proposal> asked = algorithm.ask(std::min(batch, budget - points.size()));
        if (asked.empty()) {
            return;
        }
        const std::size_t first = points.size();
        for (const Proposal& proposal : asked) {
            points.push_back({points.size(), 0, proposal.encoding, evaluate(proposal.encoding),
                              proposal.origin, proposal.fidelity});
        }
        algorithm.tell(std::span(points).subspan(first));
    }
}

std::vector<Encoding> encodingsOf(const std::vector<point::Point>& points) {
    std::vector<Encoding> encodings;
    for (const point::Point& point : points) {
        encodings.push_back(point.encoding);
    }
    return encodings;
}

double volumeOf(const Rules& rules, const std::vector<point::Point>& points, const Values& reference) {
    Archive archive(rules);
    for (const point::Point& point : points) {
        archive.add(point);
    }
    std::vector<Values> values;
    for (const Archive::Entry& entry : archive.entries()) {
        values.push_back(entry.values);
    }
    return hypervolume(values, reference, rules.objectives.size());
}

class EveryAlgorithm : public testing::TestWithParam<std::string> {};

TEST_P(EveryAlgorithm, SequenceDependsOnTheSeedAndNotOnTheBatches) {
    const point::Space space = test::gridSpace(12, 16);
    const Evaluate evaluate = [](const Encoding& e) { return test::zdt1(e, 16); };
    std::vector<std::vector<Encoding>> runs;
    for (const auto& [seed, batch] : {std::pair{1, 64}, {1, 7}, {1, 1000}, {2, 64}}) {
        const auto algorithm =
            makeAlgorithm({GetParam(), {}}, space, rulesFor(space), static_cast<std::uint64_t>(seed));
        std::vector<point::Point> points;
        search(*algorithm, points, 1700, static_cast<std::size_t>(batch), evaluate);
        runs.push_back(encodingsOf(points));
    }
    EXPECT_EQ(runs[0], runs[1]);
    EXPECT_EQ(runs[0], runs[2]);
    EXPECT_NE(runs[0], runs[3]);
}

TEST_P(EveryAlgorithm, StartsWithTheImportedNetworkAndNeverRepeats) {
    const point::Space space = test::gridSpace(6, 7);
    const auto algorithm = makeAlgorithm({GetParam(), {}}, space, rulesFor(space), 4);
    std::vector<point::Point> points;
    search(*algorithm, points, 20000, 256, [](const Encoding& e) { return test::zdt1(e, 7); });
    ASSERT_EQ(points.size(), 20000U);
    EXPECT_EQ(points[0].encoding, space.importedPoint());
    const auto encodings = encodingsOf(points);
    EXPECT_EQ(std::set<Encoding>(encodings.begin(), encodings.end()).size(), points.size());
}

TEST_P(EveryAlgorithm, SearchesASmallSpaceToItsLastPoint) {
    const point::Space space = test::gridSpace(4, 5);
    Rules rules = rulesFor(space);
    rules.ranges[1] = {2, 2};
    rules.ranges[2] = {1, 3};
    const auto algorithm = makeAlgorithm({GetParam(), {}}, space, rules, 4);
    const Evaluate evaluate = [](const Encoding& e) { return test::zdt1(e, 5); };
    std::vector<point::Point> points;
    search(*algorithm, points, 1000000, 50, evaluate);
    EXPECT_EQ(points.size(), 5U * 1U * 3U * 5U);
    EXPECT_TRUE(algorithm->ask(1).empty());

    rules.ranges[1] = {2, 3};
    algorithm->steer(rules);
    search(*algorithm, points, 1000000, 50, evaluate);
    EXPECT_EQ(points.size(), 5U * 2U * 3U * 5U) << "wider rules open new points and only those";
}

TEST_P(EveryAlgorithm, ObeysNewRangesAtOnce) {
    const point::Space space = test::gridSpace(12, 16);
    Rules rules = rulesFor(space);
    const auto algorithm = makeAlgorithm({GetParam(), {}}, space, rules, 5);
    const Evaluate evaluate = [](const Encoding& e) { return test::zdt1(e, 16); };
    std::vector<point::Point> points;
    search(*algorithm, points, 1111, 100, evaluate); // stops inside a generation
    rules.ranges[0] = {9, 9};
    rules.ranges[3] = {4, 11};
    algorithm->steer(rules);
    search(*algorithm, points, 4000, 100, evaluate);
    ASSERT_EQ(points.size(), 4000U);
    for (std::size_t i = 1111; i < points.size(); ++i) {
        ASSERT_TRUE(point::contains(rules.ranges, points[i].encoding)) << i;
    }
}

TEST_P(EveryAlgorithm, GoesOnFromReplayedPoints) {
    const point::Space space = test::gridSpace(12, 16);
    Rules rules = rulesFor(space);
    const Evaluate evaluate = [](const Encoding& e) { return test::zdt1(e, 16); };
    Rules pinned = rules;
    pinned.ranges[2] = {3, 3};

    const auto whole = makeAlgorithm({GetParam(), {}}, space, rules, 8);
    std::vector<point::Point> points;
    search(*whole, points, 777, 64, evaluate);
    whole->steer(pinned);
    search(*whole, points, 3000, 64, evaluate);

    const auto resumed = makeAlgorithm({GetParam(), {}}, space, rules, 8);
    std::vector<point::Point> again;
    search(*resumed, again, 777, 100, evaluate);
    resumed->steer(pinned);
    search(*resumed, again, 1234, 100, evaluate);
    search(*resumed, again, 3000, 3, evaluate);
    EXPECT_EQ(encodingsOf(again), encodingsOf(points));
}

TEST_P(EveryAlgorithm, TakesInPointsItDidNotPropose) {
    const point::Space space = test::gridSpace(12, 16);
    const auto algorithm = makeAlgorithm({GetParam(), {}}, space, rulesFor(space), 8);
    const Encoding best(12, 0);
    const std::vector<point::Point> told = {{0, 0, best, test::zdt1(best, 16)}};
    algorithm->tell(told);
    std::vector<point::Point> points = told;
    search(*algorithm, points, 2000, 128, [](const Encoding& e) { return test::zdt1(e, 16); });
    EXPECT_EQ(std::ranges::count(encodingsOf(points), best), 1) << "known points are not asked for";
}

INSTANTIATE_TEST_SUITE_P(Algorithms, EveryAlgorithm, testing::ValuesIn(algorithmNames()),
                         [](const auto& test) { return test.param; });

TEST(Nsga2, BeatsRandomOnZdt1AndComesNearTheTrueFront) {
    const point::Space space = test::gridSpace(20, 32);
    const Rules rules = rulesFor(space);
    const Evaluate evaluate = [](const Encoding& e) { return test::zdt1(e, 32); };
    double volume[2];
    for (int i = 0; i < 2; ++i) {
        const auto algorithm = makeAlgorithm({i == 0 ? "random" : "nsga2", {}}, space, rules, 3);
        std::vector<point::Point> points;
        search(*algorithm, points, 20000, 256, evaluate);
        volume[i] = volumeOf(rules, points, {1.1, 6.0, 1, 1});
    }
    std::vector<point::Point> perfect;
    for (std::uint8_t c = 0; c < 32; ++c) {
        Encoding encoding(20, 0);
        encoding[0] = c;
        perfect.push_back({c, 0, encoding, evaluate(encoding)});
    }
    const double best = volumeOf(rules, perfect, {1.1, 6.0, 1, 1});
    EXPECT_GT(volume[1], 1.2 * volume[0]);
    EXPECT_GT(volume[1], 0.99 * best);
    EXPECT_LE(volume[1], best * (1.0 + 1e-9));
}

TEST(Nsga2, BeatsRandomWithThreeAndFourObjectives) {
    constexpr Metric kMetrics[] = {Metric::LatencyMs, Metric::EnergyMj, Metric::PowerW, Metric::Lut};
    for (const std::size_t objectives : {3U, 4U}) {
        const point::Space space = test::gridSpace(objectives + 12, 24);
        Rules rules{point::fullRanges(space), {}, {}};
        for (std::size_t i = 0; i < objectives; ++i) {
            rules.objectives.push_back({kMetrics[i], false});
        }
        const Evaluate evaluate = [=](const Encoding& e) { return test::dtlz2(e, 24, objectives); };
        double volume[2];
        for (int i = 0; i < 2; ++i) {
            const auto algorithm = makeAlgorithm({i == 0 ? "random" : "nsga2", {}}, space, rules, 3);
            std::vector<point::Point> points;
            search(*algorithm, points, 10000, 256, evaluate);
            volume[i] = volumeOf(rules, points, {1.5, 1.5, 1.5, 1.5});
        }
        EXPECT_GT(volume[1], 1.1 * volume[0]) << objectives;
    }
}

TEST(Nsga2, FindsTheFeasibleRegion) {
    const point::Space space = test::gridSpace(20, 32);
    Rules rules = rulesFor(space);
    rules.constraints = {{Metric::Lut, point::Relation::AtMost, 1.5}}; // one point in 1e12 by chance
    const auto algorithm = makeAlgorithm({"nsga2", {}}, space, rules, 3);
    std::vector<point::Point> points;
    search(*algorithm, points, 20000, 256, [](const Encoding& e) { return test::zdt1(e, 32); });
    Archive archive(rules);
    for (const point::Point& point : points) {
        archive.add(point);
    }
    EXPECT_GT(archive.size(), 10U);
}

TEST(Nsga2, FollowsNewObjectives) {
    const point::Space space = test::gridSpace(20, 32);
    Rules rules = rulesFor(space);
    const Evaluate evaluate = [](const Encoding& e) { return test::zdt1(e, 32); };
    const auto algorithm = makeAlgorithm({"nsga2", {}}, space, rules, 3);
    std::vector<point::Point> points;
    search(*algorithm, points, 6000, 256, evaluate);
    rules.objectives = {{Metric::LatencyMs, false}, {Metric::Lut, true}};
    algorithm->steer(rules);
    search(*algorithm, points, 14000, 256, evaluate);
    const auto lut = [&](std::size_t from, std::size_t to) {
        float most = 0;
        for (std::size_t i = from; i < to; ++i) {
            most = std::max(most, points[i].metrics.value(Metric::Lut));
        }
        return most;
    };
    EXPECT_GT(lut(6000, 14000), 18.5F) << "20 is the most there is";
    EXPECT_LT(lut(200, 6000), 16.0F);
}

TEST(Nsga2, SaysWhichMoveAndWhichParentsLedToAPoint) {
    const point::Space space = test::gridSpace(12, 16);
    Rules rules = rulesFor(space);
    const auto algorithm = makeAlgorithm({"nsga2", {{"crossover", 0.5}}}, space, rules, 5);
    const Evaluate evaluate = [](const Encoding& e) { return test::zdt1(e, 16); };
    std::vector<point::Point> points;
    search(*algorithm, points, 1000, 100, evaluate);
    std::map<point::Move, int> moves;
    for (const point::Point& point : points) {
        const point::Origin& origin = point.origin;
        ++moves[origin.move];
        EXPECT_EQ(algorithmName(origin.algorithm), "nsga2");
        const bool first = origin.parents[0] != point::Origin::kNoParent;
        const bool second = origin.parents[1] != point::Origin::kNoParent;
        EXPECT_EQ(first, origin.move == point::Move::Crossover || origin.move == point::Move::Mutation);
        EXPECT_EQ(second, origin.move == point::Move::Crossover);
        ASSERT_TRUE(!first || origin.parents[0] < point.id) << "parents are evaluated before";
        if (origin.move == point::Move::Mutation) {
            const Encoding& parent = points[origin.parents[0]].encoding;
            int changed = 0;
            for (std::size_t i = 0; i < parent.size(); ++i) {
                changed += parent[i] != point.encoding[i] ? 1 : 0;
            }
            EXPECT_LE(changed, 10) << "a child is like its parent";
        }
    }
    EXPECT_EQ(moves[point::Move::Imported], 1);
    EXPECT_EQ(points[0].origin.move, point::Move::Imported);
    EXPECT_GE(moves[point::Move::Random], 199);
    EXPECT_GT(moves[point::Move::Mutation], 250);
    EXPECT_GT(moves[point::Move::Crossover], 250);

    rules.ranges[0] = {3, 3};
    algorithm->steer(rules);
    search(*algorithm, points, 1100, 100, evaluate);
    const point::Point& repaired = points[1000];
    EXPECT_EQ(repaired.origin.move, point::Move::Repaired);
    Encoding moved = points.at(repaired.origin.parents[0]).encoding;
    moved[0] = 3;
    EXPECT_EQ(repaired.encoding, moved);
}

TEST(Nsga2, TakesItsOptions) {
    const point::Space space = test::gridSpace(12, 16);
    const auto algorithm =
        makeAlgorithm({"nsga2", {{"population", 40}, {"crossover", 0}}}, space, rulesFor(space), 5);
    EXPECT_EQ(algorithm->ask(1000).size(), 40U);
    std::vector<point::Point> points;
    search(*algorithm, points, 400, 100, [](const Encoding& e) { return test::zdt1(e, 16); });
    EXPECT_TRUE(std::ranges::none_of(
        points, [](const point::Point& p) { return p.origin.move == point::Move::Crossover; }));
}

TEST_P(EveryAlgorithm, CountsThroughWhatChanceDoesNotFind) {
    const point::Space space = test::gridSpace(3, 4);
    const auto algorithm = makeAlgorithm({GetParam(), {}}, space, rulesFor(space), 4);
    std::vector<point::Point> points;
    search(*algorithm, points, 1000, 50, [](const Encoding& e) { return test::zdt1(e, 4); });
    EXPECT_EQ(points.size(), 64U);
    EXPECT_TRUE(std::ranges::any_of(
        points, [](const point::Point& p) { return p.origin.move == point::Move::Counting; }));
    EXPECT_TRUE(std::ranges::all_of(
        points, [](const point::Point& p) { return algorithmName(p.origin.algorithm) == GetParam(); }));
}

TEST_P(EveryAlgorithm, GoesOnFromASavedState) {
    const point::Space space = test::gridSpace(12, 16);
    const Evaluate evaluate = [](const Encoding& e) { return test::zdt1(e, 16); };
    Rules rules = rulesFor(space);
    const auto whole = makeAlgorithm({GetParam(), {}}, space, rules, 8);
    std::vector<point::Point> points;
    search(*whole, points, 777, 64, evaluate);
    rules.ranges[2] = {3, 9};
    whole->steer(rules);
    for (const std::size_t size :
         {800U, 1234U}) { // with repaired proposals and in the middle of a generation
        search(*whole, points, size, 64, evaluate);
        point::PointLog log;
        std::ranges::for_each(points, [&](const point::Point& point) { log.append(point); });
        const auto resumed = makeAlgorithm({GetParam(), {}}, space, rules, 8);
        resumed->load(whole->save(), {log, log.size(), {}});
        EXPECT_EQ(resumed->decided(), whole->decided());
        EXPECT_EQ(resumed->save(), whole->save());
        std::vector<point::Point> again = points;
        search(*resumed, again, 3000, 64, evaluate);
        std::vector<point::Point> expected = points;
        const auto other = makeAlgorithm({GetParam(), {}}, space, rules, 8);
        other->load(whole->save(), {log, log.size(), {}});
        search(*other, expected, 3000, 3, evaluate);
        EXPECT_EQ(encodingsOf(again), encodingsOf(expected)) << "in other batches";
        if (size == 1234U) {
            search(*whole, points, 3000, 64, evaluate);
            EXPECT_EQ(encodingsOf(again), encodingsOf(points)) << "as the one that never stopped";
        }
    }
}

TEST_P(EveryAlgorithm, RefusesADamagedState) {
    const point::Space space = test::gridSpace(12, 16);
    const Rules rules = rulesFor(space);
    const auto algorithm = makeAlgorithm({GetParam(), {}}, space, rules, 8);
    std::vector<point::Point> points;
    search(*algorithm, points, 900, 64, [](const Encoding& e) { return test::zdt1(e, 16); });
    point::PointLog log;
    std::ranges::for_each(points, [&](const point::Point& point) { log.append(point); });
    const std::string state = algorithm->save();
    const auto load = [&](const std::string& bytes, std::size_t count) {
        makeAlgorithm({GetParam(), {}}, space, rules, 8)->load(bytes, {log, count, {}});
    };
    EXPECT_NO_THROW(load(state, 900));
    for (std::size_t size = 0; size < state.size(); size += 37) {
        EXPECT_THROW(load(state.substr(0, size), 900), Error) << size;
    }
    std::string newer = state;
    newer[0] = 99;
    EXPECT_THROW(load(newer, 900), Error);
}

} // namespace
} // namespace tandem::search
