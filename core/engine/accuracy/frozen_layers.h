// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/judge/cost/layer_details.h"
#include "core/point/point.h"

#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace tandem::engine {

/// The layers of the accelerators that were frozen since the study was opened. From any thread.
class FrozenLayers {
  public:
    void keep(point::PointId id, std::vector<judge::LayerDetails> layers) {
        const std::lock_guard lock(mutex_);
        layers_[id] = std::move(layers);
    }
    std::optional<std::vector<judge::LayerDetails>> find(point::PointId id) const {
        const std::lock_guard lock(mutex_);
        const auto found = layers_.find(id);
        return found == layers_.end() ? std::nullopt : std::optional(found->second);
    }

  private:
    mutable std::mutex mutex_;
    std::map<point::PointId, std::vector<judge::LayerDetails>> layers_;
};

} // namespace tandem::engine
