// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/pipeline/weight_stream.h"

#include <cstdint>
#include <vector>

namespace tandem::hw::pipeline {

using Time = std::int64_t;

/// The recurrence of tandem_weight_stream with a memory behind it. Request i for beats b(i) to b(i + 1) - 1
/// is accepted in cycle ask(i) = max(ask(i - 1) + 1, 1 + taken(c - 1)) with the fewest words c whose places
/// make room for a whole burst; its beats come in cycles beat(j) = max(ask(i) + latency, beat(j - 1) + gap);
/// a word can be taken from the cycle behind its last beat on.
class WeightFeed {
  public:
    WeightFeed(const WeightStream& stream, const MemoryTiming& memory);

    /// The cycle in which the next word is taken by a step that can be in cycle `earliest`, not before.
    Time take(Time earliest);

  private:
    void ask();

    std::int64_t beatsPerWord_, imageBeats_, burst_, room_;
    MemoryTiming memory_;
    std::int64_t left_;       ///< beats of the image that are not asked for
    std::int64_t asked_ = 0;  ///< beats asked for
    std::int64_t coming_ = 0; ///< of the last request, beats that no word has got yet
    std::int64_t words_ = 0;  ///< taken
    Time lastAsk_ = 0, firstBeat_ = 0, lastBeat_ = 0;
    std::vector<Time> taken_; ///< of the last words, as many as the ring holds
};

} // namespace tandem::hw::pipeline
