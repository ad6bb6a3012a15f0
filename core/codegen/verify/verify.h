// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/verify/cpp_profile.h"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace tandem::codegen {

/// One comparison of a verification. `expected` is what the export promises (with its source), `found` what
/// was measured.
struct Check {
    std::string item; ///< "RTL outputs, Verilator", "interval", "DSP", ...
    std::string expected, found;
    std::optional<bool> passed; ///< none: not run, `found` says why
};

/// What building, running, simulating and synthesizing an export gave.
struct Verification {
    std::vector<Check> checks;
    std::optional<CppProfile> profile; ///< how fast the C++ ran; nothing where it did not

    /// Whether nothing failed and at least the C++ or the RTL was run.
    bool passed() const;
};

struct VerifyOptions {
    bool synthesize = true; ///< run Yosys
    double synthesisSeconds =
        120.0;                   ///< that Yosys may take; what is estimated to take far longer is not begun
    double icarusSeconds = 30.0; ///< Icarus Verilog runs where it is estimated to take less
    double timeoutSeconds = 3600.0; ///< for each other outside program
    std::stop_token cancel = {};
};

/// Told what is being done, and how much of everything is done (0 to 1).
using Progress = std::function<void(const std::string& what, double done)>;

/// Builds and runs the C++, simulates the RTL on the golden vectors (with idle and with randomly stalled
/// ports), synthesizes it for the family that it was made for, and compares with what manifest.json promises:
/// the outputs, and layer by layer where they would start to differ. An iCE40 design is placed and routed,
/// too. Checks whose program is not installed, or would take too long, are "not run", and say so. Throws
/// Error (Input) where `folder` is not an export, Error (Cancelled) where it was asked to stop.
Verification verify(const std::filesystem::path& folder, const VerifyOptions& options = {},
                    const Progress& progress = {});

nlohmann::ordered_json toJson(const Verification& verification);

} // namespace tandem::codegen
