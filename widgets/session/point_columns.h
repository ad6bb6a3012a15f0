// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/run/snapshot.h"

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <stop_token>
#include <vector>

namespace tandem::widgets {

/// What views of many points share: for every point whether it keeps the rules in force, and for the metrics
/// that views want their values and sources. Index = point id.
class PointColumns {
  public:
    struct Column {
        std::vector<float> values;
        std::vector<point::Source> sources;
    };

    /// Forgets the points, not which metrics are wanted.
    void clear();
    /// What clear() would leave.
    PointColumns cleared() const;

    /// The metrics that column() knows after the next update().
    void want(const std::set<point::Metric>& metrics) { wanted_.insert(metrics.begin(), metrics.end()); }
    const std::set<point::Metric>& wanted() const { return wanted_; }
    bool has(point::Metric metric) const { return columns_.contains(metric); }

    /// How many points update() would look at: the new ones, or all where the rules are others or a metric is
    /// newly wanted.
    std::size_t workOf(const engine::Snapshot& snapshot) const;
    /// Takes what is new in a snapshot of the same study. Where all is looked at anew and `stop` asks to end,
    /// the columns are of no use.
    void update(const engine::Snapshot& snapshot, const std::stop_token& stop = {});
    /// Grows whenever update() changed what was there already, other than by adding points behind it.
    std::uint64_t version() const { return version_; }

    std::size_t size() const { return inside_.size(); }
    /// 1 for a point inside the rules, 0 for one outside.
    std::span<const std::uint8_t> inside() const { return inside_; }
    std::size_t insideCount() const { return insideCount_; }
    /// The rules that inside() is about.
    const search::Rules& rules() const { return rules_; }
    /// Of a wanted metric. NaN where a point has no such figure.
    const Column& column(point::Metric metric) const { return columns_.at(metric); }

  private:
    bool mustRebuild(const engine::Snapshot& snapshot) const;
    void rebuild(const engine::Snapshot& snapshot, const std::stop_token& stop);
    void resize(std::size_t size);
    void place(const point::Point& point, std::size_t index);

    std::set<point::Metric> wanted_;
    std::map<point::Metric, Column> columns_;
    std::vector<std::uint8_t> inside_;
    std::size_t insideCount_ = 0;
    search::Rules rules_;
    std::uint64_t refinementsSeen_ = 0;
    std::uint64_t version_ = 0;
    bool isMade_ = false;
};

} // namespace tandem::widgets
