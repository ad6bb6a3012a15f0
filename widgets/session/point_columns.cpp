// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/session/point_columns.h"

#include <algorithm>

namespace tandem::widgets {

bool PointColumns::mustRebuild(const engine::Snapshot& snapshot) const {
    return !isMade_ || snapshot.points.size() < size() || rules_ != snapshot.rules ||
           columns_.size() != wanted_.size();
}

std::size_t PointColumns::workOf(const engine::Snapshot& snapshot) const {
    return mustRebuild(snapshot) ? snapshot.points.size() : snapshot.points.size() - size();
}

void PointColumns::clear() {
    columns_.clear();
    inside_.clear();
    insideCount_ = 0;
    isMade_ = false;
    ++version_;
}

PointColumns PointColumns::cleared() const {
    PointColumns columns;
    columns.wanted_ = wanted_;
    columns.version_ = version_ + 1;
    return columns;
}

void PointColumns::rebuild(const engine::Snapshot& snapshot, const std::stop_token& stop) {
    clear();
    rules_ = snapshot.rules;
    for (const point::Metric metric : wanted_) {
        columns_[metric];
    }
    resize(snapshot.points.size());
    for (std::size_t i = 0; i < size() && !stop.stop_requested(); ++i) {
        place(snapshot.points[i], i);
    }
    refinementsSeen_ = snapshot.points.refinements();
    isMade_ = true;
}

void PointColumns::resize(std::size_t size) {
    inside_.resize(size);
    for (auto& [metric, column] : columns_) {
        column.values.resize(size);
        column.sources.resize(size);
    }
}

void PointColumns::place(const point::Point& point, std::size_t index) {
    const bool inside = (rules_.ranges.empty() || point::contains(rules_.ranges, point.encoding)) &&
                        point::totalViolation(rules_.constraints, point.metrics) <= 0.0;
    insideCount_ += (inside ? 1U : 0U);
    insideCount_ -= inside_[index];
    inside_[index] = inside ? 1 : 0;
    for (auto& [metric, column] : columns_) {
        column.values[index] = point.metrics.value(metric);
        column.sources[index] = point.metrics.source(metric);
    }
}

void PointColumns::update(const engine::Snapshot& snapshot, const std::stop_token& stop) {
    if (mustRebuild(snapshot)) {
        rebuild(snapshot, stop);
        return;
    }
    const std::size_t known = size();
    resize(snapshot.points.size());
    for (std::size_t i = known; i < size(); ++i) {
        place(snapshot.points[i], i);
    }
    bool changed = false;
    for (const point::PointId id : snapshot.points.refinedSince(refinementsSeen_)) {
        if (id < known) {
            place(snapshot.points[id], id);
            changed = true;
        }
    }
    refinementsSeen_ = snapshot.points.refinements();
    version_ += changed ? 1U : 0U;
}

} // namespace tandem::widgets
