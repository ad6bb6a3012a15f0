// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace tandem::fit {

/// The x >= 0 (`unknownCount` of them, as in every row) with the smallest |rows * x - values|^2, by
/// coordinate descent on the normal equations (Franc, Hlavac and Navara 2005). Unknowns that no row has stay
/// 0.
std::vector<double> nonnegativeLeastSquares(const std::vector<std::vector<double>>& rows,
                                            const std::vector<double>& values, std::size_t unknownCount);

} // namespace tandem::fit
