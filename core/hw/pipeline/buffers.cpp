// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline/replay/machine.h"
#include "core/hw/pipeline/timing.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace tandem::hw::pipeline {

namespace {

/// Makes one buffer after the other smaller while the frames' last beats stay where they are.
class LeastBuffers {
  public:
    LeastBuffers(const Workload& workload, Parameters parameters)
        : workload_(workload), least_(std::move(parameters)) {
        known_ = std::make_unique<Machine>(workload_, netlistOf(workload_, least_), kFrames);
        known_->run();
        wanted_ = known_->lastBeats();
    }

    Parameters solve() {
        for (std::size_t input = 0; input < least_.inputBeats.size(); ++input) {
            shrink(input);
        }
        return std::move(least_);
    }

  private:
    /// Frames from which on nothing new comes.
    static constexpr int kFrames = 6;

    /// What the FIFOs hold that are built for as many beats, halved, then with a smaller second one.
    void shrink(std::size_t input) {
        const std::int64_t& beats = least_.inputBeats[input];
        while (beats > 1 && suffices(input, (std::int64_t{1} << log2Ceil(beats)) / 2)) {
        }
        const std::int64_t whole = std::int64_t{1} << log2Ceil(beats);
        for (const std::int64_t part : {whole / 8 * 5, whole / 4 * 3}) {
            if (part < beats && bufferFor(part).second > 0 && suffices(input, part)) {
                break;
            }
        }
    }

    /// Whether `fewer` beats at an input change nothing; if so, it has them from now on.
    bool suffices(std::size_t input, std::int64_t fewer) {
        const std::int64_t before = std::exchange(least_.inputBeats[input], fewer);
        const bool same = isNeverFull(input, bufferFor(before), bufferFor(fewer)) || replaysTheSame();
        if (!same) {
            least_.inputBeats[input] = before;
        }
        return same;
    }

    /// Whether a FIFO that takes the place of a larger one never holds a beat back that the known replay has
    /// moved: then every beat of that replay still moves when it did.
    bool isNeverFull(std::size_t input, const Buffer& before, const Buffer& after) const {
        if (before.second > 0 || after.second > 0 || after.first == 0) {
            return false; // other blocks
        }
        const Block& fifo =
            known_->netlist().blocks[static_cast<std::size_t>(known_->netlist().inputFifos[input])];
        const Stream& in = known_->stream(fifo.inputs.front());
        const Stream& out = known_->stream(fifo.outputs.front());
        for (std::int64_t read = 0, beat = std::int64_t{1} << after.first; beat < in.moved();
             ++read, ++beat) {
            if (fifoAccept(in, out, read) > in.time(beat)) {
                return false;
            }
        }
        return true;
    }

    bool replaysTheSame() {
        auto trial =
            std::make_unique<Machine>(workload_, netlistOf(workload_, least_), kFrames, std::move(memory_));
        trial->run(wanted_);
        const bool same = trial->lastBeats() == wanted_;
        if (same) {
            std::swap(known_, trial);
        }
        memory_ = trial->releaseMemory();
        return same;
    }

    const Workload& workload_;
    Parameters least_;
    std::unique_ptr<Machine> known_; ///< a replay in which every beat moves as it does with `least_`
    std::vector<Time> wanted_;
    std::vector<Stream> memory_;
};

} // namespace

Parameters withLeastBuffers(const Workload& workload, const Parameters& parameters) {
    Parameters generous = parameters;
    generous.inputBeats = netlistOf(workload, parameters).inputBeats;
    if (std::ranges::none_of(generous.inputBeats, [](std::int64_t beats) { return beats > 0; })) {
        return parameters;
    }
    return LeastBuffers(workload, std::move(generous)).solve();
}

} // namespace tandem::hw::pipeline
