// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "widgets/plots/mark.h"

#include <QVector>

#include <vector>

namespace tandem::widgets {

/// Where the points of a front lie in the plane of two metrics.
struct FrontPlaces {
    /// Those that no other front point beats in the two metrics, along the horizontal axis.
    QVector<double> lineXs, lineYs;
    /// Their standard deviations; NaN where the figure is not predicted.
    QVector<double> lineXDeviations, lineYDeviations;
    std::vector<Level> lineLevels;
    /// The rest of the front, which is there for other objectives.
    QVector<double> crowdXs, crowdYs;
};

FrontPlaces frontPlaces(const engine::Snapshot& snapshot, point::Metric x, point::Metric y);

/// The front in the order of one metric.
std::vector<point::PointId> frontAlong(const engine::Snapshot& snapshot, point::Metric metric);

} // namespace tandem::widgets
