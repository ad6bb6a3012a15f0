// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace tandem::quant {

/// How an output channel turns integer sums k into outputs: clamp(floor(ratio * (k + offset) + 1/2), low,
/// high).
struct ChannelMap {
    double offset = 0.0; ///< in units of the sums
    double ratio = 1.0;  ///< output steps per unit of the sums
};

/// An accelerator's offset is an integer. What a channel of few levels gives depends on no more than between
/// which integers its thresholds fall, so the ratio, which is free, can make up for the rounded offset: the
/// integer offset and the ratio near the given one that change the outputs of fewest sums, those near 0
/// first. `low`, `high`: the outputs that are not clamped, without zero point; `reach`: the largest absolute
/// sum.
ChannelMap withIntegerOffset(const ChannelMap& wanted, int low, int high, double reach);

} // namespace tandem::quant
