// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/rtl_top.h"

#include <cstdint>
#include <vector>

namespace tandem::codegen {

/// What the test bench needs to know of the accelerator.
struct BenchShape {
    int frames = 1;
    std::int64_t inputBeats = 1, outputBeats = 1; ///< of a frame
    int inputBits = 8, outputBits = 8;            ///< of tdata
    std::int64_t patience = 100000;               ///< cycles without a beat until it gives up
};

/// The test bench, the clocks for both simulators, the Makefile, the Yosys scripts and the README. `modules`:
/// the library files in rtl/.
std::vector<TextFile> benchFiles(const BenchShape& shape, const std::vector<std::string>& modules);

} // namespace tandem::codegen
