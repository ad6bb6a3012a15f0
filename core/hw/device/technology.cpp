// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/device/technology.h"

#include <algorithm>

namespace tandem::hw {

const Technology& technologyOf(DeviceFamily family) {
    static constexpr Technology kXilinx7{DeviceFamily::Xilinx7, 25, 18, true, 9, 2, 64};
    static constexpr Technology kUltraScalePlus{DeviceFamily::UltraScalePlus, 27, 18, true, 9, 2, 64};
    static constexpr Technology kIce40{DeviceFamily::Ice40, 16, 16, false, 11, 2, 16};
    static constexpr Technology kEcp5{DeviceFamily::Ecp5, 18, 18, false, 1, 2, 16};
    static constexpr Technology kAsic{DeviceFamily::Asic, 0, 0, false, 0, 0, 1};
    switch (family) {
    case DeviceFamily::Xilinx7:
        return kXilinx7;
    case DeviceFamily::UltraScalePlus:
        return kUltraScalePlus;
    case DeviceFamily::Ice40:
        return kIce40;
    case DeviceFamily::Ecp5:
        return kEcp5;
    case DeviceFamily::Asic:
        return kAsic;
    }
    return kXilinx7;
}

int productDsps(const Technology& technology, int a, int b, int bits) {
    const int longer = std::max(a, b), shorter = std::min(a, b);
    if (technology.dspProductBits == 0 || bits < technology.dspProductBits ||
        shorter < technology.dspShortestBits) {
        return 0;
    }
    // `whole` parts of `part` bits each, what is left of an operand in one more.
    const auto cut = [&](int operand, int other, int most) {
        const int part = most - (technology.dspSigned ? 1 : 0);
        const int whole = (operand - most + part - 1) / part, rest = operand - whole * part;
        return whole * productDsps(technology, most, other, std::min(bits, other + most)) +
               productDsps(technology, rest, other, other + rest);
    };
    if (longer > technology.dspOperandBits) {
        return cut(longer, shorter, technology.dspOperandBits);
    }
    if (shorter > technology.dspOtherBits) {
        return cut(shorter, longer, technology.dspOtherBits);
    }
    return 1;
}

} // namespace tandem::hw
