// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/front_places.h"

#include "widgets/models/format.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

namespace tandem::widgets {

namespace {

double deviationOf(const point::Metrics& metrics, point::Metric metric) {
    return isUncertain(metrics, metric) ? metrics.accuracyDeviation
                                        : std::numeric_limits<double>::quiet_NaN();
}

} // namespace

FrontPlaces frontPlaces(const engine::Snapshot& snapshot, point::Metric x, point::Metric y) {
    std::vector<const point::Metrics*> members;
    for (const point::PointId id : snapshot.front) {
        const point::Metrics& metrics = snapshot.points[id].metrics;
        if (std::isfinite(metrics.value(x)) && std::isfinite(metrics.value(y))) {
            members.push_back(&metrics);
        }
    }
    const float directionX = point::higherIsBetter(x) ? 1.0F : -1.0F;
    const float directionY = point::higherIsBetter(y) ? 1.0F : -1.0F;
    std::ranges::sort(members, std::greater(), [&](const point::Metrics* metrics) {
        return std::pair(directionX * metrics->value(x), directionY * metrics->value(y));
    });
    FrontPlaces result;
    float best = -std::numeric_limits<float>::infinity();
    for (const point::Metrics* metrics : members) {
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

std::vector<point::PointId> frontAlong(const engine::Snapshot& snapshot, point::Metric metric) {
    std::vector<point::PointId> ids = snapshot.front;
    std::ranges::stable_sort(ids, {},
                             [&](point::PointId id) { return snapshot.points[id].metrics.value(metric); });
    return ids;
}

} // namespace tandem::widgets
