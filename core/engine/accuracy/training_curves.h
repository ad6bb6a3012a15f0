// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/accuracy/training.h"

#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace tandem::store {
class StudyFile;
}

namespace tandem::engine {

/// How the trainings of a study went: the status at the end of every epoch, in the study file. From any
/// thread.
class TrainingCurves {
  public:
    /// A point's training, or the supernet's.
    using Target = std::optional<point::PointId>;

    /// Reads what the file (null: none) holds; it must outlive this. Throws Error (Input) where that is
    /// damaged.
    explicit TrainingCurves(store::StudyFile* file);

    /// Takes the status in where it ends an epoch. One of an epoch that is known takes the place of that and
    /// of all behind it: the training began anew or went on from before.
    void add(const Target& target, const TrainingStatus& status);
    /// Empty where nothing was trained.
    std::vector<TrainingStatus> find(const Target& target) const;

  private:
    store::StudyFile* file_;
    mutable std::mutex mutex_;
    std::map<Target, std::vector<TrainingStatus>> curves_;
};

} // namespace tandem::engine
