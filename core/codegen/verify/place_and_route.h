// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/process.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::codegen {

struct Package;

/// What nextpnr-ice40 calls a part: device "up5k" in package "sg48".
struct Ice40Part {
    std::string device, package;
};

/// Reads an order code such as "iCE40UP5K-SG48". None where it is no iCE40 that nextpnr knows.
std::optional<Ice40Part> ice40Part(std::string_view part);

/// The accelerator behind one pin in and one pin out, in Verilog: a register for every bit of its ports, one
/// behind the other, so that nothing is left out, every path is one between registers, and the package's pins
/// do not limit a design that will stand inside another one.
std::string pinsModule(const Package& package);

/// The call of nextpnr for a synthesized package, in its folder.
std::vector<std::string> nextpnrCommand(const Ice40Part& part, double clockMhz);

/// What placing and routing gave. Everything is measured.
struct PlacedDesign {
    bool fits = false;   ///< placed and routed
    std::string problem; ///< where not: the tool's own words
    int logicCells = 0;  ///< a LUT, a flip-flop and a carry each; one for every bit of the ports included
    int available = 0;   ///< logic cells of the device
    std::optional<double> mhz; ///< the fastest clock of the routed design
};

/// Reads what nextpnr-ice40 printed. Throws Error (Work) with the end of it where it is not a run that came
/// as far as packing.
PlacedDesign placedDesignOf(const std::string& log);

/// Places and routes a package that synthesizeRtl has synthesized for iCE40. Throws Error (Work) naming the
/// tool that is missing or fails otherwise than for want of space, Error (Cancelled) where it was asked to
/// stop.
PlacedDesign placeAndRoute(const std::filesystem::path& folder, const Ice40Part& part, double clockMhz,
                           const ProcessLimits& limits = {.seconds = 3600});

} // namespace tandem::codegen
