// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/pipeline_netlist.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

/// The recurrences of the generated blocks, beat for beat: what pipeline_timing.h replays.
namespace tandem::hw::pipeline {

using Time = std::int64_t;

/// The beats of one stream. Beat j moves in cycle time(j) = max(offer[j], accept[j], time(j - 1) + 1): when
/// the producer has it and the consumer can take it.
class Stream {
  public:
    void reserve(std::int64_t beats) {
        offers_.reserve(static_cast<std::size_t>(beats));
        accepts_.reserve(static_cast<std::size_t>(beats));
        times_.reserve(static_cast<std::size_t>(beats));
    }
    std::int64_t offered() const { return static_cast<std::int64_t>(offers_.size()); }
    std::int64_t accepted() const { return static_cast<std::int64_t>(accepts_.size()); }
    std::int64_t moved() const { return static_cast<std::int64_t>(times_.size()); }
    Time time(std::int64_t beat) const { return times_[static_cast<std::size_t>(beat)]; }
    Time offer(std::int64_t beat) const { return offers_[static_cast<std::size_t>(beat)]; }

    void addOffer(Time time) {
        offers_.push_back(time);
        settle();
    }
    void addAccept(Time time) {
        accepts_.push_back(time);
        settle();
    }

  private:
    void settle() {
        while (times_.size() < offers_.size() && times_.size() < accepts_.size()) {
            const std::size_t j = times_.size();
            const Time earliest = j == 0 ? 0 : times_[j - 1] + 1;
            times_.push_back(std::max({offers_[j], accepts_[j], earliest}));
        }
    }
    std::vector<Time> offers_, accepts_, times_;
};

/// One block at work: moves on as far as the known beats of its streams allow; says whether it did.
class Process {
  public:
    virtual ~Process() = default;
    virtual bool advance() = 0;
};

/// Port from outside for `beats` beats: two registers fed in every cycle that finds room.
std::unique_ptr<Process> sourceProcess(Stream& out, std::int64_t beats);
/// Port to the outside: two registers emptied in every cycle; notes in `left` when each beat leaves.
std::unique_ptr<Process> sinkProcess(Stream& in, std::vector<Time>& left);
/// Gives every beat to all of `outs`.
std::unique_ptr<Process> forkProcess(Stream& in, std::vector<Stream*> outs);
std::unique_ptr<Process> fifoProcess(Stream& in, Stream& out, int depthLog2);
/// One register that gathers `gathered` beats and hands them on in `parts`: width converters and tables.
std::unique_ptr<Process> registerProcess(Stream& in, Stream& out, int gathered, int parts);
/// An engine without sums and without an output buffer, until it has made `outputs` beats.
std::unique_ptr<Process> streamProcess(const Layer& layer, const Engine& engine, std::vector<Stream*> ins,
                                       Stream& out, std::int64_t outputs);
/// The engine of a layer for `frames` frames.
std::unique_ptr<Process> engineProcess(const Layer& layer, const Engine& engine, std::vector<Stream*> ins,
                                       Stream& out, int frames);

} // namespace tandem::hw::pipeline
