// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/accuracy/evaluation_choice.h"

#include "core/search/front/expected_gain.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tandem::engine {

namespace {

struct Candidate {
    point::PointId id = 0;
    search::UncertainValues values;
    double gain = 0.0;
};

/// The worst of all values: every point may bring something.
search::Values referenceOf(std::span<const Candidate> candidates, std::span<const search::Values> front) {
    search::Values reference;
    reference.fill(-std::numeric_limits<double>::infinity());
    const auto include = [&](const search::Values& values) {
        for (std::size_t i = 0; i < reference.size(); ++i) {
            if (std::isfinite(values[i])) {
                reference[i] = std::max(reference[i], values[i]);
            }
        }
    };
    std::ranges::for_each(front, include);
    for (const Candidate& candidate : candidates) {
        include(candidate.values.values);
    }
    return reference;
}

void measureGains(const Snapshot& snapshot, std::vector<Candidate>& candidates) {
    std::vector<search::Values> front;
    for (const point::PointId id : snapshot.front) {
        front.push_back(search::valuesOf(snapshot.rules.objectives, snapshot.points[id].metrics));
    }
    const search::Values reference = referenceOf(candidates, front);
    for (Candidate& candidate : candidates) {
        // A member of the front is no rival of itself.
        std::vector<search::Values> rivals;
        for (std::size_t i = 0; i < front.size(); ++i) {
            if (snapshot.front[i] != candidate.id) {
                rivals.push_back(front[i]);
            }
        }
        candidate.gain =
            search::expectedGain(rivals, reference, snapshot.rules.objectives.size(), candidate.values);
    }
}

} // namespace

std::vector<point::PointId> choosePointsToEvaluate(const Snapshot& snapshot,
                                                   std::span<const point::PointId> candidates,
                                                   point::Metric metric, const Expectation& expectation,
                                                   std::size_t most) {
    const auto& objectives = snapshot.rules.objectives;
    const auto objective = std::ranges::find(objectives, metric, &point::Objective::metric);
    std::vector<Candidate> allowed;
    for (const point::PointId id : candidates) {
        const point::Point& point = snapshot.points[id];
        const judge::Normal expected = expectation(point);
        point::Metrics metrics = point.metrics;
        metrics.set(metric, expected.mean, point::Source::Predicted);
        if (!point::contains(snapshot.rules.ranges, point.encoding) ||
            point::totalViolation(snapshot.rules.constraints, metrics) > 0.0) {
            continue;
        }
        const search::Values values = search::valuesOf(objectives, metrics);
        allowed.push_back(
            {id,
             {values, static_cast<std::size_t>(objective - objectives.begin()), expected.deviation},
             expected.deviation});
    }
    if (objective != objectives.end()) {
        measureGains(snapshot, allowed);
    }
    std::ranges::stable_sort(allowed, std::greater(), &Candidate::gain);
    std::vector<point::PointId> chosen;
    for (std::size_t i = 0; i < std::min(most, allowed.size()); ++i) {
        chosen.push_back(allowed[i].id);
    }
    return chosen;
}

} // namespace tandem::engine
