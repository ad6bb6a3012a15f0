// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/engine/evaluation/local_backend.h"
#include "core/engine/evaluation/ordered_evaluation.h"
#include "tests/core/engine/run/late_backend.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace tandem::engine {
namespace {

using point::Metric;

point::Metrics metricsOf(const point::Encoding& encoding) {
    point::Metrics metrics;
    metrics.set(Metric::Lut, encoding[0] * 256.0 + encoding[1], point::Source::Modelled);
    return metrics;
}

std::vector<search::Proposal> proposals(std::size_t first, std::size_t count) {
    std::vector<search::Proposal> made;
    for (std::size_t i = first; i < first + count; ++i) {
        made.push_back({{static_cast<std::uint8_t>(i / 256), static_cast<std::uint8_t>(i % 256)}, {}, {}});
    }
    return made;
}

/// Hands in 2000 proposals a few at a time and checks that they come back in their order with their own
/// figures.
void expectOrder(std::unique_ptr<Backend> backend) {
    OrderedEvaluation evaluation(std::move(backend));
    std::size_t asked = 0, known = 0;
    while (known < 2000) {
        if (asked < 2000) {
            evaluation.submit(proposals(asked, 50));
            asked += 50;
        }
        for (const OrderedEvaluation::Evaluated& evaluated : evaluation.collect()) {
            ASSERT_EQ(evaluated.proposal, proposals(known, 1)[0]);
            ASSERT_EQ(evaluated.metrics.value(Metric::Lut), static_cast<float>(known));
            ++known;
        }
        ASSERT_EQ(evaluation.underWay(), asked - known);
        ASSERT_EQ(evaluation.open(), proposals(known, asked - known));
    }
}

TEST(OrderedEvaluation, GivesResultsBackInTheOrderAskedFor) {
    expectOrder(std::make_unique<test::LateBackend>(metricsOf, 64, 1));
    ThreadBudget budget(3);
    const ThreadBudget::Claim claim = budget.claim(0);
    expectOrder(std::make_unique<LocalBackend>(metricsOf, claim));
}

TEST(OrderedEvaluation, ForgetsWhatFailed) {
    ThreadBudget budget(2);
    const ThreadBudget::Claim claim = budget.claim(0);
    OrderedEvaluation evaluation(std::make_unique<LocalBackend>(
        [](const point::Encoding& encoding) {
            if (encoding[1] == 7) {
                throw workError("the model fell over");
            }
            return metricsOf(encoding);
        },
        claim));
    evaluation.submit(proposals(0, 20));
    EXPECT_THROW(evaluation.collect(), Error);
    evaluation.clear();
    EXPECT_EQ(evaluation.underWay(), 0U);
    evaluation.submit(proposals(100, 3));
    EXPECT_EQ(evaluation.collect().size(), 3U);
}

/// Answers what it was not asked.
class WrongBackend final : public Backend {
  public:
    std::size_t slots() const override { return 1; }
    void submit(std::vector<Job>) override {}
    std::vector<Completion> collect() override { return {{77, {}}}; }
    void stop() override {}
};

TEST(OrderedEvaluation, RefusesResultsThatNobodyAskedFor) {
    OrderedEvaluation evaluation(std::make_unique<WrongBackend>());
    evaluation.submit(proposals(0, 5));
    EXPECT_THROW(evaluation.collect(), Error);
}

TEST(ThreadBudget, SharesItsThreadsAmongThoseThatWork) {
    ThreadBudget budget(8);
    const ThreadBudget::Claim search = budget.claim(0);
    EXPECT_EQ(search.threads(), 8);
    {
        const ThreadBudget::Claim ladder = budget.claim(1);
        EXPECT_EQ(ladder.threads(), 1);
        EXPECT_EQ(search.threads(), 7) << "what the modest leave goes to the others";
        const ThreadBudget::Claim training = budget.claim(0);
        EXPECT_EQ(search.threads() + ladder.threads() + training.threads(), 8);
        EXPECT_EQ(search.threads(), 3);
        EXPECT_EQ(training.threads(), 4);
    }
    EXPECT_EQ(search.threads(), 8) << "given back";
}

TEST(ThreadBudget, NeverGivesMoreThanThereAreNorLessThanOne) {
    for (const int total : {1, 2, 3, 5, 16}) {
        ThreadBudget budget(total);
        std::vector<ThreadBudget::Claim> claims;
        for (const int wanted : {0, 1, 100, 2, 3, 0}) {
            claims.push_back(budget.claim(wanted));
            int sum = 0;
            for (const ThreadBudget::Claim& claim : claims) {
                EXPECT_GE(claim.threads(), 1);
                sum += claim.threads();
            }
            EXPECT_LE(sum, std::max<int>(total, static_cast<int>(claims.size()))) << total;
        }
    }
}

TEST(ThreadBudget, WhoRestsLeavesItsShare) {
    ThreadBudget budget(4);
    ThreadBudget::Claim search = budget.claim(0);
    const ThreadBudget::Claim training = budget.claim(0);
    EXPECT_EQ(training.threads(), 2);
    search.rest();
    EXPECT_EQ(training.threads(), 4);
    EXPECT_EQ(search.threads(), 1);
    search.want(1);
    EXPECT_EQ(training.threads(), 3);
}

} // namespace
} // namespace tandem::engine
