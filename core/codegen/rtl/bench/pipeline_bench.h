// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/rtl/pipeline/weights.h"
#include "core/codegen/text_files.h"

#include <cstdint>
#include <vector>

namespace tandem::codegen {

/// A layer's stream in the accelerator, whose checksums the bench prints.
struct BenchTap {
    std::size_t layer = 0;
    std::string stream; ///< path of its valid, ready and data without the ending: "top.s3"
    int lanes = 1, bits = 8;
    std::int64_t beats = 1; ///< of a frame
};

/// What the test bench needs to know of the accelerator.
struct BenchShape {
    int frames = 1;
    std::int64_t inputBeats = 1, outputBeats = 1; ///< of a frame
    int inputBits = 8, outputBits = 8;            ///< of tdata
    std::int64_t patience = 100000;               ///< cycles without a beat until it gives up
    std::vector<BenchTap> taps;
    std::vector<StreamedWeights> weights; ///< whose ports have memory behind them
    std::int64_t weightBytes = 0;         ///< of the image of all
    hw::MemoryTiming memory;
};

/// The test bench and the clocks for both simulators.
std::vector<TextFile> benchFiles(const BenchShape& shape);

/// The clocks alone.
std::vector<TextFile> clockFiles();

} // namespace tandem::codegen
