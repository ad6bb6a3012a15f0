// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/bench/bench.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tandem::cli {

/// One figure of a generated design beside the published one.
struct HardwareRow {
    std::string design;          ///< "ResNet-8, ZedBoard budget"
    std::string figure;          ///< "frames/s, batch 1"
    double published = 0;        ///< the published design's; 0: it has none
    double target = 0;           ///< what ours is held against
    bool atLeast = true;         ///< the target is a floor, else a ceiling
    bool exact = false;          ///< it must be hit exactly
    std::optional<double> found; ///< none where a tool is missing
    std::string source;          ///< "measured (Verilator)", "measured (Yosys)", "modelled"

    /// What stands in the place of the figures of a design that cannot be made here, and why.
    static HardwareRow leftOut(std::string design, std::string why) {
        HardwareRow row;
        row.design = std::move(design);
        row.figure = "left out";
        row.source = std::move(why);
        return row;
    }

    bool met() const {
        return found && (exact ? *found == target : atLeast ? *found >= target : *found <= target);
    }
};

/// ResNet-8, keyword spotting and visual wake words as pipelines within the budgets that fpgaConvNet's
/// MLPerf Tiny entries took, simulated and synthesized.
/// With `--model`, of those networks only.
std::vector<HardwareRow> publishedPipelineRows(const BenchArguments& arguments);

/// SkyNet as one pipeline within an Ultra96, simulated, beside the contest winner's cycles.
std::vector<HardwareRow> skyNetRows(const BenchArguments& arguments);

/// The reference networks and SkyNet on a pipeline and on a folded array, simulated: values and cycles as
/// modelled. With `--model`, those networks.
std::vector<HardwareRow> networkRows(const BenchArguments& arguments);

/// How far the resource model is off on the designs that its fits left out, per family.
std::vector<HardwareRow> resourceErrorRows(const BenchArguments& arguments);

} // namespace tandem::cli
