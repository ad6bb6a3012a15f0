// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/pipeline/engine.h"

#include <cstdint>

namespace tandem::hw::pipeline {

/// The hardware that brings a layer's weights from memory, one word for each step of its engine (see
/// resources/rtl/tandem_weight_stream.v): an AXI4 port that reads the words of one pixel again and again, and
/// a ring in front of the engine. A word fills whole beats.
struct WeightStream {
    int wordBits = 8;
    int busBits = 8;        ///< of a beat
    int beatsPerWord = 1;   ///< of the bus
    std::int64_t words = 1; ///< that a pixel takes: the image in memory
    int burstLog2 = 1;      ///< beats of a request
    int ringLog2 = 1;       ///< words kept on the chip

    std::int64_t imageBeats() const { return words * beatsPerWord; }
    std::int64_t imageBytes() const { return imageBeats() * (busBits / 8); }
};

/// Whether a layer's weights come from memory.
inline bool streamsWeights(const Layer& layer, const Folding& folding) {
    return folding.weights == WeightStore::Stream && traitsOf(layer.kind).hasWeights;
}

/// The stream of a layer that streams its weights to `engine`. The port is as wide as a word, at most
/// `port.busBits`. The ring covers the memory's latency: one that gives a word whenever the engine could take
/// one never makes it wait, once the first has come.
WeightStream weightStreamOf(const Layer& layer, const Folding& folding, const Engine& engine,
                            const WeightPort& port);

/// Bytes that a layer whose weights stream reads of them for one frame.
std::int64_t streamedBytes(const Layer& layer, const WeightStream& stream);

} // namespace tandem::hw::pipeline
