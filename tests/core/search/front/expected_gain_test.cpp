// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/search/front/expected_gain.h"
#include "core/search/front/hypervolume.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace tandem::search {
namespace {

double gainOf(std::vector<Values> front, const Values& reference, std::size_t objectives,
              const Values& point) {
    const double before = hypervolume(front, reference, objectives);
    front.push_back(point);
    return hypervolume(front, reference, objectives) - before;
}

Values randomValues(Random& random, std::size_t objectives) {
    Values values{};
    for (std::size_t k = 0; k < objectives; ++k) {
        values[k] = 1.1 * random.uniform();
    }
    return values;
}

TEST(ExpectedGain, IsTheGainItselfWhenNothingIsUncertain) {
    Random random(1);
    const Values reference{1.0, 1.0, 1.0, 1.0};
    for (std::size_t objectives = 2; objectives <= 4; ++objectives) {
        std::vector<Values> front;
        for (int i = 0; i < 6; ++i) {
            front.push_back(randomValues(random, objectives));
        }
        for (int repeat = 0; repeat < 30; ++repeat) {
            const Values point = randomValues(random, objectives);
            const std::size_t uncertain = random.below(objectives);
            EXPECT_NEAR(expectedGain(front, reference, objectives, {point, uncertain, 0.0}),
                        gainOf(front, reference, objectives, point), 1e-12);
        }
    }
}

TEST(ExpectedGain, AgreesWithSampling) {
    Random random(2);
    const Values reference{1.0, 1.0, 1.0, 1.0};
    constexpr int kSamples = 20000;
    for (std::size_t objectives = 2; objectives <= 4; ++objectives) {
        std::vector<Values> front;
        for (int i = 0; i < 5; ++i) {
            front.push_back(randomValues(random, objectives));
        }
        for (std::size_t uncertain = 0; uncertain < objectives; ++uncertain) {
            UncertainValues point{{0.3, 0.25, 0.3, 0.2}, uncertain, 0.3};
            std::fill(point.values.begin() + static_cast<std::ptrdiff_t>(objectives), point.values.end(),
                      0.0);
            double sum = 0.0, squares = 0.0;
            for (int i = 0; i < kSamples; ++i) {
                Values sample = point.values;
                sample[uncertain] += point.deviation * random.normal();
                const double gain = gainOf(front, reference, objectives, sample);
                sum += gain / kSamples;
                squares += gain * gain / kSamples;
            }
            const double deviation = std::sqrt((squares - sum * sum) / kSamples);
            EXPECT_NEAR(expectedGain(front, reference, objectives, point), sum, 4.0 * deviation + 1e-12);
        }
    }
}

TEST(ExpectedGain, PrefersTheUncertainOneOfTwoPointsThatWouldNotJoin) {
    const std::vector<Values> front{{0.5, 0.5}};
    const Values reference{1.0, 1.0};
    const double sure = expectedGain(front, reference, 2, {{0.6, 0.6}, 0, 0.01});
    const double unsure = expectedGain(front, reference, 2, {{0.6, 0.6}, 0, 0.2});
    EXPECT_LT(sure, 1e-12);
    EXPECT_GT(unsure, 1e-3);
    // Beyond the reference in an objective that is known, no accuracy helps.
    EXPECT_EQ(expectedGain(front, reference, 2, {{0.1, 1.2}, 0, 0.2}), 0.0);
}

} // namespace
} // namespace tandem::search
