// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/process.h"
#include "core/codegen/package/ice40.h"

#include <filesystem>
#include <optional>
#include <string>

namespace tandem::codegen {

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
