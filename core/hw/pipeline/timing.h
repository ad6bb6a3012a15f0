// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/pipeline/netlist.h"

#include <cstdint>
#include <vector>

namespace tandem::hw::pipeline {

/// When the first and last beats of a run leave the accelerator and its layers. Cycle 0 is the first one out
/// of reset.
struct Replay {
    std::int64_t firstOutput = 0;
    std::vector<std::int64_t> lastOutput; ///< per frame: cycle in which its last beat leaves
    /// Per layer and frame: cycle in which the last beat leaves the layer's engine.
    std::vector<std::vector<std::int64_t>> layers;
};

/// Replays every beat of `frames` frames, the input back to back and the sink always ready, by the
/// recurrences of the blocks: what the simulated hardware does, beat for beat. Throws Error (Work) if the
/// design would come to a standstill.
Replay replay(const Workload& workload, const Netlist& netlist, int frames);

/// `parameters` with the smallest buffers in front of layers' inputs that keep every frame's last beat where
/// the closed form's buffers put it: each is halved as long as the replay stays the same, a large one cut to
/// five or six eighths where half is too little.
Parameters withLeastBuffers(const Workload& workload, const Parameters& parameters);

} // namespace tandem::hw::pipeline
