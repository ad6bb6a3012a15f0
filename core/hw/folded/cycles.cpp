// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bits.h"
#include "core/hw/folded/passes.h"

namespace tandem::hw::folded {

namespace {

/// By the passes themselves: kinds whose passes depend on which channels go where.
std::int64_t emittedCycles(const Layer& layer, const Parameters& parameters) {
    Workload workload;
    workload.layers = {layer};
    const auto blocks = [&](int channels) { return blocksOf(channels, parameters.columns); };
    std::vector<Place> in;
    if (layer.kind == LayerKind::Concat) {
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
