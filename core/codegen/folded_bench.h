// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/rtl_top.h"
#include "core/hw/folded_program.h"
#include "core/quant/integer_network.h"

#include <vector>

namespace tandem::codegen {

/// The test bench of a folded accelerator (memory with latency, bandwidth and random stalls behind both
/// ports, a host that writes the registers) and the clocks for both simulators. It prints what the bench of a
/// pipeline prints, and when each instruction began; a frame's
/// last_output is the sum of the cycle counters up to it. `cycles`: a frame's, with the memory as modelled.
std::vector<TextFile> foldedBenchFiles(const quant::IntegerNetwork& network,
                                       const hw::folded::Program& program, const hw::folded::Memory& memory,
                                       int frames, std::int64_t cycles);

/// Beats that the output region of one frame compares: 1 for each byte that counts.
std::string outputMask(const hw::folded::Program& program, int outputChannels);

} // namespace tandem::codegen
