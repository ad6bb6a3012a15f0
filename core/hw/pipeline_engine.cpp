// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline_engine.h"

#include <algorithm>
#include <bit>

namespace tandem::hw::pipeline {

namespace {

/// Cycles from the last step to the first beat at the output: ring and weights, padding, product and sum,
/// then the serializer, the requantization's five stages and the output buffer's two.
constexpr int kConvolutionLatency = 11;
/// The same without product: ring, padding, sum, then as above.
constexpr int kAverageLatency = 10;
constexpr int kMaximumLatency = 5;
constexpr int kAddLatency = 7;
/// A group's results leave over at most this many beats.
constexpr int kMostBeatsPerGroup = 16;

/// The fewest lanes that still hand out `pe` results while the next group is computed.
int narrowestOutput(int pe, int steps) {
    const int most = std::min(steps, kMostBeatsPerGroup);
    for (int lanes = std::max(1, pe / most); lanes < pe; ++lanes) {
        if (pe % lanes == 0 && pe / lanes <= most) {
            return lanes;
        }
    }
    return pe;
}

} // namespace

int log2Ceil(std::int64_t values) {
    return values <= 1 ? 0 : static_cast<int>(std::bit_width(static_cast<std::uint64_t>(values - 1)));
}

bool ringInBlock(int depthLog2) {
    return depthLog2 > 6;
}

bool romInBlock(std::int64_t depth, std::int64_t width) {
    return depth > 128 && depth * width >= 4096;
}

bool scaleInBlock(std::int64_t words) {
    return words > 256;
}

std::int64_t ringBeats(const Layer& layer, const Folding& folding) {
    const std::int64_t beats = layer.inputChannels / folding.simd;
    const std::int64_t height = std::int64_t{layer.kernelHeight - 1} * layer.dilationHeight + 1;
    const std::int64_t width = std::int64_t{layer.kernelWidth - 1} * layer.dilationWidth + 1;
    const std::int64_t window = (height - 1) * layer.inputWidth + width;
    const std::int64_t jump = (height - 1 - layer.padTop) * layer.inputWidth + width - layer.padLeft;
    const std::int64_t between =
        std::int64_t{layer.strideHeight - 1} * layer.inputWidth + layer.strideWidth - 1;
    return (window + std::max<std::int64_t>(jump, 0) + between) * beats;
}

Engine engineOf(const Layer& layer, const Folding& folding) {
    Engine engine;
    const int taps = layer.kernelHeight * layer.kernelWidth;
    engine.inputLanes = folding.simd;
    engine.inputBeats = layer.inputChannels / folding.simd;
    engine.outputLanes = folding.pe;
    switch (layer.kind) {
    case LayerKind::Convolution:
        engine.groups = layer.outputChannels / folding.pe;
        engine.steps = taps * engine.inputBeats;
        engine.treeLevels = log2Ceil(folding.simd);
        engine.latency = kConvolutionLatency + engine.treeLevels;
        engine.outputLanes = narrowestOutput(folding.pe, engine.steps);
        break;
    case LayerKind::DepthwiseConvolution:
    case LayerKind::AveragePool:
        engine.groups = engine.inputBeats;
        engine.steps = taps;
        engine.latency = layer.kind == LayerKind::AveragePool ? kAverageLatency : kConvolutionLatency;
        engine.outputLanes = narrowestOutput(folding.pe, engine.steps);
        break;
    case LayerKind::MaximumPool:
        engine.groups = engine.inputBeats;
        engine.steps = taps;
        engine.latency = kMaximumLatency;
        break;
    case LayerKind::Add:
        engine.groups = engine.inputBeats;
        engine.latency = kAddLatency;
        break;
    }
    engine.beatsPerGroup = folding.pe / engine.outputLanes;
    if (layer.kind != LayerKind::Add) {
        engine.ringLog2 = std::max(2, log2Ceil(ringBeats(layer, folding)));
    }
    // Places for all the groups in flight, so that a ready consumer never makes the engine wait.
    const int flight = engine.steps + engine.latency + engine.beatsPerGroup - 1;
    while ((1 << engine.fifoLog2) / engine.beatsPerGroup * engine.steps < flight) {
        ++engine.fifoLog2;
    }
    const std::int64_t pixels = std::int64_t{layer.outputHeight} * layer.outputWidth;
    engine.inputFrame = std::int64_t{layer.inputHeight} * layer.inputWidth * engine.inputBeats;
    engine.outputFrame = pixels * engine.groups * engine.beatsPerGroup;
    engine.work = pixels * engine.groups * engine.steps;
    return engine;
}

} // namespace tandem::hw::pipeline
