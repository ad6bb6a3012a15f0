// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/resolution.h"

#include <algorithm>

namespace tandem::space {

namespace {

int bitsAt(int place, std::span<const std::uint8_t> encoding) {
    return place == kNone ? kMostBits : kFewestBits + encoding[at(place)];
}

bool hasWeights(const PlannedLayer& layer) {
    return layer.kind == hw::LayerKind::Convolution || layer.kind == hw::LayerKind::DepthwiseConvolution;
}

/// The format that a layer's output takes, given what it reads.
void resolveOutput(const Plan& plan, const ParameterPlaces& places, std::span<const std::uint8_t> encoding,
                   const PlannedLayer& layer, Resolution& result) {
    const Resolution::Tensor& input = result.tensors[at(layer.inputs[0])];
    Resolution::Tensor& output = result.tensors[at(layer.output)];
    output.source = layer.output;
    const bool isClamped = plan.tensors[at(layer.output)].clampsNegative;
    output.bits =
        layer.bundle == kNone ? kMostBits : bitsAt(places.activationBits[at(layer.bundle)], encoding);
    switch (layer.kind) {
    case hw::LayerKind::Convolution: {
        output.group = plan.tensors[at(layer.output)].group;
        const WidthGroup& group = plan.groups[at(output.group)];
        const int place = places.width[at(output.group)];
        output.choice = place == kNone ? static_cast<int>(group.counts.size()) - 1
                                       : static_cast<int>(encoding[at(place)]);
        output.channels = group.counts[at(output.choice)];
        output.isSigned = !isClamped;
        return;
    }
    case hw::LayerKind::DepthwiseConvolution:
        output.isSigned = !isClamped;
        break;
    case hw::LayerKind::MaximumPool:
        output.bits = input.bits;
        output.isSigned = input.isSigned && !isClamped;
        break;
    case hw::LayerKind::AveragePool:
        output.isSigned = input.isSigned && !isClamped;
        break;
    case hw::LayerKind::Add:
        output.isSigned = (input.isSigned || result.tensors[at(layer.inputs[1])].isSigned) && !isClamped;
        break;
    case hw::LayerKind::Table:
    case hw::LayerKind::Concat:
    case hw::LayerKind::Select:
    case hw::LayerKind::Expand:
    case hw::LayerKind::Scale:
    case hw::LayerKind::SpaceToDepth:
    case hw::LayerKind::DepthToSpace:
        break;
    }
    output.group = input.group;
    output.choice = input.choice;
    output.channels = input.channels;
}

} // namespace

void resolve(const Plan& plan, const ParameterPlaces& places, std::span<const std::uint8_t> encoding,
             Resolution& result) {
    result.tensors.resize(plan.tensors.size());
    result.layers.resize(plan.layers.size());
    result.skipped.assign(plan.skips.size(), 0);
    for (Resolution::Layer& layer : result.layers) {
        layer.present = true;
    }
    for (std::size_t i = 0; i < plan.skips.size(); ++i) {
        if (encoding[at(places.skip[i])] == 0) {
            result.skipped[i] = 1;
            for (const int layer : plan.skips[i].layers) {
                result.layers[at(layer)].present = false;
            }
        }
    }
    Resolution::Tensor& entry = result.tensors[at(plan.input)];
    entry.source = plan.input;
    entry.group = plan.tensors[at(plan.input)].group;
    entry.choice = 0;
    entry.channels = plan.groups[at(entry.group)].channels;
    entry.bits = kMostBits;
    entry.isSigned = !plan.tensors[at(plan.input)].clampsNegative;
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
        const PlannedLayer& layer = plan.layers[i];
        Resolution::Layer& resolved = result.layers[i];
        if (resolved.present) {
            const int place = places.kernel[i];
            resolved.kernel = place == kNone ? static_cast<int>(layer.kernels.size()) - 1
                                             : static_cast<int>(encoding[at(place)]);
            resolved.weightBits =
                hasWeights(layer) ? bitsAt(places.weightBits[at(layer.bundle)], encoding) : kMostBits;
            resolveOutput(plan, places, encoding, layer, result);
        }
        if (layer.endsSkip != kNone && result.skipped[at(layer.endsSkip)] != 0) {
            const Skip& skip = plan.skips[at(layer.endsSkip)];
            Resolution::Tensor& from = result.tensors[at(skip.from)];
            if (skip.keepsActivation && plan.tensors[at(skip.to)].clampsNegative) {
                from.isSigned = false;
            }
            result.tensors[at(skip.to)] = from;
        }
    }
}

} // namespace tandem::space
