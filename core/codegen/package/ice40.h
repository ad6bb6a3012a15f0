// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/package/package.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What nextpnr needs to place and route a package for an iCE40.
namespace tandem::codegen {

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

} // namespace tandem::codegen
