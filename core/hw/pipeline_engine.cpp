// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline_engine.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

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

int productsPerDsp(const Layer& layer, const Folding& folding) {
    if (folding.multiplier != Multiplier::Packed) {
        return folding.multiplier == Multiplier::Fabric ? 0 : 1;
    }
    const int product = layer.inputBits + layer.weightBits;
    int count = std::min(folding.pe, (kDspOperandBits - layer.weightBits) / product + 1);
    while (folding.pe % count != 0) {
        --count;
    }
    return count;
}

int log2Ceil(std::int64_t values) {
    return values <= 1 ? 0 : static_cast<int>(std::bit_width(static_cast<std::uint64_t>(values - 1)));
}

bool ringInBlock(int depthLog2) {
    return depthLog2 > 6;
}

BlockRams blockRams(std::int64_t depth, std::int64_t width, Memory memory) {
    // One primitive holds fewer words the wider they are. Yosys takes the cheapest shape; its costs
    // (techlibs/ xilinx/brams_xc5v_map, passes/memory/memory_libmap), doubled, with half a unit for each bit
    // of the multiplexers behind memories deeper than the shape: words stand above each other there, and
    // read-only ones may share a row.
    struct Shape {
        int log2, width, cost;
    };
    constexpr int kCost18 = 258, kCost36 = 514;
    constexpr std::array<Shape, 13> kShapes{{{9, 36, kCost18},
                                             {10, 18, kCost18},
                                             {11, 9, kCost18},
                                             {12, 4, kCost18},
                                             {13, 2, kCost18},
                                             {14, 1, kCost18},
                                             {9, 72, kCost36},
                                             {10, 36, kCost36},
                                             {11, 18, kCost36},
                                             {12, 9, kCost36},
                                             {13, 4, kCost36},
                                             {14, 2, kCost36},
                                             {15, 1, kCost36}}};
    const int log2 = log2Ceil(depth);
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    BlockRams best;
    for (const Shape& shape : kShapes) {
        const int deeper = std::max(0, log2 - shape.log2);
        const std::int64_t row = memory == Memory::ReadOnly ? width << deeper : width;
        const std::int64_t beside = (row + shape.width - 1) / shape.width;
        const std::int64_t count = memory == Memory::ReadOnly ? beside : beside << deeper;
        const std::int64_t cost = count * shape.cost + width * ((std::int64_t{1} << deeper) - 1);
        if (cost < least) {
            least = cost;
            const int blocks = static_cast<int>(count);
            best = shape.cost == kCost36 ? BlockRams{blocks, 0} : BlockRams{0, blocks};
        }
    }
    return best;
}

bool romInBlock(std::int64_t depth, std::int64_t width, WeightStore store) {
    if (store != WeightStore::Smaller) {
        return store == WeightStore::Block;
    }
    constexpr int kLutsPerRamb18 = 190, kBitsPerLut = 64;
    const BlockRams blocks = blockRams(depth, width, Memory::ReadOnly);
    const std::int64_t luts = width * ((depth + kBitsPerLut - 1) / kBitsPerLut);
    return std::int64_t{kLutsPerRamb18} * (2 * blocks.ramb36 + blocks.ramb18) < luts;
}

namespace {

/// Largest amount by which the beats that pixels need run ahead of an even flow of `flow` beats a pixel, and
/// by which that flow runs ahead of the beats that pixels let go. Both are piecewise linear in row and
/// column, so their ends and the cells where the window meets the map's border decide.
double unevenBeats(const Layer& layer, int beats, std::int64_t height, std::int64_t width, double flow) {
    const std::int64_t rows = layer.inputHeight, columns = layer.inputWidth;
    const auto border = [](std::int64_t size, std::int64_t extent, int pad, int stride, int last) {
        return static_cast<int>(std::clamp<std::int64_t>((size - extent + pad) / stride, 0, last));
    };
    const int lastY = layer.outputHeight - 1, lastX = layer.outputWidth - 1;
    const int borderY = border(rows, height, layer.padTop, layer.strideHeight, lastY);
    const int borderX = border(columns, width, layer.padLeft, layer.strideWidth, lastX);
    double ahead = 0, behind = 0;
    for (const int y : {0, borderY, std::min(borderY + 1, lastY), lastY}) {
        const std::int64_t top = std::int64_t{y} * layer.strideHeight - layer.padTop;
        for (const int x : {0, borderX, std::min(borderX + 1, lastX), lastX}) {
            const std::int64_t left = std::int64_t{x} * layer.strideWidth - layer.padLeft;
            const std::int64_t need =
                (std::min(top + height, rows) - 1) * columns + std::min(left + width, columns);
            const double pixel = static_cast<double>(std::int64_t{y} * layer.outputWidth + x);
            ahead = std::max(ahead, static_cast<double>(need * beats) - pixel * flow);
            behind =
                std::max(behind, (pixel + 1) * flow - static_cast<double>((top * columns + left) * beats));
        }
    }
    return ahead + behind;
}

} // namespace

std::int64_t ringBeats(const Layer& layer, const Folding& folding) {
    const int beats = layer.inputChannels / folding.simd;
    const std::int64_t height = std::int64_t{layer.kernelHeight - 1} * layer.dilationHeight + 1;
    const std::int64_t width = std::int64_t{layer.kernelWidth - 1} * layer.dilationWidth + 1;
    const std::int64_t window = (height - 1) * layer.inputWidth + width;
    const double flow = static_cast<double>(std::int64_t{layer.inputHeight} * layer.inputWidth * beats) /
                        static_cast<double>(std::int64_t{layer.outputHeight} * layer.outputWidth);
    const auto even = static_cast<std::int64_t>(unevenBeats(layer, beats, height, width, flow)) + 2;
    return std::max(window * beats, even);
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
        engine.latency =
            kConvolutionLatency + engine.treeLevels + (folding.multiplier == Multiplier::Packed ? 1 : 0);
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
    case LayerKind::Table:
    case LayerKind::Concat:
    case LayerKind::Select:
    case LayerKind::Expand:
    case LayerKind::Scale:
    case LayerKind::SpaceToDepth:
    case LayerKind::DepthToSpace:
        break; // refused by check()
    }
    engine.beatsPerGroup = folding.pe / engine.outputLanes;
    if (layer.kind != LayerKind::Add) {
        engine.ringBeats = ringBeats(layer, folding);
        engine.ringLog2 = std::max(2, log2Ceil(engine.ringBeats));
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
