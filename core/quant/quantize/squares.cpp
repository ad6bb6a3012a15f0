// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/quantize/squares.h"

#include "core/quant/quantize/lanes.h"

namespace tandem::quant {

double sumOfSquares(std::span<const float> values) {
    return sumInLanes(values.size(), [&](std::size_t i) { return double{values[i]} * double{values[i]}; });
}

double sumOfSquaredDifferences(std::span<const float> a, std::span<const float> b) {
    return sumInLanes(a.size(), [&](std::size_t i) {
        const double difference = double{a[i]} - double{b[i]};
        return difference * difference;
    });
}

} // namespace tandem::quant
