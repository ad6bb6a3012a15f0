// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bits.h"
#include "core/hw/folded/passes.h"

#include <algorithm>

namespace tandem::hw::folded {

namespace {

/// By the passes themselves: kinds whose passes depend on which channels go where.
std::int64_t emittedCycles(const Layer& layer, const Parameters& parameters) {
    Workload workload;
    workload.layers = {layer};
    const auto blocks = [&](int channels) { return blocksOf(channels, parameters.columns); };
    std::vector<Place> in;
    if (traitsOf(layer.kind).channels == ChannelRule::Joined) {
        for (const int part : layer.parts) {
            in.push_back({0, {0, layer.inputHeight}, layer.inputWidth, blocks(part)});
        }
    } else {
        in.push_back({0, {0, layer.inputHeight}, layer.inputWidth, blocks(layer.inputChannels)});
    }
    Program program;
    PassWriter writer(workload, parameters, program);
    // The work area stands elsewhere than the output.
    writer.layer(0, {0, {0, layer.outputHeight}, layer.outputWidth, blocks(layer.outputChannels)}, in, 1);
    std::int64_t sum = 0;
    for (const Pass& pass : program.passes) {
        sum += kFetchCycles + pass.steps() + program.images[static_cast<std::size_t>(pass.image)].chunks;
    }
    return sum;
}

} // namespace

void PassWriter::passes(const Place& out, std::span<const Place> in, std::int64_t work) {
    switch (at().kind) {
    case LayerKind::Convolution:
        return convolution(out, in[0]);
    case LayerKind::DepthwiseConvolution:
        return window(out, in[0], Pass::Lane::Weights);
    case LayerKind::MaximumPool:
        return window(out, in[0], Pass::Lane::Maximum);
    case LayerKind::AveragePool:
        return window(out, in[0], Pass::Lane::Factors);
    case LayerKind::Add:
        return add(out, in);
    case LayerKind::Table:
        return lookUp(out, in[0]);
    case LayerKind::Concat:
        return concat(out, in, work);
    case LayerKind::Select:
        return select(out, in[0]);
    case LayerKind::Expand:
        return expand(out, in[0]);
    case LayerKind::Scale:
        return scale(out, in);
    case LayerKind::SpaceToDepth:
        return spaceToDepth(out, in[0]);
    case LayerKind::DepthToSpace:
        return depthToSpace(out, in[0]);
    }
}

int sumBits(const Layer& layer, int activationBits) {
    const int lanes = activationBits - 1;
    const int taps = layer.kernelHeight * layer.kernelWidth;
    switch (layer.kind) {
    case LayerKind::Convolution:
    case LayerKind::DepthwiseConvolution: {
        const int terms = taps * (layer.inputChannels / layer.groups);
        const int bound = lanes + layer.weightBits - 1 + log2Ceil(terms) + 1;
        const int moved = layer.inputSigned ? 0 : activationBits - layer.inputBits + 1;
        return std::min(bound, layer.accumulatorBits + moved);
    }
    case LayerKind::AveragePool:
        return lanes + log2Ceil(taps) + 1;
    case LayerKind::Add:
        return lanes + layer.multiplierBits + (layer.multiplierBits == 0 ? 16 : 0) + 2;
    case LayerKind::Scale:
        return 2 * activationBits + 3;
    case LayerKind::MaximumPool:
    case LayerKind::Table:
    case LayerKind::Concat:
    case LayerKind::Select:
    case LayerKind::Expand:
    case LayerKind::SpaceToDepth:
    case LayerKind::DepthToSpace:
        break;
    }
    return 0;
}

std::int64_t layerCycles(const Layer& layer, const Parameters& parameters) {
    const std::int64_t pixels = std::int64_t{layer.outputHeight} * layer.outputWidth;
    const std::int64_t taps = std::int64_t{layer.kernelHeight} * layer.kernelWidth;
    const std::int64_t blocks = dividedUp(layer.outputChannels, parameters.columns);
    switch (layer.kind) {
    case LayerKind::Convolution: {
        if (layer.groups > 1) {
            return emittedCycles(layer, parameters);
        }
        const std::int64_t group = taps * dividedUp(layer.inputChannels, parameters.rows);
        const bool whole =
            parameters.order == Order::Outputs && group * blocks <= wholeLayerWords(parameters);
        return kFetchCycles + (whole ? 1 : blocks) + pixels * group * blocks;
    }
    case LayerKind::DepthwiseConvolution:
    case LayerKind::MaximumPool:
    case LayerKind::AveragePool:
        return kFetchCycles + 1 + pixels * taps * blocks;
    case LayerKind::Add:
    case LayerKind::Scale:
        return kFetchCycles + 1 + 2 * pixels * blocks;
    case LayerKind::Table:
        return kFetchCycles + 1 + pixels * blocks;
    case LayerKind::Concat:
    case LayerKind::Select:
    case LayerKind::Expand:
    case LayerKind::SpaceToDepth:
    case LayerKind::DepthToSpace:
        break;
    }
    return emittedCycles(layer, parameters);
}

} // namespace tandem::hw::folded
