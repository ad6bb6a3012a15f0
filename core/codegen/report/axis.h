// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/report/report.h"

#include <span>
#include <vector>

namespace tandem::codegen::svg {

/// One axis of a plot: from where to where it goes, and where its ticks stand.
class Axis {
  public:
    /// An axis for these values (at least one) with a little room around them, but none beyond what the scale
    /// says is possible.
    Axis(std::span<const double> values, const ReportScale& scale);

    /// Where a value lies: 0 at the low end, 1 at the high one.
    double share(double value) const;
    /// Ascending. Of a logarithmic axis 1, 2 and 5 times powers of ten, or only the powers where there are
    /// many.
    const std::vector<double>& ticks() const { return ticks_; }

  private:
    void layOutLinearly(double least, double most, const ReportScale& scale);
    void layOutLogarithmically(double least, double most);

    bool logarithmic_ = false;
    double low_ = 0, high_ = 1; // of a logarithmic axis: their logarithms
    std::vector<double> ticks_;
};

} // namespace tandem::codegen::svg
