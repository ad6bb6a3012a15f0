// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/device.h"

#include <cstdint>

namespace tandem::hw {

/// What computes the products of a convolution. All give the same integers.
enum class Multiplier {
    Dsp,    ///< one DSP for each; products of fewer than 9 bits become LUTs (what synthesis does by itself)
    Fabric, ///< LUTs: Booth rows
    Packed, ///< neighbouring output channels share a DSP: their weights times the same activation. Takes one
            ///< cycle more. Not for depth-wise convolutions, whose products share nothing
};
inline constexpr Multiplier kMultipliers[] = {Multiplier::Dsp, Multiplier::Fabric, Multiplier::Packed};
/// "dsp", "fabric", "packed".
const char* toString(Multiplier multiplier);

/// What a design takes of a device, by the primitives of its family; those of other families stay 0.
struct Resources {
    double lut = 0, ff = 0;                 ///< modelled, see the fit's stated error
    double cellsUm2 = 0;                    ///< ASIC: area of the standard cells, modelled likewise
    int dsp = 0;                            ///< DSP48E1, DSP48E2, SB_MAC16, MULT18X18D
    int ramb36 = 0, ramb18 = 0;             ///< Xilinx block RAM
    int ram16k = 0, ram4k = 0;              ///< DP16KD of ECP5, SB_RAM40_4K of iCE40
    std::int64_t sramBits = 0, romBits = 0; ///< ASIC: bits of memory macros
    /// Block RAM in units of 36 Kbit.
    double bram36() const { return ramb36 + 0.5 * ramb18 + 0.5 * ram16k + ram4k / 9.0; }
    Resources& operator+=(const Resources& other);
};

/// How far a family's modelled figures are off on designs that were left out of the fit, relative to what
/// Yosys 0.23 reports.
struct FitError {
    double mean = 0, worst = 0;
    int designs = 0; ///< that were left out
};
struct FitErrors {
    FitError size; ///< LUTs, for an ASIC the cells' area
    FitError ff;
};
FitErrors fitErrors(DeviceFamily family);

} // namespace tandem::hw
