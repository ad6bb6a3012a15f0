// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/point_log.h"
#include "core/search/algorithm.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tandem::engine {

using point::PointLog;

enum class State { Idle, Running, Paused, Finished, Failed };

/// One steering command as it was applied.
struct EpochRecord {
    std::uint32_t epoch = 0;
    std::string text;              ///< "pin model.b3.kernel = 3"
    point::PointId firstPoint = 0; ///< the first point sampled under it
};

/// What the session knew at one moment. Never changes once published.
struct Snapshot {
    std::uint64_t generation = 0; ///< grows with every publication
    State state = State::Idle;
    std::string message; ///< why it stopped or failed, or what it is doing
    PointLog points;
    std::vector<point::PointId> front; ///< ordered by the first objective, best first
    /// Of the front, in units of the box between the best and the worst objectives among the study's first
    /// 1024 points; the worst is the reference point, so it may grow beyond 1. Comparable as long as the
    /// objectives stay. Refreshed as often as it is cheap, and always when the search stops.
    double hypervolume = 0.0;
    search::Rules rules;
    std::size_t fixedConstraints = 0; ///< so many of rules.constraints, the first ones, are the device's
    std::uint32_t epoch = 0;
    std::vector<EpochRecord> epochs;
    double seconds = 0.0;         ///< search time of the study so far, pauses excluded
    double pointsPerSecond = 0.0; ///< over the last second or so
};

} // namespace tandem::engine
