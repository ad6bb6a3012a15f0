// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/resources.h"

namespace tandem::hw {

/// Where a convolution's weights stand.
enum class WeightStore {
    Smaller, ///< in what is the smaller part of a device with 190 LUTs for each RAMB18
    Block,   ///< block RAM
    Luts,
    Stream, ///< external memory, from which they come again for every output pixel, in the order of use
};
/// "smaller", "block", "luts", "stream".
const char* toString(WeightStore store);

/// How much of a layer works at once: `pe` output channels times `simd` input channels (depth-wise, pooling
/// and add: simd == pe channels side by side), what multiplies and where the weights stand.
struct Folding {
    int pe = 1, simd = 1;
    Multiplier multiplier = Multiplier::Dsp;
    WeightStore weights = WeightStore::Smaller;
    bool operator==(const Folding&) const = default;
};

} // namespace tandem::hw
