// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/accuracy/share_interval.h"

#include <algorithm>
#include <cmath>

namespace tandem::judge {

ShareInterval shareInterval(double percent, std::size_t count) {
    if (count == 0) {
        return {};
    }
    constexpr double kDeviations = 1.959964; // of a normal distribution, 95 % within
    const double n = static_cast<double>(count), share = percent / 100.0;
    const double square = kDeviations * kDeviations / n;
    const double middle = (share + square / 2) / (1 + square);
    const double reach = kDeviations / (1 + square) * std::sqrt(share * (1 - share) / n + square / (4 * n));
    return {100.0 * std::max(0.0, middle - reach), 100.0 * std::min(1.0, middle + reach)};
}

} // namespace tandem::judge
