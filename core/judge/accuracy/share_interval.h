// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace tandem::judge {

/// The interval that holds the true share with a probability of 95 % where `percent` of `count` independent
/// samples were right (Wilson 1927), in percent.
struct ShareInterval {
    double low = 0, high = 100;

    /// Half of its width, percentage points.
    double reach() const { return (high - low) / 2; }
};
ShareInterval shareInterval(double percent, std::size_t count);

} // namespace tandem::judge
