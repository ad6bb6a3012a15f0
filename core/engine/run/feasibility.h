// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/run/snapshot.h"

#include <optional>
#include <string>

namespace tandem::engine {

/// Why a study that holds points has an empty front: which constraints the nearest point misses and by how
/// much ("no point keeps every constraint; the nearest is point 12: lut 61,240, allowed are at most 5,280,
/// ..."). Nothing where there is a front, or no point yet. Looks at every point inside the ranges: some
/// milliseconds a million.
std::optional<std::string> whyNothingIsFeasible(const Snapshot& snapshot);

} // namespace tandem::engine
