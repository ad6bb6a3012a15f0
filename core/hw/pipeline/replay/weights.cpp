// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline/replay/weights.h"

#include <algorithm>

namespace tandem::hw::pipeline {

WeightFeed::WeightFeed(const WeightStream& stream, const MemoryTiming& memory)
    : beatsPerWord_(stream.beatsPerWord),
      imageBeats_(stream.imageBeats()),
      burst_(std::int64_t{1} << stream.burstLog2),
      room_((std::int64_t{1} << stream.ringLog2) * stream.beatsPerWord),
      memory_(memory),
      left_(imageBeats_),
      lastBeat_(-memory.gap),
      taken_(std::size_t{1} << stream.ringLog2) {}

void WeightFeed::ask() {
    ++lastAsk_;
    if (const std::int64_t missing = asked_ + burst_ - room_; missing > 0) {
        const std::int64_t freed = (missing + beatsPerWord_ - 1) / beatsPerWord_;
        lastAsk_ = std::max(lastAsk_, taken_[static_cast<std::size_t>(freed - 1) % taken_.size()] + 1);
    }
    coming_ = std::min(burst_, left_);
    asked_ += coming_;
    left_ = left_ == coming_ ? imageBeats_ : left_ - coming_;
    firstBeat_ = lastAsk_ + memory_.latency;
}

Time WeightFeed::take(Time earliest) {
    for (std::int64_t needed = beatsPerWord_; needed > 0;) {
        if (coming_ == 0) {
            ask();
        }
        const std::int64_t beats = std::min(needed, coming_);
        lastBeat_ = std::max(firstBeat_, lastBeat_ + memory_.gap) + (beats - 1) * memory_.gap;
        coming_ -= beats;
        needed -= beats;
    }
    const Time when = std::max(earliest, lastBeat_ + 1);
    taken_[static_cast<std::size_t>(words_++) % taken_.size()] = when;
    return when;
}

} // namespace tandem::hw::pipeline
