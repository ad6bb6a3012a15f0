// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace tandem::predict {

/// A normal distribution.
struct Normal {
    double mean = 0.0, deviation = 0.0;
};

} // namespace tandem::predict
