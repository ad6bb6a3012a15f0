// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <functional>
#include <optional>
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

    /// Whether nothing failed and at least the C++ or the RTL was run.
    bool passed() const;
};

struct VerifyOptions {
    bool synthesize = true;         ///< run Yosys: minutes on large designs
    double timeoutSeconds = 3600.0; ///< for each outside program
};

/// Told what is being done, and how much of everything is done (0 to 1).
using Progress = std::function<void(const std::string& what, double done)>;

/// Builds and runs the C++, simulates the RTL on the golden vectors (with idle and with randomly stalled
/// ports), synthesizes it for the family that it was made for, and compares with what manifest.json promises:
/// the outputs, and layer by layer where they would start to differ. An iCE40 design is placed and routed,
/// too. A program that is not installed makes its checks "not run". Throws Error (Input) where `folder` is
/// not an export.
Verification verify(const std::filesystem::path& folder, const VerifyOptions& options = {},
                    const Progress& progress = {});

nlohmann::ordered_json toJson(const Verification& verification);

} // namespace tandem::codegen
