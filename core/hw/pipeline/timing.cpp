// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline/timing.h"

#include "core/base/error.h"
#include "core/hw/pipeline/cost.h"
#include "core/hw/pipeline/replay/machine.h"

namespace tandem::hw::pipeline {

namespace {

std::size_t at(std::int64_t index) {
    return static_cast<std::size_t>(index);
}

} // namespace

Replay replay(const Workload& workload, const Netlist& netlist, int frames) {
    Machine machine(workload, netlist, frames);
    machine.run();
    const std::vector<Time>& left = machine.left();
    const std::int64_t frame = netlist.channels[at(netlist.blocks.back().inputs.front())].frame;
    if (static_cast<std::int64_t>(left.size()) != frame * frames) {
        throw workError("the accelerator comes to a standstill after {} of {} output beats", left.size(),
                        frame * frames);
    }
    Replay result;
    result.firstOutput = left.front();
    result.lastOutput = machine.lastBeats();
    for (const Block& block : netlist.blocks) {
        if (block.kind == BlockKind::Engine) {
            const Stream& stream = machine.stream(block.outputs.front());
            const std::int64_t beats = netlist.channels[at(block.outputs.front())].frame;
            std::vector<Time>& times = result.layers.emplace_back();
            for (int f = 1; f <= frames; ++f) {
                times.push_back(stream.time(beats * f - 1));
            }
        }
    }
    return result;
}

FrameCycles exactTiming(const Workload& workload, const Parameters& parameters) {
    const Netlist netlist = netlistOf(workload, parameters);
    // No engine can do better than the closed form; frames that come faster still fill buffers.
    const Time least = interval(workload, parameters);
    constexpr int kMostFrames = 128;
    for (int frames = 4;; frames *= 2) {
        const Replay times = replay(workload, netlist, frames);
        const std::size_t n = times.lastOutput.size();
        const Time last = times.lastOutput[n - 1] - times.lastOutput[n - 2];
        const Time before = times.lastOutput[n - 2] - times.lastOutput[n - 3];
        if ((last == before && last >= least) || frames >= kMostFrames) {
            return {times.firstOutput, times.lastOutput.front(), last};
        }
    }
}

} // namespace tandem::hw::pipeline
