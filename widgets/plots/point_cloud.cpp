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
    clear(); // no point is where it was
}

void PointCloud::clear() {
    xs_.clear();
    ys_.clear();
    kinds_.clear();
    inside_ = {};
    all_ = {};
    stale_ = true;
}

void PointCloud::place(const PointColumns::Column& x, const PointColumns::Column& y, bool inside,
                       std::size_t index) {
    const double atX = x_.position(x.values[index]);
    const double atY = y_.position(y.values[index]);
    xs_[index] = static_cast<float>(atX);
    ys_[index] = static_cast<float>(atY);
    if (std::isnan(atX) || std::isnan(atY)) {
        kinds_[index] = MarkKind::None;
        return;
    }
    kinds_[index] = markKind(levelOf(x_.metric, x.sources[index], y_.metric, y.sources[index]), inside);
    all_[0].include(atX);
    all_[1].include(atY);
    if (inside) {
        inside_[0].include(atX);
        inside_[1].include(atY);
    }
}

PointCloud::Change PointCloud::update(const PointColumns& columns) {
    if (!columns.has(x_.metric) || !columns.has(y_.metric)) {
        return Change::None;
    }
    const std::size_t known = kinds_.size();
    const bool rebuild = stale_ || columns.size() < known || columns.version() != version_;
    if (rebuild) {
        version_ = columns.version();
        stale_ = false;
        inside_ = {};
        all_ = {};
    }
    xs_.resize(columns.size());
    ys_.resize(columns.size());
    kinds_.resize(columns.size());
    const PointColumns::Column& x = columns.column(x_.metric);
    const PointColumns::Column& y = columns.column(y_.metric);
    for (std::size_t i = rebuild ? 0 : known; i < columns.size(); ++i) {
        place(x, y, columns.inside()[i] != 0, i);
    }
    if (rebuild) {
        return Change::Rebuilt;
    }
    return columns.size() > known ? Change::Appended : Change::None;
}

} // namespace tandem::widgets
