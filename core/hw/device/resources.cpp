// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/device/resources.h"

namespace tandem::hw {

const char* toString(Multiplier multiplier) {
    switch (multiplier) {
    case Multiplier::Dsp:
        return "dsp";
    case Multiplier::Fabric:
        return "fabric";
    case Multiplier::Packed:
        return "packed";
    }
    return "";
}

Resources& Resources::operator+=(const Resources& other) {
    lut += other.lut;
    ff += other.ff;
    cellsUm2 += other.cellsUm2;
    dsp += other.dsp;
    ramb36 += other.ramb36;
    ramb18 += other.ramb18;
    ram16k += other.ram16k;
    ram4k += other.ram4k;
    sramBits += other.sramBits;
    romBits += other.romBits;
    return *this;
}

} // namespace tandem::hw
