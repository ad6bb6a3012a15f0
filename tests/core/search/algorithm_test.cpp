// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/search/algorithm.h"
#include "core/search/front/archive.h"
#include "core/search/front/hypervolume.h"
#include "tests/core/support/synthetic_problem.h"

#include <gtest/gtest.h>

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
        const std::vector<Encoding> asked = algorithm.ask(std::min(batch, budget - points.size()));
        if (asked.empty()) {
            return;
        }
        const std::size_t first = points.size();
        for (const Encoding& encoding : asked) {
            points.push_back({points.size(), 0, encoding, evaluate(encoding)});
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
            makeAlgorithm(GetParam(), space, rulesFor(space), static_cast<std::uint64_t>(seed));
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
    const auto algorithm = makeAlgorithm(GetParam(), space, rulesFor(space), 4);
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
    const auto algorithm = makeAlgorithm(GetParam(), space, rules, 4);
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
    const auto algorithm = makeAlgorithm(GetParam(), space, rules, 5);
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

    const auto whole = makeAlgorithm(GetParam(), space, rules, 8);
    std::vector<point::Point> points;
    search(*whole, points, 777, 64, evaluate);
    whole->steer(pinned);
    search(*whole, points, 3000, 64, evaluate);

    const auto resumed = makeAlgorithm(GetParam(), space, rules, 8);
    std::vector<point::Point> again;
    search(*resumed, again, 777, 100, evaluate);
    resumed->steer(pinned);
    search(*resumed, again, 1234, 100, evaluate);
    search(*resumed, again, 3000, 3, evaluate);
    EXPECT_EQ(encodingsOf(again), encodingsOf(points));
}

TEST_P(EveryAlgorithm, TakesInPointsItDidNotPropose) {
    const point::Space space = test::gridSpace(12, 16);
    const auto algorithm = makeAlgorithm(GetParam(), space, rulesFor(space), 8);
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
        const auto algorithm = makeAlgorithm(i == 0 ? "random" : "nsga2", space, rules, 3);
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
            const auto algorithm = makeAlgorithm(i == 0 ? "random" : "nsga2", space, rules, 3);
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
    const auto algorithm = makeAlgorithm("nsga2", space, rules, 3);
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
    const auto algorithm = makeAlgorithm("nsga2", space, rules, 3);
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

TEST(MakeAlgorithm, NamesTheAlgorithmsWhenItDoesNotKnowOne) {
    const point::Space space = test::gridSpace(3, 3);
    try {
        makeAlgorithm("annealing", space, rulesFor(space), 1);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        EXPECT_STREQ(error.what(),
                     "there is no search algorithm 'annealing'; the algorithms are nsga2, random");
    }
}

} // namespace
} // namespace tandem::search
