// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/pipeline/netlist.h"
#include "core/hw/pipeline/replay/weights.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

/// The recurrences of the generated blocks, beat for beat: what pipeline_timing.h replays.
namespace tandem::hw::pipeline {

/// The beats of one stream. Beat j moves in cycle time(j) = max(offer(j), accept(j), time(j - 1) + 1): when
/// the producer has it and the consumer can take it. Of beats that have not moved only what one of the two
/// sides has said is kept.
class Stream {
  public:
    /// Empty again, with room for `beats`.
    void reset(std::int64_t beats) {
        times_.clear();
        times_.reserve(static_cast<std::size_t>(beats));
        waiting_.clear();
        head_ = 0;
    }
    std::int64_t offered() const { return moved() + (offersWait_ ? waiting() : 0); }
    std::int64_t accepted() const { return moved() + (offersWait_ ? 0 : waiting()); }
    std::int64_t moved() const { return static_cast<std::int64_t>(times_.size()); }
    Time time(std::int64_t beat) const { return times_[static_cast<std::size_t>(beat)]; }
    /// Of the first beat that is offered and not accepted yet.
    Time offer() const { return waiting_[head_]; }

    void addOffer(Time time) { add(time, true); }
    void addAccept(Time time) { add(time, false); }

  private:
    std::int64_t waiting() const { return static_cast<std::int64_t>(waiting_.size() - head_); }
    void add(Time time, bool isOffer) {
        if (head_ == waiting_.size()) {
            waiting_.clear();
            head_ = 0;
            offersWait_ = isOffer;
        }
        if (offersWait_ == isOffer) {
            waiting_.push_back(time);
            return;
        }
        const Time earliest = times_.empty() ? 0 : times_.back() + 1;
        times_.push_back(std::max({time, waiting_[head_++], earliest}));
        if (head_ >= kLongPast && head_ * 2 > waiting_.size()) {
            waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(head_));
            head_ = 0;
        }
    }

    static constexpr std::size_t kLongPast = 4096;
    std::vector<Time> times_;
    std::vector<Time> waiting_; ///< offers or accepts from head_ on, which the other side has not answered
    std::size_t head_ = 0;
    bool offersWait_ = true;
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
/// The cycle in which a FIFO's place is free again whose beat `read` has moved into it and on to the output
/// register.
inline Time fifoAccept(const Stream& in, const Stream& out, std::int64_t read) {
    return std::max(in.time(read) + 2, read > 0 ? out.time(read - 1) + 1 : 0);
}
std::unique_ptr<Process> fifoProcess(Stream& in, Stream& out, int depthLog2);
/// One register that gathers `gathered` beats and hands them on in `parts`: width converters and tables.
std::unique_ptr<Process> registerProcess(Stream& in, Stream& out, int gathered, int parts);
/// An engine without sums and without an output buffer, until it has made `outputs` beats.
std::unique_ptr<Process> streamProcess(const Layer& layer, const Engine& engine, std::vector<Stream*> ins,
                                       Stream& out, std::int64_t outputs);
/// The engine of a layer for `frames` frames; `weights`: how its weights come where they stream.
std::unique_ptr<Process> engineProcess(const Layer& layer, const Engine& engine, std::vector<Stream*> ins,
                                       Stream& out, int frames, std::optional<WeightFeed> weights);

} // namespace tandem::hw::pipeline
