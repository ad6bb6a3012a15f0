// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/front_places.h"

#include <algorithm>
#include <cmath>

namespace tandem::widgets {

FrontPlaces frontPlaces(const engine::Snapshot& snapshot, space::Metric x, space::Metric y) {
    std::vector<std::pair<double, double>> places;
    for (const space::PointId id : snapshot.front) {
        const space::Metrics& metrics = snapshot.points[id].metrics;
        if (std::isfinite(metrics.value(x)) && std::isfinite(metrics.value(y))) {
            places.emplace_back(metrics.value(x), metrics.value(y));
        }
    }
    const double direction = space::higherIsBetter(x) ? 1.0 : -1.0;
    std::ranges::sort(places, [&](const auto& a, const auto& b) {
        return direction * a.first != direction * b.first ? direction * a.first > direction * b.first
               : space::higherIsBetter(y)                 ? a.second > b.second
                                                          : a.second < b.second;
    });
    FrontPlaces result;
    for (const auto& [px, py] : places) {
        const bool leads = result.lineYs.isEmpty() ||
                           (space::higherIsBetter(y) ? py > result.lineYs.last() : py < result.lineYs.last());
        (leads ? result.lineXs : result.crowdXs) << px;
        (leads ? result.lineYs : result.crowdYs) << py;
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
