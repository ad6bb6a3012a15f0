// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace tandem::judge {

/// A normal distribution.
struct Normal {
    double mean = 0.0, deviation = 0.0;
};

} // namespace tandem::judge
