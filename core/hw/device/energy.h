// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace tandem::hw {

/// Energy of one frame, in picojoules, dynamic only (the device's static power comes on top).
struct Energy {
    double compute = 0, onChip = 0, dram = 0;
    double total() const { return compute + onChip + dram; }
    Energy& operator+=(const Energy& more) {
        compute += more.compute;
        onChip += more.onChip;
        dram += more.dram;
        return *this;
    }
};

} // namespace tandem::hw
