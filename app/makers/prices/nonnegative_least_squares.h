// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

namespace tandem::fit {

/// The x >= 0 that has the smallest |rows * x - values|^2 + trust * ((x - expected) * column norm)^2 summed
/// over the unknowns: where the rows say little about an unknown it stays as expected. By coordinate descent
/// on the normal equations (Franc, Hlavac and Navara, "Sequential coordinate-wise algorithm for the
/// non-negative least squares problem", 2005).
std::vector<double> nonnegativeLeastSquares(const std::vector<std::vector<double>>& rows,
                                            const std::vector<double>& values,
                                            const std::vector<double>& expected,
                                            const std::vector<double>& trust);

} // namespace tandem::fit
