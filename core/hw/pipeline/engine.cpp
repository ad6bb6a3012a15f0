// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline/engine.h"

#include "core/hw/pipeline/weight_stream.h"

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
constexpr int kChannelScaleLatency = 8;
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

bool ringInBlock(int depthLog2) {
    return depthLog2 > 6;
}

bool romInBlock(std::int64_t depth, std::int64_t width, WeightStore store) {
    if (store != WeightStore::Smaller) {
        return store == WeightStore::Block;
    }
    constexpr int kLutsPerRamb18 = 190, kBitsPerLut = 64;
    const BlockRams blocks = blockRams(depth, width, MemoryUse::ReadOnly);
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
    // Both are sums of what the row gives and what the column gives.
    const double row = static_cast<double>(columns * beats), rowFlow = layer.outputWidth * flow;
    double aheadY = std::numeric_limits<double>::lowest(), behindY = aheadY, aheadX = aheadY,
           behindX = aheadY;
    for (const int y : {0, borderY, std::min(borderY + 1, lastY), lastY}) {
        const std::int64_t top = std::int64_t{y} * layer.strideHeight - layer.padTop;
        aheadY = std::max(aheadY, static_cast<double>(std::min(top + height, rows) - 1) * row - y * rowFlow);
        behindY = std::max(behindY, y * rowFlow - static_cast<double>(top) * row);
    }
    for (const int x : {0, borderX, std::min(borderX + 1, lastX), lastX}) {
        const std::int64_t left = std::int64_t{x} * layer.strideWidth - layer.padLeft;
        aheadX = std::max(aheadX, static_cast<double>(std::min(left + width, columns) * beats) - x * flow);
        behindX = std::max(behindX, (x + 1) * flow - static_cast<double>(left * beats));
    }
    return std::max(0.0, aheadY + aheadX) + std::max(0.0, behindY + behindX);
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

bool hasWindow(Module module) {
    return module == Module::Convolution || module == Module::Pool;
}

bool hasOutputBuffer(Module module) {
    return hasWindow(module) || module == Module::Add || module == Module::ChannelScale;
}

namespace {

/// Slices of the input channels that groups read one after the other: where lanes of a grouped convolution
/// stay within its groups. Other lanes make it a dense one with zeros.
int slicesOf(const Layer& layer, const Folding& folding) {
    const bool within = layer.inputChannels / layer.groups % folding.simd == 0 &&
                        layer.outputChannels / layer.groups % folding.pe == 0;
    return within ? layer.groups : 1;
}

/// Everything about a window engine but the sizes that follow from its steps.
void setWindow(Engine& engine, const Layer& layer, const Folding& folding) {
    const int taps = layer.kernelHeight * layer.kernelWidth;
    if (layer.kind == LayerKind::Convolution) {
        engine.slices = slicesOf(layer, folding);
        engine.groups = layer.outputChannels / folding.pe;
        engine.steps = taps * engine.inputBeats / engine.slices;
        engine.treeLevels = log2Ceil(folding.simd);
        engine.latency = kConvolutionLatency + engine.treeLevels + multiplierLatency(folding.multiplier);
    } else {
        engine.module = layer.kind == LayerKind::DepthwiseConvolution ? Module::Convolution : Module::Pool;
        engine.groups = engine.inputBeats;
        engine.steps = taps;
        engine.latency = layer.kind == LayerKind::MaximumPool   ? kMaximumLatency
                         : layer.kind == LayerKind::AveragePool ? kAverageLatency
                                                                : kConvolutionLatency;
    }
    if (layer.kind != LayerKind::MaximumPool) {
        engine.outputLanes = narrowestOutput(folding.pe, engine.steps);
    }
    engine.ringBeats = ringBeats(layer, folding);
}

/// Module and buffers of an engine that works beat by beat.
void setStream(Engine& engine, const Layer& layer, int lanes) {
    switch (layer.kind) {
    case LayerKind::Add:
        engine.module = Module::Add;
        engine.latency = kAddLatency;
        break;
    case LayerKind::Table:
        engine.module = Module::Table;
        break;
    case LayerKind::Concat:
        engine.module = Module::Concat;
        engine.latency = 0;
        break;
    case LayerKind::Select:
        if (selectsRange(layer) && layer.channels.front() % lanes == 0) {
            engine.module = Module::Crop;
            engine.latency = 0;
        } else {
            engine.module = Module::Select;
            engine.ringBeats = std::int64_t{2} * engine.inputBeats;
        }
        break;
    case LayerKind::Expand:
        if (!layer.expandRepeats) {
            engine.module = Module::Insert;
            engine.latency = 0;
            break;
        }
        [[fallthrough]];
    case LayerKind::SpaceToDepth:
    case LayerKind::DepthToSpace: {
        // What one unit needs before it starts, and what comes at an even pace until its places are free.
        engine.module = Module::Reorder;
        const Reorder order = reorderOf(layer, lanes);
        engine.ringBeats =
            2 * (order.freed > 0 ? ((layer.block - 1) * order.extents[3] + 1) * order.freed : order.unit);
        break;
    }
    case LayerKind::Scale:
        engine.module = Module::ChannelScale;
        engine.latency = kChannelScaleLatency;
        break;
    case LayerKind::Convolution:
    case LayerKind::DepthwiseConvolution:
    case LayerKind::MaximumPool:
    case LayerKind::AveragePool:
        break;
    }
}

/// Slows an engine down to the pace at which memory gives its weights.
void setWeightStream(Engine& engine, const Layer& layer, const Folding& folding, const WeightPort& port) {
    constexpr int kFirstRequest = 1, kRing = 1; // after reset; from a beat's arrival to its step
    const WeightStream stream = weightStreamOf(layer, folding, engine, port);
    engine.pace = stream.beatsPerWord * port.memory.gap;
    engine.lead = kFirstRequest + port.memory.latency + (stream.beatsPerWord - 1) * port.memory.gap + kRing;
    engine.wordsHeld = 1 << stream.ringLog2;
    engine.work *= engine.pace;
}

} // namespace

void makeRoom(Engine& engine) {
    const int flight = engine.steps + engine.latency + engine.beatsPerGroup - 1;
    while ((1 << engine.fifoLog2) / engine.beatsPerGroup * engine.steps < flight) {
        ++engine.fifoLog2;
    }
}

Engine engineOf(const Layer& layer, const Folding& folding, const WeightPort& port) {
    Engine engine;
    engine.inputLanes = folding.simd;
    engine.inputBeats = layer.inputChannels / folding.simd;
    engine.outputLanes = folding.pe;
    const std::int64_t pixels = std::int64_t{layer.outputHeight} * layer.outputWidth;
    engine.inputFrame = std::int64_t{layer.inputHeight} * layer.inputWidth * engine.inputBeats;
    if (traitsOf(layer.kind).hasWindow) {
        setWindow(engine, layer, folding);
    } else {
        engine.groups = layer.outputChannels / folding.pe;
        setStream(engine, layer, folding.simd);
    }
    engine.beatsPerGroup = folding.pe / engine.outputLanes;
    if (engine.ringBeats > 0) {
        engine.ringLog2 = std::max(2, log2Ceil(engine.ringBeats));
    }
    makeRoom(engine);
    engine.outputFrame = pixels * engine.groups * engine.beatsPerGroup;
    engine.work = pixels * engine.groups * engine.steps;
    if (streamsWeights(layer, folding)) {
        setWeightStream(engine, layer, folding, port);
    }
    return engine;
}

} // namespace tandem::hw::pipeline
