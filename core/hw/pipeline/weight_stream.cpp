// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline/weight_stream.h"

#include "core/base/bits.h"

#include <algorithm>
#include <bit>

namespace tandem::hw::pipeline {

namespace {

/// From the step that takes a word to the request for what takes its place, and from a beat's arrival to the
/// step that needs it, with one to spare.
constexpr int kTurnaround = 4;
constexpr int kLongestBurstLog2 = 4;

} // namespace

WeightStream weightStreamOf(const Layer& layer, const Folding& folding, const Engine& engine,
                            const WeightPort& port) {
    const bool separate = layer.kind == LayerKind::DepthwiseConvolution;
    WeightStream stream;
    stream.wordBits = folding.pe * (separate ? 1 : folding.simd) * layer.weightBits;
    constexpr int kNarrowestBus = 8;
    stream.busBits = std::clamp(static_cast<int>(std::bit_ceil(static_cast<unsigned>(stream.wordBits))),
                                std::min(kNarrowestBus, port.busBits), port.busBits);
    stream.beatsPerWord = static_cast<int>(dividedUp(stream.wordBits, stream.busBits));
    stream.words = std::int64_t{engine.groups} * engine.steps;
    stream.burstLog2 = std::clamp(log2Ceil(stream.imageBeats()), 1, kLongestBurstLog2);
    const std::int64_t beats = (std::int64_t{1} << stream.burstLog2) + 2 * stream.beatsPerWord +
                               dividedUp(port.memory.latency + kTurnaround, port.memory.gap);
    stream.ringLog2 = std::max(1, log2Ceil(dividedUp(beats, stream.beatsPerWord)));
    return stream;
}

std::int64_t streamedBytes(const Layer& layer, const WeightStream& stream) {
    return std::int64_t{layer.outputHeight} * layer.outputWidth * stream.imageBytes();
}

std::int64_t streamedBytes(const Workload& workload, const Parameters& parameters) {
    std::int64_t bytes = 0;
    for (std::size_t l = 0; l < workload.layers.size(); ++l) {
        const Layer& layer = workload.layers[l];
        const Folding& folding = parameters.foldings[l];
        if (streamsWeights(layer, folding)) {
            const Engine engine = engineOf(layer, folding, parameters.weightPort);
            bytes += streamedBytes(layer, weightStreamOf(layer, folding, engine, parameters.weightPort));
        }
    }
    return bytes;
}

} // namespace tandem::hw::pipeline
