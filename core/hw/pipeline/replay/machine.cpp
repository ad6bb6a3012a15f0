// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline/replay/machine.h"

#include <deque>
#include <utility>

namespace tandem::hw::pipeline {

namespace {

std::size_t at(std::int64_t index) {
    return static_cast<std::size_t>(index);
}

} // namespace

Machine::Machine(const Workload& workload, Netlist netlist, int frames, std::vector<Stream> memory)
    : netlist_(std::move(netlist)), streams_(std::move(memory)), beside_(netlist_.channels.size()) {
    streams_.resize(netlist_.channels.size());
    for (std::size_t c = 0; c < streams_.size(); ++c) {
        streams_[c].reset(netlist_.channels[c].frame * frames);
    }
    for (std::size_t b = 0; b < netlist_.blocks.size(); ++b) {
        const Block& block = netlist_.blocks[b];
        processes_.push_back(processOf(workload, block, frames));
        for (const std::vector<int>* side : {&block.inputs, &block.outputs}) {
            for (int channel : *side) {
                beside_[at(channel)].push_back(b);
            }
        }
    }
}

void Machine::run(std::span<const Time> wanted) {
    std::deque<std::size_t> awake;
    std::vector<bool> queued(processes_.size(), true);
    for (std::size_t b = 0; b < processes_.size(); ++b) {
        awake.push_back(b);
    }
    std::size_t compared = 0;
    const std::int64_t frame = outputFrame();
    while (!awake.empty()) {
        const std::size_t b = awake.front();
        awake.pop_front();
        queued[b] = false;
        if (!processes_[b]->advance()) {
            continue;
        }
        for (; compared < wanted.size() && left_.size() >= (compared + 1) * at(frame); ++compared) {
            if (left_[(compared + 1) * at(frame) - 1] != wanted[compared]) {
                return;
            }
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

std::int64_t Machine::outputFrame() const {
    return netlist_.channels[at(netlist_.blocks.back().inputs.front())].frame;
}

std::vector<Time> Machine::lastBeats() const {
    const std::int64_t frame = outputFrame();
    std::vector<Time> last;
    for (std::int64_t beats = frame; beats <= static_cast<std::int64_t>(left_.size()); beats += frame) {
        last.push_back(left_[at(beats - 1)]);
    }
    return last;
}

std::unique_ptr<Process> Machine::processOf(const Workload& workload, const Block& block, int frames) {
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
    std::optional<WeightFeed> weights;
    if (const std::optional<WeightStream>& stream = netlist_.weightStreams[at(block.layer)]) {
        weights.emplace(*stream, netlist_.memory);
    }
    return engineProcess(workload.layers[at(block.layer)], netlist_.engines[at(block.layer)],
                         streamsOf(block.inputs), out(0), frames, std::move(weights));
}

std::vector<Stream*> Machine::streamsOf(const std::vector<int>& channels) {
    std::vector<Stream*> streams;
    for (int channel : channels) {
        streams.push_back(&streams_[at(channel)]);
    }
    return streams;
}

} // namespace tandem::hw::pipeline
