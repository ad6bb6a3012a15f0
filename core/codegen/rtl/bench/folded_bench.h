// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/text_files.h"
#include "core/hw/folded/program.h"
#include "core/quant/arithmetic/integer_network.h"

#include <vector>

namespace tandem::codegen {

/// What the bench adds where the input comes as a stream: Verilog for its declarations, the top's port and
/// the clocked process.
struct BenchStream {
    std::string declarations, connection, process;
    int bits = 8;           ///< of a beat
    std::int64_t beats = 1; ///< of a frame
    std::size_t layers = 0; ///< that stand in front of the folded ones
};

/// The test bench of a folded accelerator (memory with latency, bandwidth and random stalls behind both
/// ports, a host that writes the registers) and the clocks for both simulators. It prints what the bench of a
/// pipeline prints, and when each instruction began; a frame's last_output is the sum of the cycle counters
/// up to it, with a stream the cycle since reset. `cycles`: a frame's, with the memory as modelled.
std::vector<TextFile> foldedBenchFiles(const quant::IntegerNetwork& network,
                                       const hw::folded::Program& program, const hw::folded::Memory& memory,
                                       int frames, std::int64_t cycles, const BenchStream& stream = {});

/// Beats that the output region of one frame compares: 1 for each byte that counts.
std::string outputMask(const hw::folded::Program& program, int outputChannels);

} // namespace tandem::codegen
