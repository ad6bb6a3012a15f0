// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

namespace tandem::quant {

/// Sum of squares, in double.
double sumOfSquares(std::span<const float> values);

/// Sum of the squares of a[i] - b[i], in double.
double sumOfSquaredDifferences(std::span<const float> a, std::span<const float> b);

} // namespace tandem::quant
