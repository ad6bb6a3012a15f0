// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/search/exchange.h"
#include "core/search/registry.h"
#include "tests/core/support/synthetic_problem.h"

#include <gtest/gtest.h>

namespace tandem::search {
namespace {

using point::Encoding;
using point::Metric;

/// Decides on one proposal at a time: its choices say how many points it had been told by then.
class Watcher final : public Algorithm {
  public:
    void steer(const Rules&) override {}
    std::size_t decided() const override { return 0; }
    std::vector<Proposal> ask(std::size_t) override {
        return {{{static_cast<std::uint8_t>(told_ / 256), static_cast<std::uint8_t>(told_ % 256)}, {}, {}}};
    }
    void tell(std::span<const point::Point> points) override { told_ += points.size(); }
    std::string save() const override { return {}; }
    void load(std::string_view, const KnownPoints&) override {}

  private:
    std::size_t told_ = 0;
};

std::size_t toldAt(const Encoding& encoding) {
    return encoding[0] * std::size_t{256} + encoding[1];
}

class Exchanges : public testing::Test {
  protected:
    point::Space space_ = test::gridSpace(10, 12);
    Rules rules_{point::fullRanges(space_), {{Metric::LatencyMs, false}, {Metric::EnergyMj, false}}, {}};

    Exchange exchange(std::size_t lag) {
        return {makeAlgorithm({"nsga2", {{"population", 20}}}, space_, rules_, 3), lag};
    }
    static void add(point::PointLog& points, const Proposal& proposal) {
        points.append({points.size(), 0, proposal.encoding, test::zdt1(proposal.encoding, 12)});
    }
    /// Asks as far ahead as it goes and has only `late` results come in meanwhile.
    static point::PointLog run(Exchange& exchange, std::size_t count, std::size_t atOnce, std::size_t late) {
        point::PointLog points;
        std::vector<Proposal> open;
        while (points.size() < count) {
            for (Proposal& proposal : exchange.ask(atOnce, points, points.size())) {
                open.push_back(std::move(proposal));
            }
            const std::size_t done = std::max<std::size_t>(1, open.size() - std::min(open.size(), late));
            for (std::size_t i = 0; i < done; ++i) {
                add(points, open[i]);
            }
            open.erase(open.begin(), open.begin() + static_cast<std::ptrdiff_t>(done));
        }
        return points;
    }
    static std::vector<Encoding> firstOf(const point::PointLog& points, std::size_t count) {
        std::vector<Encoding> encodings;
        for (std::size_t id = 0; id < count; ++id) {
            encodings.push_back(points[id].encoding);
        }
        return encodings;
    }
};

TEST_F(Exchanges, AProposalSeesTheResultsUpToTheLagAndNoOthers) {
    for (const std::size_t lag : {0U, 1U, 7U}) {
        for (const std::size_t atOnce : {1U, 3U, 50U}) {
            Exchange exchange(std::make_unique<Watcher>(), lag);
            const point::PointLog points = run(exchange, 100, atOnce, 0);
            for (std::size_t n = 0; n < 100; ++n) {
                ASSERT_EQ(toldAt(points[n].encoding), n - std::min(n, lag)) << n << ", lag " << lag;
            }
        }
    }
}

TEST_F(Exchanges, WaitForResultsWhereTheyAreNeeded) {
    Exchange exchange(std::make_unique<Watcher>(), 5);
    const point::PointLog none;
    EXPECT_EQ(exchange.ask(100, none, 0).size(), 6U); // proposal 5 is the last that may see none
    EXPECT_TRUE(exchange.ask(100, none, 0).empty());
    EXPECT_FALSE(exchange.isExhausted());
}

TEST_F(Exchanges, TheSequenceDoesNotDependOnWhenResultsCome) {
    for (const std::size_t lag : {0U, 30U}) {
        std::vector<std::vector<Encoding>> runs;
        for (const auto& [atOnce, late] : {std::pair{1U, 0U}, {64U, 0U}, {7U, 11U}, {64U, 29U}}) {
            Exchange each = exchange(lag);
            runs.push_back(firstOf(run(each, 500, atOnce, late), 500));
        }
        EXPECT_EQ(runs[0], runs[1]);
        EXPECT_EQ(runs[0], runs[2]);
        EXPECT_EQ(runs[0], runs[3]);
    }
}

TEST_F(Exchanges, GoOnFromASavedStateWithProposalsUnderWay) {
    for (const std::size_t lag : {0U, 30U}) {
        Exchange whole = exchange(lag);
        const std::vector<Encoding> expected = firstOf(run(whole, 500, 64, 0), 500);

        Exchange first = exchange(lag);
        point::PointLog points = run(first, 200, 16, 0);
        const std::vector<Proposal> open = first.ask(16, points, points.size());
        ASSERT_FALSE(open.empty());
        const std::size_t known = points.size();

        Exchange second = exchange(lag);
        second.load(first.save(), points, known, open);
        EXPECT_EQ(second.asked(), known + open.size());
        for (const Proposal& proposal : open) {
            add(points, proposal);
        }
        while (points.size() < 500) {
            for (const Proposal& proposal : second.ask(16, points, points.size())) {
                add(points, proposal);
            }
        }
        EXPECT_EQ(firstOf(points, 500), expected) << "lag " << lag;
    }
}

TEST_F(Exchanges, RefuseAStateOfOtherPoints) {
    Exchange first = exchange(0);
    const point::PointLog points = run(first, 200, 16, 0);
    EXPECT_NO_THROW(exchange(0).load(first.save(), points, points.size(), {}));
    EXPECT_THROW(exchange(0).load(first.save(), points, points.size() - 1, {}), Error);
    EXPECT_THROW(exchange(5).load(first.save(), points, points.size(), {}), Error);
    EXPECT_THROW(exchange(0).load(first.save().substr(0, 40), points, points.size(), {}), Error);
}

TEST_F(Exchanges, ReplayAsksForTheSamePointsAndNoticesOthers) {
    Exchange first = exchange(10);
    point::PointLog points = run(first, 300, 16, 0);
    Exchange second = exchange(10);
    EXPECT_TRUE(second.replay(points, points.size()));
    EXPECT_EQ(second.asked(), points.size());
    EXPECT_EQ(second.ask(20, points, points.size()), first.ask(20, points, points.size()));

    add(points, {Encoding(10, 11), {}, {}});
    Exchange third = exchange(10);
    EXPECT_FALSE(third.replay(points, points.size()));
}

} // namespace
} // namespace tandem::search
