// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/arithmetic/layers.h"

#include <algorithm>
#include <cstdint>

namespace tandem::quant {

/// clamp((accumulator * multiplier + rounding) >> shift, low, high).
inline std::int32_t requantize(std::int64_t accumulator, std::int64_t multiplier, std::int64_t rounding,
                               int shift, int low, int high) {
    const std::int64_t scaled = (accumulator * multiplier + rounding) >> shift;
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(scaled, low, high));
}

/// What the layer makes of an output channel's accumulator.
inline std::int32_t requantize(const Requantization& by, int channel, std::int64_t accumulator) {
    return requantize(accumulator, by.multiplier[static_cast<std::size_t>(channel)], by.roundingOf(channel),
                      by.shiftOf(channel), by.low, by.high);
}

} // namespace tandem::quant
