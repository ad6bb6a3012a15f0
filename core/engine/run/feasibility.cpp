// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/run/feasibility.h"

#include <fmt/format.h>

#include <limits>
#include <vector>

namespace tandem::engine {

namespace {

/// The point inside the ranges that misses the constraints by the least, all together.
std::optional<point::PointId> nearestPoint(const Snapshot& snapshot) {
    std::optional<point::PointId> nearest;
    double least = std::numeric_limits<double>::infinity();
    for (point::PointId id = 0; id < snapshot.points.size(); ++id) {
        const point::Point& point = snapshot.points[id];
        if (!snapshot.rules.ranges.empty() && !point::contains(snapshot.rules.ranges, point.encoding)) {
            continue;
        }
        const double violation = point::totalViolation(snapshot.rules.constraints, point.metrics);
        if (!nearest || violation < least) {
            least = violation;
            nearest = id;
        }
    }
    return nearest;
}

std::string missed(const point::Constraint& constraint, const point::Metrics& metrics) {
    if (constraint.metric == point::Metric::Faults) {
        return "its accelerator cannot be built as chosen";
    }
    const std::string_view unit = point::metricUnit(constraint.metric);
    const bool atMost = constraint.relation == point::Relation::AtMost;
    const double value = metrics.value(constraint.metric);
    return fmt::format("{} {:.6g}{}{} ({}), allowed {} {:.6g}, missed by {:.3g} %",
                       point::metricName(constraint.metric), value, unit.empty() ? "" : " ", unit,
                       point::sourceName(metrics.source(constraint.metric)), atMost ? "at most" : "at least",
                       constraint.bound, 100.0 * constraint.violation(metrics));
}

} // namespace

std::optional<std::string> whyNothingIsFeasible(const Snapshot& snapshot) {
    if (!snapshot.front.empty() || snapshot.points.size() == 0) {
        return std::nullopt;
    }
    const std::optional<point::PointId> nearest = nearestPoint(snapshot);
    if (!nearest) {
        return "none of the points lies inside the pins and bounds in force";
    }
    const point::Metrics& metrics = snapshot.points[*nearest].metrics;
    std::vector<std::string> reasons;
    for (const point::Constraint& constraint : snapshot.rules.constraints) {
        if (constraint.violation(metrics) > 0.0) {
            reasons.push_back(missed(constraint, metrics));
        }
    }
    if (reasons.empty()) {
        return fmt::format("no point has all of the objectives' figures; the first without is point {}",
                           *nearest);
    }
    return fmt::format("no point keeps every constraint; the nearest is point {}: {}", *nearest,
                       fmt::join(reasons, "; "));
}

} // namespace tandem::engine
