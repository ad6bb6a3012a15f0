// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/fault.h"
#include "core/hw/pipeline/netlist.h"

#include <bit>
#include <numeric>
#include <utility>

namespace tandem::hw::pipeline {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

/// Keeps the first thing that is required and does not hold.
class Requirements {
  public:
    /// Whether everything holds so far, this included.
    template <typename... Arguments>
    bool require(bool condition, const Layer& layer, fmt::format_string<Arguments...> what,
                 Arguments&&... arguments) {
        if (!condition && !fault_) {
            fault_ = fmt::format("layer '{}': {}", layer.name,
                                 fmt::format(what, std::forward<Arguments>(arguments)...));
        }
        return !fault_;
    }
    const Fault& fault() const { return fault_; }

  private:
    Fault fault_;
};

void checkAxis(Requirements& all, const Layer& layer, const char* axis, int in, int out, int kernel,
               int stride, int dilation, int before, int after) {
    const int extent = (kernel - 1) * dilation + 1;
    all.require(in > 0 && out > 0 && kernel > 0 && stride > 0 && dilation > 0 && before >= 0 && after >= 0,
                layer, "{}: sizes, kernel, stride and dilation must be positive, pads not negative", axis) &&
        all.require(before < extent && after < extent, layer,
                    "{}: pads {} and {} must be less than the dilated kernel {} for the pipeline template",
                    axis, before, after, extent) &&
        all.require(in + before + after >= extent && out == (in + before + after - extent) / stride + 1,
                    layer, "{}: {} output cells do not follow from {} input cells, kernel {}, stride {}",
                    axis, out, in, extent, stride);
}

void checkWindow(Requirements& all, const Layer& layer) {
    checkAxis(all, layer, "rows", layer.inputHeight, layer.outputHeight, layer.kernelHeight,
              layer.strideHeight, layer.dilationHeight, layer.padTop, layer.padBottom);
    checkAxis(all, layer, "columns", layer.inputWidth, layer.outputWidth, layer.kernelWidth,
              layer.strideWidth, layer.dilationWidth, layer.padLeft, layer.padRight);
    all.require(traitsOf(layer.kind).channels == ChannelRule::Own ||
                    layer.inputChannels == layer.outputChannels,
                layer, "must have as many output as input channels");
    all.require(layer.groups > 0 && layer.inputChannels % layer.groups == 0 &&
                    layer.outputChannels % layer.groups == 0,
                layer, "{} groups do not divide its channels", layer.groups);
}

/// The output's shape follows from the input's.
void checkShape(Requirements& all, const Layer& layer) {
    const quant::KindTraits traits = traitsOf(layer.kind);
    if (traits.hasWindow) {
        return checkWindow(all, layer);
    }
    int channels = layer.inputChannels;
    int height = layer.inputHeight * layer.expandHeight, width = layer.inputWidth * layer.expandWidth;
    const auto isThere = [&](int channel) { return channel >= 0 && channel < layer.inputChannels; };
    switch (traits.channels) {
    case ChannelRule::Own:
    case ChannelRule::Same:
        break;
    case ChannelRule::Joined:
        all.require(std::reduce(layer.parts.begin(), layer.parts.end()) == channels, layer,
                    "its channels are not those of its inputs together");
        break;
    case ChannelRule::Selected:
        channels = static_cast<int>(layer.channels.size());
        all.require(!layer.channels.empty() && std::ranges::all_of(layer.channels, isThere), layer,
                    "selects a channel that is not there, or none");
        break;
    case ChannelRule::Spread:
        if (!all.require(layer.block > 0 && height % layer.block == 0 && width % layer.block == 0, layer,
                         "blocks of {} cells do not divide {}x{}", layer.block, height, width)) {
            return;
        }
        channels *= layer.block * layer.block;
        height /= layer.block;
        width /= layer.block;
        break;
    case ChannelRule::Gathered:
        if (!all.require(layer.block > 0 && channels % (layer.block * layer.block) == 0, layer,
                         "blocks of {} cells do not divide {} channels", layer.block, channels)) {
            return;
        }
        channels /= layer.block * layer.block;
        height *= layer.block;
        width *= layer.block;
        break;
    }
    all.require(channels == layer.outputChannels && height == layer.outputHeight &&
                    width == layer.outputWidth,
                layer, "makes {}x{}x{}, not {}x{}x{}", channels, height, width, layer.outputChannels,
                layer.outputHeight, layer.outputWidth);
}

/// What arrives is what the layer expects.
void checkInput(Requirements& all, const Workload& workload, const Layer& layer, std::size_t input) {
    const int producer = layer.inputs[input];
    const bool outside = producer == kNetworkInput;
    const Layer* from = outside ? nullptr : &workload.layers[at(producer)];
    const int channels = outside ? workload.inputChannels : from->outputChannels;
    const int height = outside ? workload.inputHeight : from->outputHeight;
    const int width = outside ? workload.inputWidth : from->outputWidth;
    const int bits = outside ? workload.inputBits : from->outputBits;
    const quant::KindTraits traits = traitsOf(layer.kind);
    const bool joins = traits.channels == ChannelRule::Joined;
    const bool factors = traits.readsFactors && input == 1;
    const int wantedChannels = joins ? layer.parts[input] : layer.inputChannels;
    const int wantedHeight = factors ? 1 : layer.inputHeight, wantedWidth = factors ? 1 : layer.inputWidth;
    all.require(channels == wantedChannels && height == wantedHeight && width == wantedWidth, layer,
                "expects {}x{}x{} but is given {}x{}x{}", wantedChannels, wantedHeight, wantedWidth, channels,
                height, width);
    all.require(!joins || bits == layer.outputBits, layer, "joins channels of {} bits to {} bits", bits,
                layer.outputBits);
}

/// Layer l and what it reads.
void checkLayer(Requirements& all, const Workload& workload, int l) {
    const Layer& layer = workload.layers[at(l)];
    const std::size_t streams = layer.inputs.size();
    const int wanted = traitsOf(layer.kind).inputs;
    const bool counted = wanted == quant::kManyInputs ? streams >= 2 && streams == layer.parts.size()
                                                      : streams == static_cast<std::size_t>(wanted);
    if (!all.require(counted, layer, "a {} cannot read {} streams", kindName(layer.kind), streams)) {
        return;
    }
    for (std::size_t i = 0; i < streams; ++i) {
        if (!all.require(layer.inputs[i] >= kNetworkInput && layer.inputs[i] < l, layer,
                         "reads a layer that does not stand before it")) {
            return;
        }
        checkInput(all, workload, layer, i);
    }
    checkShape(all, layer);
    const auto isWidth = [](int bits) { return bits >= 1 && bits <= 16; };
    all.require(isWidth(layer.inputBits) && isWidth(layer.outputBits) && layer.weightBits >= 2 &&
                    layer.weightBits <= 8,
                layer, "weights must have 2 to 8 bits, activations 1 to 16");
}

void checkFolding(Requirements& all, const Layer& layer, const Folding& folding) {
    const bool divides = folding.pe > 0 && folding.simd > 0 && layer.outputChannels % folding.pe == 0 &&
                         layer.inputChannels % folding.simd == 0;
    if (!all.require(divides, layer,
                     "pe {} must divide its {} output channels and simd {} its {} input channels", folding.pe,
                     layer.outputChannels, folding.simd, layer.inputChannels)) {
        return;
    }
    all.require(isLegal(layer, folding, folding.multiplier), layer,
                "multiplier '{}' cannot be built for {} output channels at a time",
                toString(folding.multiplier), folding.pe);
    if (layer.kind == LayerKind::Convolution) {
        return;
    }
    all.require(folding.pe == folding.simd, layer, "pe {} and simd {} must be the same number for a {}",
                folding.pe, folding.simd, kindName(layer.kind));
    all.require(widestLanes(layer) % folding.simd == 0, layer,
                "{} channels side by side: a {} needs a divisor of {} here", folding.simd,
                kindName(layer.kind), widestLanes(layer));
}

Fault portFault(const WeightPort& port) {
    constexpr int kNarrowest = 8, kWidest = 1024; // AXI4
    if (port.busBits < kNarrowest || port.busBits > kWidest ||
        !std::has_single_bit(static_cast<unsigned>(port.busBits))) {
        return fmt::format("a port for weights has {} bits: it needs a power of two from {} to {}",
                           port.busBits, kNarrowest, kWidest);
    }
    if (port.memory.latency < 1 || port.memory.gap < 1) {
        return fmt::format("memory with a latency of {} cycles and a beat every {}: both must be positive",
                           port.memory.latency, port.memory.gap);
    }
    return std::nullopt;
}

/// Lists of parameters that have another length than what they are about.
Fault lengthFault(const Workload& workload, const Parameters& parameters) {
    if (parameters.foldings.size() != workload.layers.size()) {
        return fmt::format("{} foldings for {} layers", parameters.foldings.size(), workload.layers.size());
    }
    std::size_t inputs = 0;
    for (const Layer& layer : workload.layers) {
        inputs += layer.inputs.size();
    }
    if (!parameters.inputBeats.empty() && parameters.inputBeats.size() != inputs) {
        return fmt::format("{} buffers for {} inputs of layers", parameters.inputBeats.size(), inputs);
    }
    if (!parameters.weightColumns.empty() && parameters.weightColumns.size() != workload.layers.size()) {
        return fmt::format("widths of {} weight memories for {} layers", parameters.weightColumns.size(),
                           workload.layers.size());
    }
    return std::nullopt;
}

} // namespace

Fault shapeFault(const Layer& layer) {
    Requirements all;
    checkShape(all, layer);
    return all.fault();
}

Fault fault(const Workload& workload) {
    const int layers = static_cast<int>(workload.layers.size());
    if (layers == 0) {
        return "the pipeline template needs at least one layer";
    }
    Requirements all;
    std::vector<int> readers(at(layers + 1), 0);
    for (int l = 0; l < layers && !all.fault(); ++l) {
        checkLayer(all, workload, l);
        for (const int input : workload.layers[at(l)].inputs) {
            if (!all.fault()) {
                ++readers[at(input + 1)];
            }
        }
    }
    ++readers[at(layers)];
    for (int l = 0; l < layers; ++l) {
        all.require(readers[at(l + 1)] > 0, workload.layers[at(l)],
                    "its result is read by no later layer, and only the last layer's leaves the accelerator");
    }
    return all.fault();
}

Fault fault(const Workload& workload, const Parameters& parameters) {
    for (const Fault& first :
         {fault(workload), portFault(parameters.weightPort), lengthFault(workload, parameters)}) {
        if (first) {
            return first;
        }
    }
    Requirements all;
    for (std::size_t l = 0; l < workload.layers.size(); ++l) {
        checkFolding(all, workload.layers[l], parameters.foldings[l]);
    }
    return all.fault();
}

} // namespace tandem::hw::pipeline
