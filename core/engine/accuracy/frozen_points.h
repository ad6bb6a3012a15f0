// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/frozen_point.h"
#include "core/judge/cost/layer_details.h"
#include "core/point/metric.h"
#include "core/point/point.h"

#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace tandem::store {
class StudyFile;
}

namespace tandem::engine {

/// What is known of the points that were frozen, beside their figures: what these were measured on, which the
/// study file keeps, and the layers of their accelerators since the study was opened. From any thread.
class FrozenPoints {
  public:
    /// Reads `file` (null: nothing is kept), which must outlive it.
    explicit FrozenPoints(store::StudyFile* file);

    void keep(const codegen::FrozenPoint& frozen);

    std::optional<std::vector<judge::LayerDetails>> layers(point::PointId id) const;
    /// Of a measured agreement or accuracy; nothing where the study is older than this record.
    std::optional<codegen::MeasuredOn> measuredOn(point::PointId id, point::Metric metric) const;

  private:
    struct Measured {
        codegen::MeasuredOn agreement, accuracy;
    };

    store::StudyFile* file_;
    mutable std::mutex mutex_;
    std::map<point::PointId, std::vector<judge::LayerDetails>> layers_;
    std::map<point::PointId, Measured> measured_;
};

} // namespace tandem::engine
