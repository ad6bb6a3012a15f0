// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/front_places.h"

#include "widgets/format.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

namespace tandem::widgets {

namespace {

double deviationOf(const space::Metrics& metrics, space::Metric metric) {
    return isUncertain(metrics, metric) ? metrics.accuracyDeviation
                                        : std::numeric_limits<double>::quiet_NaN();
}

} // namespace

FrontPlaces frontPlaces(const engine::Snapshot& snapshot, space::Metric x, space::Metric y) {
    std::vector<const space::Metrics*> members;
    for (const space::PointId id : snapshot.front) {
        const space::Metrics& metrics = snapshot.points[id].metrics;
        if (std::isfinite(metrics.value(x)) && std::isfinite(metrics.value(y))) {
            members.push_back(&metrics);
        }
    }
    const float directionX = space::higherIsBetter(x) ? 1.0F : -1.0F;
    const float directionY = space::higherIsBetter(y) ? 1.0F : -1.0F;
    std::ranges::sort(members, std::greater(), [&](const space::Metrics* metrics) {
        return std::pair(directionX * metrics->value(x), directionY * metrics->value(y));
    });
    FrontPlaces result;
    float best = -std::numeric_limits<float>::infinity();
    for (const space::Metrics* metrics : members) {
        if (directionY * metrics->value(y) > best) {
            best = directionY * metrics->value(y);
            result.lineXs << metrics->value(x);
            result.lineYs << metrics->value(y);
            result.lineXDeviations << deviationOf(*metrics, x);
            result.lineYDeviations << deviationOf(*metrics, y);
            result.lineLevels.push_back(levelOf(*metrics, x, y));
        } else {
            result.crowdXs << metrics->value(x);
            result.crowdYs << metrics->value(y);
        }
    }
    return result;
}

std::vector<space::PointId> frontAlong(const engine::Snapshot& snapshot, space::Metric metric) {
    std::vector<space::PointId> ids = snapshot.front;
    std::ranges::stable_sort(ids, {},
                             [&](space::PointId id) { return snapshot.points[id].metrics.value(metric); });
    return ids;
}

} // namespace tandem::widgets
