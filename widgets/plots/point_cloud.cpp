// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/point_cloud.h"

#include <algorithm>
#include <cmath>

namespace tandem::widgets {

double AxisChoice::position(double value) const {
    if (!logarithmic) {
        return std::isfinite(value) ? value : std::numeric_limits<double>::quiet_NaN();
    }
    return value > 0.0 && std::isfinite(value) ? std::log10(value) : std::numeric_limits<double>::quiet_NaN();
}

void Interval::include(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
}

void PointCloud::setAxes(AxisChoice x, AxisChoice y) {
    x_ = x;
    y_ = y;
    stale_ = true;
}

void PointCloud::clear() {
    xs_.clear();
    ys_.clear();
    kinds_.clear();
    refinementsSeen_ = 0;
    inside_ = {};
    all_ = {};
    stale_ = true;
}

void PointCloud::place(const point::Point& point, const search::Rules& rules, std::size_t index) {
    const double x = x_.position(point.metrics.value(x_.metric));
    const double y = y_.position(point.metrics.value(y_.metric));
    xs_[index] = static_cast<float>(x);
    ys_[index] = static_cast<float>(y);
    if (std::isnan(x) || std::isnan(y)) {
        kinds_[index] = MarkKind::None;
        return;
    }
    const bool inside = (rules.ranges.empty() || point::contains(rules.ranges, point.encoding)) &&
                        point::totalViolation(rules.constraints, point.metrics) <= 0.0;
    kinds_[index] = markKind(levelOf(point.metrics, x_.metric, y_.metric), inside);
    all_[0].include(x);
    all_[1].include(y);
    if (inside) {
        inside_[0].include(x);
        inside_[1].include(y);
    }
}

PointCloud::Change PointCloud::update(const engine::Snapshot& snapshot) {
    const engine::PointLog& points = snapshot.points;
    const std::size_t known = kinds_.size();
    const bool rebuild = stale_ || points.size() < known || rules_ != snapshot.rules;
    if (rebuild) {
        rules_ = snapshot.rules;
        stale_ = false;
        inside_ = {};
        all_ = {};
    }
    xs_.resize(points.size());
    ys_.resize(points.size());
    kinds_.resize(points.size());
    for (std::size_t i = rebuild ? 0 : known; i < points.size(); ++i) {
        place(points[i], rules_, i);
    }
    bool changed = rebuild;
    if (!rebuild) {
        for (const point::PointId id : points.refinedSince(refinementsSeen_)) {
            if (id < known) {
                place(points[id], rules_, id);
                changed = true;
            }
        }
    }
    refinementsSeen_ = points.refinements();
    if (changed) {
        return Change::Rebuilt;
    }
    return points.size() > known ? Change::Appended : Change::None;
}

} // namespace tandem::widgets
