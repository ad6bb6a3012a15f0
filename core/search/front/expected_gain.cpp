// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/front/expected_gain.h"

#include "core/search/front/hypervolume.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace tandem::search {

namespace {

/// Expectation of max(0, bound - v) for v of that mean and deviation.
double expectedImprovement(double bound, double mean, double deviation) {
    if (deviation <= 0.0) {
        return std::max(0.0, bound - mean);
    }
    const double z = (bound - mean) / deviation;
    const double density = std::exp(-0.5 * z * z) / std::sqrt(2.0 * std::numbers::pi);
    return deviation * (density + z * 0.5 * std::erfc(-z / std::numbers::sqrt2));
}

/// The values but for the objective `left`, which the last one takes the place of.
Values without(Values values, std::size_t left, std::size_t objectives) {
    values[left] = values[objectives - 1];
    values[objectives - 1] = 0.0;
    return values;
}

/// Volume over the first `objectives` (1 to 3) that `point` dominates and none of `others` does.
double ownVolume(std::span<const Values> others, const Values& point, const Values& reference,
                 std::size_t objectives) {
    if (objectives == 1) {
        double bound = reference[0];
        for (const Values& other : others) {
            bound = std::min(bound, other[0]);
        }
        return std::max(0.0, bound - point[0]);
    }
    std::vector<Values> all(others.begin(), others.end());
    const double before = hypervolume(all, reference, objectives);
    all.push_back(point);
    return std::max(0.0, hypervolume(all, reference, objectives) - before);
}

} // namespace

double expectedGain(std::span<const Values> front, const Values& reference, std::size_t objectives,
                    const UncertainValues& point) {
    const std::size_t uncertain = point.uncertain;
    std::vector<Values> rivals(front.begin(), front.end());
    std::ranges::sort(rivals, {}, [&](const Values& rival) { return rival[uncertain]; });
    const auto behind = std::ranges::lower_bound(rivals, reference[uncertain], {},
                                                 [&](const Values& rival) { return rival[uncertain]; });
    rivals.erase(behind, rivals.end());

    const Values rest = without(point.values, uncertain, objectives);
    const Values corner = without(reference, uncertain, objectives);
    const double mean = point.values[uncertain];
    // Between two rivals' places on the uncertain axis, only the rivals up to there take volume away.
    std::vector<Values> better;
    double gain = 0.0, before = 0.0; // before: expected improvement up to the last place
    for (std::size_t i = 0; i <= rivals.size(); ++i) {
        const double end = i < rivals.size() ? rivals[i][uncertain] : reference[uncertain];
        const double upTo = expectedImprovement(end, mean, point.deviation);
        if (upTo > before) {
            gain += (upTo - before) * ownVolume(better, rest, corner, objectives - 1);
        }
        before = upTo;
        if (i < rivals.size()) {
            better.push_back(without(rivals[i], uncertain, objectives));
        }
    }
    return gain;
}

} // namespace tandem::search
