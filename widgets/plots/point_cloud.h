// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plots/mark.h"
#include "widgets/session/point_columns.h"

#include <array>
#include <limits>
#include <span>
#include <vector>

namespace tandem::widgets {

/// What one axis of the scatter shows.
struct AxisChoice {
    point::Metric metric = point::Metric::LatencyMs;
    bool logarithmic = false;
    bool operator==(const AxisChoice&) const = default;

    /// The position of a value on the axis: the value, or its decimal logarithm; NaN where it has none.
    double position(double value) const;
};

/// The smallest interval that holds some positions.
struct Interval {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();
    bool empty() const { return low > high; }
    void include(double value);
};

/// Two columns of positions and how each point is marked, kept up to date with the columns that views share:
/// what the scatter draws. Index = point id.
class PointCloud {
  public:
    enum class Change { None, Appended, Rebuilt };

    /// Starts over with other axes: no points before the next update.
    void setAxes(AxisChoice x, AxisChoice y);
    void clear();
    /// The metrics that update() needs columns of.
    std::set<point::Metric> metrics() const { return {x_.metric, y_.metric}; }
    /// Takes what is new: further points are appended; other rules, or points that are known better than
    /// before, count as rebuilt. Nothing while the columns lack a metric.
    Change update(const PointColumns& columns);

    std::size_t size() const { return kinds_.size(); }
    std::span<const float> xs() const { return xs_; }
    std::span<const float> ys() const { return ys_; }
    std::span<const MarkKind> kinds() const { return kinds_; }
    AxisChoice xAxis() const { return x_; }
    AxisChoice yAxis() const { return y_; }

    /// Where the points inside the rules lie, or all points while there is none.
    Interval xExtent() const { return inside_[0].empty() ? all_[0] : inside_[0]; }
    Interval yExtent() const { return inside_[1].empty() ? all_[1] : inside_[1]; }

  private:
    void place(const PointColumns::Column& x, const PointColumns::Column& y, bool inside, std::size_t index);

    AxisChoice x_{point::Metric::LatencyMs, true};
    AxisChoice y_{point::Metric::Agreement, false};
    std::vector<float> xs_, ys_;
    std::vector<MarkKind> kinds_;
    std::uint64_t version_ = 0; ///< of the columns
    bool stale_ = true;
    std::array<Interval, 2> inside_, all_;
};

} // namespace tandem::widgets
