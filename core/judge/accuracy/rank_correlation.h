// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace tandem::judge {

/// Kendall's tau-b: pairs that both lists order alike minus pairs that they order oppositely, over the
/// geometric mean of the pairs that each list does not tie (Kendall 1945). -1 to 1; NaN where a list ties
/// everything. In n log n by counting exchanges of a merge sort (Knight 1966). Throws Error (Input) when the
/// lengths differ or a value is NaN.
double kendallTau(std::span<const double> first, std::span<const double> second);

/// Spearman's rho: the correlation of the ranks, ties sharing the mean of their ranks. -1 to 1; NaN where a
/// list ties everything. Throws Error (Input) when the lengths differ or a value is NaN.
double spearman(std::span<const double> first, std::span<const double> second);

} // namespace tandem::judge
