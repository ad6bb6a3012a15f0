// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/search/front/hypervolume.h"

#include <gtest/gtest.h>

namespace tandem::search {
namespace {

/// Inclusion and exclusion over all subsets: exact, and nothing like the sweep.
double byInclusion(const std::vector<Values>& points, const Values& reference, std::size_t objectives) {
    double volume = 0.0;
    for (std::size_t subset = 1; subset < (std::size_t{1} << points.size()); ++subset) {
        Values corner;
        corner.fill(-1e300);
        int members = 0;
        for (std::size_t i = 0; i < points.size(); ++i) {
            if ((subset >> i & 1) != 0) {
                ++members;
                for (std::size_t k = 0; k < objectives; ++k) {
                    corner[k] = std::max(corner[k], points[i][k]);
                }
            }
        }
        double box = 1.0;
        for (std::size_t k = 0; k < objectives; ++k) {
            box *= std::max(0.0, reference[k] - corner[k]);
        }
        volume += members % 2 == 1 ? box : -box;
    }
    return volume;
}

Values randomValues(Random& random, std::size_t objectives, std::uint64_t grid) {
    Values values{};
    for (std::size_t k = 0; k < objectives; ++k) {
        values[k] = grid == 0 ? 1.2 * random.uniform()
                              : 1.2 * static_cast<double>(random.below(grid)) / static_cast<double>(grid);
    }
    return values;
}

TEST(Hypervolume, EqualsInclusionExclusion) {
    Random random(3);
    for (std::size_t objectives = 2; objectives <= 4; ++objectives) {
        for (const std::uint64_t grid : {0, 4}) { // 4: many equal coordinates and equal points
            for (int round = 0; round < 60; ++round) {
                std::vector<Values> points(1 + random.below(11));
                for (Values& point : points) {
                    point = randomValues(random, objectives, grid);
                }
                const Values reference = {1, 1, 1, 1};
                EXPECT_NEAR(hypervolume(points, reference, objectives),
                            byInclusion(points, reference, objectives), 1e-9);
            }
        }
    }
}

TEST(Hypervolume, AgreesWithMonteCarloOnLargerFronts) {
    for (std::size_t objectives = 2; objectives <= 4; ++objectives) {
        Random random(objectives);
        std::vector<Values> points(300);
        for (Values& point : points) {
            point = randomValues(random, objectives, 0);
        }
        constexpr int kSamples = 40000;
        int inside = 0;
        for (int s = 0; s < kSamples; ++s) {
            Values sample{};
            for (std::size_t k = 0; k < objectives; ++k) {
                sample[k] = random.uniform();
            }
            inside += std::ranges::any_of(points, [&](const Values& p) { return weaklyDominates(p, sample); })
                          ? 1
                          : 0;
        }
        EXPECT_NEAR(hypervolume(points, {1, 1, 1, 1}, objectives), static_cast<double>(inside) / kSamples,
                    0.01);
    }
}

TEST(Hypervolume, KnownVolumes) {
    const Values reference = {2, 2, 2, 2};
    EXPECT_DOUBLE_EQ(hypervolume({}, reference, 3), 0.0);
    EXPECT_DOUBLE_EQ(hypervolume(std::vector<Values>{{1, 1, 1, 1}}, reference, 4), 1.0);
    EXPECT_DOUBLE_EQ(hypervolume(std::vector<Values>{{0, 0, 0, 0}, {1, 1, 1, 1}}, reference, 4), 16.0);
    EXPECT_DOUBLE_EQ(hypervolume(std::vector<Values>{{0, 1}, {1, 0}}, reference, 2), 3.0);
    EXPECT_DOUBLE_EQ(hypervolume(std::vector<Values>{{2, 0}, {0, 3}}, reference, 2), 0.0) << "not inside";
    // n points on the diagonal x + y = 1 of the unit square: 1/2 - 1/(2(n-1)) from below.
    std::vector<Values> line;
    for (int i = 0; i <= 10; ++i) {
        line.push_back({i / 10.0, 1.0 - i / 10.0});
    }
    EXPECT_NEAR(hypervolume(line, {1, 1, 1, 1}, 2), 0.45, 1e-12);
}

TEST(Hypervolume, RefusesOtherDimensions) {
    EXPECT_THROW(hypervolume({}, {}, 1), Error);
}

} // namespace
} // namespace tandem::search
