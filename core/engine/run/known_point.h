// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/engine/run/snapshot.h"

namespace tandem::engine {

/// The point of that number. Throws Error (Input) where there is none.
inline point::Point knownPoint(const Snapshot& snapshot, point::PointId id) {
    if (id >= snapshot.points.size()) {
        throw inputError("there is no point {}: the study has {} points", id, snapshot.points.size());
    }
    return snapshot.points[id];
}

} // namespace tandem::engine
