// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/device/unit_energy.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tandem::hw {

double accessPerBit(double bits) {
    struct Known {
        double log2Bytes, picojoules;
    };
    constexpr std::array<Known, 3> kKnown{{{13, 10}, {15, 20}, {20, 100}}};
    const double size =
        std::clamp(std::log2(std::max(1.0, bits / 8)), kKnown.front().log2Bytes, kKnown.back().log2Bytes);
    const Known &low = size < kKnown[1].log2Bytes ? kKnown[0] : kKnown[1],
                &high = size < kKnown[1].log2Bytes ? kKnown[1] : kKnown[2];
    const double part = (size - low.log2Bytes) / (high.log2Bytes - low.log2Bytes);
    return (low.picojoules + part * (high.picojoules - low.picojoules)) / 64;
}

} // namespace tandem::hw
