// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/resolution.h"

#include <algorithm>
#include <numeric>

namespace tandem::space {

namespace {

int bitsAt(int place, std::span<const std::uint8_t> encoding) {
    return place == kNone ? kMostBits : kFewestBits + encoding[at(place)];
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
    const quant::KindTraits traits = quant::traitsOf(layer.kind);
    const auto isSigned = [&](int tensor) { return result.tensors[at(tensor)].isSigned; };
    switch (traits.sign) {
    case quant::SignRule::Own:
        output.isSigned = true;
        break;
    case quant::SignRule::First:
        output.isSigned = isSigned(layer.inputs[0]);
        break;
    case quant::SignRule::Any:
        output.isSigned = std::ranges::any_of(layer.inputs, isSigned);
        break;
    }
    // What puts channels elsewhere joins its inputs' format, whatever clamps it.
    output.isSigned = output.isSigned && (quant::movesChannels(layer.kind) || !isClamped);
    if (traits.channels == quant::ChannelRule::Same) {
        output.group = input.group;
        output.choice = input.choice;
        output.channels = input.channels;
        return;
    }
    output.group = plan.tensors[at(layer.output)].group;
    const WidthGroup& group = plan.groups[at(output.group)];
    if (traits.channels == quant::ChannelRule::Own) {
        const int place = places.width[at(output.group)];
        output.choice = place == kNone ? static_cast<int>(group.counts.size()) - 1
                                       : static_cast<int>(encoding[at(place)]);
        output.channels = group.counts[at(output.choice)];
    } else { // never pruned
        output.choice = 0;
        output.channels = group.channels;
    }
}

int formatRoot(std::vector<int>& formatOf, int tensor) {
    while (formatOf[at(tensor)] != tensor) {
        tensor = formatOf[at(tensor)] = formatOf[at(formatOf[at(tensor)])];
    }
    return tensor;
}

/// What layers that only move data join has the widest of its writers' formats, signed where one of them is.
void joinFormats(const Plan& plan, Resolution& result) {
    std::vector<int>& formatOf = result.formatOf;
    bool isJoined = false;
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
        const PlannedLayer& layer = plan.layers[i];
        if (!result.layers[i].present || !layer.keepsFormat) {
            continue;
        }
        isJoined = true;
        for (const int input : layer.inputs) {
            formatOf[at(formatRoot(formatOf, result.tensors[at(input)].source))] =
                formatRoot(formatOf, layer.output);
        }
    }
    if (!isJoined) {
        return;
    }
    // The first writer of a class sets the root's format, the others widen it.
    result.hasFormat.assign(plan.tensors.size(), 0);
    const auto take = [&](int tensor) {
        const Resolution::Tensor own = result.tensors[at(tensor)];
        const int index = formatRoot(formatOf, tensor);
        Resolution::Tensor& root = result.tensors[at(index)];
        const bool isFirst = result.hasFormat[at(index)] == 0;
        root.bits = isFirst ? own.bits : std::max(root.bits, own.bits);
        root.isSigned = isFirst ? own.isSigned : root.isSigned || own.isSigned;
        result.hasFormat[at(index)] = 1;
    };
    take(plan.input);
    for (std::size_t i = 0; i < plan.layers.size(); ++i) {
        if (result.layers[i].present && !plan.layers[i].keepsFormat) {
            take(plan.layers[i].output);
        }
    }
    for (std::size_t tensor = 0; tensor < plan.tensors.size(); ++tensor) {
        Resolution::Tensor& resolved = result.tensors[tensor];
        const Resolution::Tensor& root = result.tensors[at(formatRoot(formatOf, resolved.source))];
        resolved.bits = root.bits;
        resolved.isSigned = root.isSigned;
    }
}

} // namespace

void resolve(const Plan& plan, const ParameterPlaces& places, std::span<const std::uint8_t> encoding,
             Resolution& result) {
    result.tensors.resize(plan.tensors.size());
    result.layers.resize(plan.layers.size());
    result.skipped.assign(plan.skips.size(), 0);
    result.formatOf.resize(plan.tensors.size());
    std::iota(result.formatOf.begin(), result.formatOf.end(), 0);
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
            resolved.weightBits = hw::traitsOf(layer.kind).hasWeights
                                      ? bitsAt(places.weightBits[at(layer.bundle)], encoding)
                                      : kMostBits;
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
    joinFormats(plan, result);
}

} // namespace tandem::space
