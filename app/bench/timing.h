// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <vector>

namespace tandem::cli {

/// Wall time of one call.
double secondsOf(const std::function<void()>& work);

/// The middle one of at least one value, the upper of two.
double median(std::vector<double> values);

} // namespace tandem::cli
