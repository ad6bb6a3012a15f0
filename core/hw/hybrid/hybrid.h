// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/folded/program.h"
#include "core/hw/pipeline/pipeline.h"

#include <cstdint>
#include <vector>

/// The `hybrid` template: the first layers as a pipeline, the rest on a folded array, joined by a bank that
/// holds two frames of the map between them. Both work at the same time, on different frames.
namespace tandem::hw::hybrid {

/// The accelerator's choices.
struct Parameters {
    int layers = 1;            ///< of the pipeline: one of cuts(workload)
    pipeline::Parameters head; ///< foldings of those layers
    folded::Parameters tail;
};

/// The numbers of layers after which a network can be cut: one map, written by the last of them, is all that
/// the others read. Ascending; empty where there is none.
std::vector<int> cuts(const Workload& workload);

/// The two accelerators' workloads.
struct Parts {
    Workload head, tail;
};
/// `layers`: one of cuts(workload).
Parts split(const Workload& workload, int layers);

/// Foldings for the first layers that reach an interval where they can, whose last layer hands out channels
/// in numbers that make up the columns.
pipeline::Parameters allocate(const Workload& head, std::int64_t interval, int columns);

/// Why it cannot be built, naming the layer or parameter.
Fault fault(const Workload& workload, const Parameters& parameters);
/// The part of it that is about the seam: beats of the pipeline make up words of the array, whose memory port
/// is the only one for weights.
Fault seamFault(const Parts& parts, const Parameters& parameters);

/// Cycles. 0 is the first one out of reset.
struct Timing {
    std::vector<std::int64_t> done; ///< per frame: its output stands in memory
    std::int64_t latency = 0;       ///< the first of them
    std::int64_t interval = 0;      ///< between frames in steady state: that of the slower accelerator
};

/// The host gives the folded array its first command this long after reset, and every other one this long
/// after it was done: the five register writes of the generated test bench.
inline constexpr std::int64_t kFirstCommand = 10, kNextCommand = 11;

/// Exact: replays the pipeline beat by beat and the folded array instruction by instruction.
Timing exactTiming(const Workload& workload, const Parameters& parameters, const folded::Memory& memory,
                   int frames = 4);

/// The program of the folded array. Throws as folded::compile does. The figures below share one.
folded::Program compile(const Parts& parts, const Parameters& parameters);

/// exactTiming with a program that is known already.
Timing exactTiming(const Parts& parts, const Parameters& parameters, const folded::Program& program,
                   const folded::Memory& memory, int frames = 4);

/// The latency with the pipeline's own estimated (see pipeline::latencyEstimate).
std::int64_t latencyEstimate(const Parts& parts, const Parameters& parameters, const folded::Program& program,
                             const folded::Memory& memory);

/// The interval in closed form, but for the folded array's program.
std::int64_t interval(const Parts& parts, const Parameters& parameters, const folded::Program& program,
                      const folded::Memory& memory);

/// log2 of the words of the bank.
int bankLog2(const Workload& tail, const folded::Parameters& parameters);

Resources resources(const Parts& parts, const Parameters& parameters, const folded::Program& program,
                    DeviceFamily family);
Energy energy(const Parts& parts, const Parameters& parameters, const folded::Program& program);
/// The part of it that writing the map between the two into the bank and reading it takes, on the chip.
double seamEnergy(const Parts& parts, const Parameters& parameters);

} // namespace tandem::hw::hybrid
