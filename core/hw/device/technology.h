// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/device.h"

namespace tandem::hw {

/// What synthesis (Yosys 0.23) makes of the generated RTL in one family of devices: which products become
/// DSPs, which memories become blocks. LUTs and flip-flops are fitted per family on top (prices.h).
struct Technology {
    DeviceFamily family = DeviceFamily::Xilinx7;
    /// The longest operands of one DSP, the longer first, and whether they are always signed, so that a part
    /// of a longer one has a bit less.
    int dspOperandBits = 25, dspOtherBits = 18;
    bool dspSigned = true;
    /// A product becomes a DSP from these bits of its result and of its shorter operand on; 0: never.
    int dspProductBits = 9, dspShortestBits = 2;
    /// Inputs of a LUT that reads as many bits of a constant table, wider ones are joined for free.
    int romLutBits = 64;
};

/// Products of this many bits and more go to a DSP48E1 in Yosys.
inline constexpr int kDspProductBits = 9;
/// The longest first operand of one DSP48E1 whose second one has at most 18 bits.
inline constexpr int kDspOperandBits = 25;
/// The longest second operand.
inline constexpr int kDspOtherBits = 18;

/// The technology of a family.
const Technology& technologyOf(DeviceFamily family);

/// DSPs of a product of two operands whose result keeps `bits` bits, as Yosys' mul2dsp cuts long operands
/// into parts and leaves small ones to LUTs.
int productDsps(const Technology& technology, int a, int b, int bits);

} // namespace tandem::hw
