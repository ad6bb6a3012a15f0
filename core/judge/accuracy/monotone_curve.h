// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

namespace tandem::judge {

/// A falling curve fitted to scattered points: isotonic regression (pool adjacent violators), its blocks
/// joined by straight lines, with the spread of the points around it.
class MonotoneCurve {
  public:
    MonotoneCurve() = default;
    /// `x` and `y` of the points; every point may have a weight (empty: all 1). At least one point.
    MonotoneCurve(std::span<const double> x, std::span<const double> y, std::span<const double> weights = {});

    /// The curve at x; constant beyond the outermost blocks.
    double value(double x) const;
    /// Standard deviation of the points around the curve near x.
    double deviation(double x) const;
    /// Weighted mean square of the points' distance from the curve.
    double meanSquareError() const { return meanSquareError_; }

  private:
    double interpolate(const std::vector<double>& values, double x) const;

    std::vector<double> places_, values_, deviations_; ///< knots, ascending in place
    double meanSquareError_ = 0.0;
};

} // namespace tandem::judge
