// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/run/command.h"
#include "core/engine/run/snapshot.h"
#include "core/search/front/archive.h"

#include <span>

namespace tandem::engine {

/// The archive of the first `count` points of a log under `rules`, ranked on all threads (0: as many as there
/// are). The same on any number of threads.
search::Archive rankPoints(const PointLog& points, std::size_t count, const search::Rules& rules,
                           int threads = 0);

/// Adds those points of a log again that any of `lost` dominates (Archive::refine()), on all threads (0: as
/// many as there are).
void fillGaps(search::Archive& archive, const PointLog& points, std::span<const search::Values> lost,
              int threads = 0);

/// What a command would do to the points and the front of a snapshot, given the rules that it leads to.
Preview previewOf(const Snapshot& snapshot, const search::Rules& after);

/// Hypervolume of a front in units of the box between the best and the worst objectives among the first
/// points of the study.
class FrontVolume {
  public:
    static constexpr std::size_t kFirstPoints = 1024;

    /// Exact; n^2 log n in the size of the front for 4 objectives.
    double of(const search::Archive& archive, const PointLog& points);

  private:
    void measureBox(const search::Rules& rules, const PointLog& points);

    std::vector<point::Objective> objectives_;
    std::size_t measuredPoints_ = 0;
    search::Values best_{}, worst_{};
};

} // namespace tandem::engine
