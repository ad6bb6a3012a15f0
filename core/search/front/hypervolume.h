// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/front/dominance.h"

#include <span>

namespace tandem::search {

/// Exact volume that `points` dominate, bounded by `reference`, over the first `objectives` (2 to 4)
/// objectives, all minimized. Points that do not beat the reference everywhere count 0; dominated and equal
/// points change nothing. Algorithm: dimension sweep over the last objective; for 4, each step adds the
/// three-dimensional volume that is the point's own, by limiting the others to its box as WFG does (While,
/// Bradstreet, Barone 2012). n log n for 2 and 3, n^2 log n for 4.
double hypervolume(std::span<const Values> points, const Values& reference, std::size_t objectives);

} // namespace tandem::search
