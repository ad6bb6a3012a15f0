// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline_timing.h"

#include "core/base/error.h"
#include "core/hw/pipeline_cost.h"
#include "core/hw/pipeline_replay.h"

#include <deque>
#include <utility>

namespace tandem::hw::pipeline {

namespace {

std::size_t at(std::int64_t index) {
    return static_cast<std::size_t>(index);
}

/// All blocks of a netlist, woken when a stream beside them has moved on.
class Machine {
  public:
    Machine(const Workload& workload, const Netlist& netlist, int frames)
        : netlist_(netlist), streams_(netlist.channels.size()), beside_(netlist.channels.size()) {
        for (std::size_t c = 0; c < streams_.size(); ++c) {
            streams_[c].reserve(netlist.channels[c].frame * frames);
        }
        for (std::size_t b = 0; b < netlist.blocks.size(); ++b) {
            const Block& block = netlist.blocks[b];
            processes_.push_back(processOf(workload, block, frames));
            for (int channel : block.inputs) {
                beside_[at(channel)].push_back(b);
            }
            for (int channel : block.outputs) {
                beside_[at(channel)].push_back(b);
            }
        }
    }

    void run() {
        std::deque<std::size_t> awake;
        std::vector<bool> queued(processes_.size(), true);
        for (std::size_t b = 0; b < processes_.size(); ++b) {
            awake.push_back(b);
        }
        while (!awake.empty()) {
            const std::size_t b = awake.front();
            awake.pop_front();
            queued[b] = false;
            if (!processes_[b]->advance()) {
                continue;
            }
            const Block& block = netlist_.blocks[b];
            for (const std::vector<int>* side : {&block.inputs, &block.outputs}) {
                for (int channel : *side) {
                    for (std::size_t other : beside_[at(channel)]) {
                        if (other != b && !queued[other]) {
                            queued[other] = true;
                            awake.push_back(other);
                        }
                    }
                }
            }
        }
    }

    const std::vector<Time>& left() const { return left_; }
    const Stream& stream(int channel) const { return streams_[at(channel)]; }

  private:
    std::unique_ptr<Process> processOf(const Workload& workload, const Block& block, int frames) {
        const auto in = [&](std::size_t i) -> Stream& { return streams_[at(block.inputs[i])]; };
        const auto out = [&](std::size_t i) -> Stream& { return streams_[at(block.outputs[i])]; };
        switch (block.kind) {
        case BlockKind::Source:
            return sourceProcess(out(0), netlist_.channels[at(block.outputs[0])].frame * frames);
        case BlockKind::Sink:
            return sinkProcess(in(0), left_);
        case BlockKind::Fork:
            return forkProcess(in(0), streamsOf(block.outputs));
        case BlockKind::Fifo:
            return fifoProcess(in(0), out(0), block.depthLog2);
        case BlockKind::Narrow:
            return registerProcess(in(0), out(0), 1, block.ratio);
        case BlockKind::Widen:
            return registerProcess(in(0), out(0), block.ratio, 1);
        case BlockKind::Engine:
            break;
        }
        return engineProcess(workload.layers[at(block.layer)], netlist_.engines[at(block.layer)],
                             streamsOf(block.inputs), out(0), frames);
    }

    std::vector<Stream*> streamsOf(const std::vector<int>& channels) {
        std::vector<Stream*> streams;
        for (int channel : channels) {
            streams.push_back(&streams_[at(channel)]);
        }
        return streams;
    }

    const Netlist& netlist_;
    std::vector<Stream> streams_;
    std::vector<std::vector<std::size_t>> beside_; ///< per stream: its producer and consumer
    std::vector<std::unique_ptr<Process>> processes_;
    std::vector<Time> left_; ///< per beat: cycle in which it leaves the accelerator
};

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
    for (int f = 1; f <= frames; ++f) {
        result.lastOutput.push_back(left[at(frame * f - 1)]);
    }
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

namespace {

/// The cycles of the frames' last beats; none where the design would come to a standstill.
std::vector<Time> lastBeats(const Workload& workload, const Parameters& parameters, int frames) {
    const Netlist netlist = netlistOf(workload, parameters);
    Machine machine(workload, netlist, frames);
    machine.run();
    const std::vector<Time>& left = machine.left();
    const std::int64_t frame = netlist.channels[at(netlist.blocks.back().inputs.front())].frame;
    std::vector<Time> last;
    for (std::int64_t f = 1; static_cast<std::int64_t>(left.size()) == frame * frames && f <= frames; ++f) {
        last.push_back(left[at(frame * f - 1)]);
    }
    return last;
}

} // namespace

Parameters withLeastBuffers(const Workload& workload, const Parameters& parameters) {
    constexpr int kFrames = 6;
    Parameters least = parameters;
    least.inputBeats = netlistOf(workload, parameters).inputBeats;
    if (std::ranges::none_of(least.inputBeats, [](std::int64_t beats) { return beats > 0; })) {
        return parameters;
    }
    const std::vector<Time> wanted = lastBeats(workload, least, kFrames);
    for (std::int64_t& beats : least.inputBeats) {
        // What the FIFOs hold that are built for as many beats, halved, then with a smaller second one.
        const auto suffices = [&](std::int64_t fewer) {
            const std::int64_t before = std::exchange(beats, fewer);
            const bool same = lastBeats(workload, least, kFrames) == wanted;
            if (!same) {
                beats = before;
            }
            return same;
        };
        while (beats > 1 && suffices((std::int64_t{1} << log2Ceil(beats)) / 2)) {
        }
        const std::int64_t whole = std::int64_t{1} << log2Ceil(beats);
        for (const std::int64_t part : {whole / 8 * 5, whole / 4 * 3}) {
            if (part < beats && bufferFor(part).second > 0 && suffices(part)) {
                break;
            }
        }
    }
    return least;
}

Timing exactTiming(const Workload& workload, const Parameters& parameters) {
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
