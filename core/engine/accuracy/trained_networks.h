// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/point.h"
#include "core/quant/tuning/tuned_network.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace tandem::store {
class StudyFile;
}

namespace tandem::engine {

/// What the training of a point gave.
struct TrainedNetwork {
    quant::TunedNetwork tuned;
    double testAccuracy = 0.0; ///< measured, percent
};

/// The trained networks of a study's points and the checkpoints of trainings that were interrupted, in the
/// study file. From any thread.
class TrainedNetworks {
  public:
    /// Reads what the file (null: none) holds; it must outlive this. Throws Error (Input) where that is
    /// damaged.
    explicit TrainedNetworks(store::StudyFile* file);

    std::optional<TrainedNetwork> find(point::PointId id) const;
    /// Also forgets the point's checkpoint.
    void keep(point::PointId id, TrainedNetwork trained);

    std::optional<std::string> checkpoint(point::PointId id) const;
    void keepCheckpoint(point::PointId id, const std::string& bytes);

  private:
    store::StudyFile* file_;
    mutable std::mutex mutex_;
    std::map<point::PointId, TrainedNetwork> trained_;
    std::map<point::PointId, std::string> checkpoints_;
};

} // namespace tandem::engine
