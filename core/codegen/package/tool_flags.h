// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

/// What the Makefile of a package and its verification tell their tools alike.
namespace tandem::codegen {

/// For Verilator's C++: its huge functions compile at -O1 in a tenth of the time of -O2 and run as fast; what
/// runs once is not worth optimizing (FastestDet's 119 layers: 16 seconds against more than half an hour).
inline constexpr const char* kVerilatorMakeFlags = "OPT_FAST=-O1 OPT_SLOW=-O0";

/// The standard cells that ASIC areas are measured with: OSU's library for 180 nm, as Debian's package
/// qflow-tech-osu018 installs it.
inline constexpr const char* kStandardCells = "/usr/share/qflow/tech/osu018/osu018_stdcells.lib";

/// The Yosys commands that map a synthesized design to the cells of a liberty file and print their area.
std::string mapToCells(const std::string& liberty);

} // namespace tandem::codegen
