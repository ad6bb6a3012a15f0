// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/device.h"

#include <cstdint>

namespace tandem::hw {

/// Cycles of one frame.
struct FrameCycles {
    std::int64_t firstOutput =
        0; ///< from reset with input always ready to the first output beat, sink always ready
    std::int64_t latency = 0;  ///< the same, to the last output beat of the first frame
    std::int64_t interval = 0; ///< between frames in steady state, input back to back
    bool operator==(const FrameCycles&) const = default;
};

/// What an accelerator alone does, and what crosses its borders.
struct AcceleratorRun {
    std::int64_t latencyCycles = 0;  ///< first input beat to last output beat of one frame
    std::int64_t intervalCycles = 1; ///< between frames in steady state
    std::int64_t inputCycles = 0;    ///< of the latency, those in which it takes its input beat by beat
    std::int64_t outputCycles = 0;   ///< of the latency, those in which it gives its output beat by beat
    std::int64_t transferCycles = 0; ///< of the latency, those in which it only moves data or waits for them
    double inputBytes = 0, outputBytes = 0;
    double streamedBytes = 0; ///< weights and maps that it fetches while it works, counted in its latency
};

/// Where the time of one frame goes, from the program that calls to the program that has the result. All
/// modelled.
struct SystemTime {
    double startUpMs = 0;     ///< the call until the accelerator's first input
    double hostMs = 0;        ///< host operators, converting numbers included
    double transferMs = 0;    ///< input and output, as far as the accelerator waits for them
    double acceleratorMs = 0; ///< the accelerator's own cycles
    double allTransferMs = 0; ///< input and output alone at the memory's bandwidth, hidden or not
    double frameMs = 0; ///< between frames in steady state, with host, memory and accelerator overlapping

    double latencyMs() const { return startUpMs + hostMs + transferMs + acceleratorMs; }
};

/// Input and output stream between memory and accelerator while it works: a transfer costs what it takes
/// longer than the accelerator's own beats. In steady state the slowest of host (with the call), memory and
/// accelerator sets the pace. A device without external memory gives and takes beats as fast as they are
/// wanted.
SystemTime systemTime(const AcceleratorRun& run, double clockMhz, double hostMs, const Device& device);

} // namespace tandem::hw
