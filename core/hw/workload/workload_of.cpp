// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/workload/workload_of.h"

#include "core/base/error.h"

#include <algorithm>
#include <bit>

namespace tandem::hw {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

/// 0 where every multiplier is 1.
int multiplierBitsOf(const std::vector<std::uint16_t>& multipliers) {
    return std::ranges::all_of(multipliers, [](std::uint16_t m) { return m == 1; }) ? 0 : 16;
}

void setRequantization(Layer& layer, const quant::Requantization& requantization) {
    const auto [least, most] = std::ranges::minmax(requantization.shift);
    layer.shift = least;
    layer.shiftBits = static_cast<int>(std::bit_width(static_cast<unsigned>(most - least)));
    layer.multiplierBits = multiplierBitsOf(requantization.multiplier);
}

void setWindow(Layer& layer, const nn::Extent& kernel, const nn::Extent& stride, const nn::Padding& padding) {
    layer.kernelHeight = kernel.height;
    layer.kernelWidth = kernel.width;
    layer.strideHeight = stride.height;
    layer.strideWidth = stride.width;
    layer.padTop = padding.top;
    layer.padLeft = padding.left;
    layer.padBottom = padding.bottom;
    layer.padRight = padding.right;
}

/// Sets what depends on the operator; `in` are the tensors that the layer reads.
struct OperatorSetter {
    Layer& layer;
    const std::vector<const quant::IntegerTensor*>& in;

    void operator()(const quant::ConvolutionLayer& op) const {
        layer.kind = convolutionKind(op.groups, layer.inputChannels, layer.outputChannels);
        setWindow(layer, op.kernel, op.stride, op.padding);
        layer.dilationHeight = op.dilation.height;
        layer.dilationWidth = op.dilation.width;
        layer.groups = op.groups;
        layer.weightBits = op.weightBits;
        layer.accumulatorBits = op.accumulatorBits;
        setRequantization(layer, op.requantization);
    }
    void operator()(const quant::PoolLayer& op) const {
        setWindow(layer, op.kernel, op.stride, op.padding);
        const bool maximum = op.kind == nn::PoolKind::Maximum;
        const int bits = in[0]->format.bits;
        layer.kind = maximum ? LayerKind::MaximumPool : LayerKind::AveragePool;
        layer.accumulatorBits = maximum ? bits : std::max(bits + 1, op.accumulatorBits);
        if (maximum) {
            layer.multiplierBits = 0;
        } else {
            setRequantization(layer, op.requantization);
        }
    }
    void operator()(const quant::AddLayer& op) const {
        layer.kind = LayerKind::Add;
        const auto free = [](std::int32_t m) {
            return m > 0 && std::has_single_bit(static_cast<std::uint32_t>(m));
        };
        layer.multiplierBits = free(op.multiplierA) && free(op.multiplierB) ? 0 : 16;
        layer.shift = op.shift;
    }
    void operator()(const quant::TableLayer&) const { plain(LayerKind::Table); }
    void operator()(const quant::ConcatLayer&) const {
        plain(LayerKind::Concat);
        layer.inputChannels = layer.outputChannels;
        for (const quant::IntegerTensor* part : in) {
            layer.parts.push_back(part->shape.channels);
        }
    }
    void operator()(const quant::SelectLayer& op) const {
        plain(LayerKind::Select);
        layer.channels = op.channels;
    }
    void operator()(const quant::ExpandLayer& op) const {
        plain(LayerKind::Expand);
        layer.expandHeight = op.factor.height;
        layer.expandWidth = op.factor.width;
        layer.expandRepeats = op.repeat;
    }
    void operator()(const quant::ScaleLayer& op) const {
        plain(LayerKind::Scale);
        layer.secondBits = in.at(1)->format.bits;
        layer.secondSigned = in.at(1)->format.isSigned;
        layer.accumulatorBits = quant::accumulatorBitsNeeded(op, in[0]->format, in[1]->format);
        layer.multiplierBits = multiplierBitsOf({op.multiplier});
        layer.shift = op.shift;
    }
    void operator()(const quant::SpaceToDepthLayer& op) const {
        plain(LayerKind::SpaceToDepth);
        layer.block = op.block;
    }
    void operator()(const quant::DepthToSpaceLayer& op) const {
        plain(LayerKind::DepthToSpace);
        layer.block = op.block;
    }

  private:
    void plain(LayerKind kind) const {
        layer.kind = kind;
        layer.multiplierBits = 0;
    }
};

} // namespace

Workload workloadOf(const quant::IntegerNetwork& network) {
    const auto& input = network.tensors.at(at(network.input()));
    Workload workload;
    workload.inputChannels = input.shape.channels;
    workload.inputHeight = input.shape.height;
    workload.inputWidth = input.shape.width;
    workload.inputBits = input.format.bits;
    workload.inputSigned = input.format.isSigned;
    std::vector<int> producer(network.tensors.size(), kNetworkInput - 1);
    producer[at(network.input())] = kNetworkInput;
    for (const quant::IntegerLayer& from : network.layers) {
        Layer layer;
        layer.name = from.name;
        for (int tensor : from.inputs) {
            if (producer.at(at(tensor)) < kNetworkInput) {
                throw inputError("layer '{}' reads tensor '{}', which no earlier layer computes", from.name,
                                 network.tensors[at(tensor)].name);
            }
            layer.inputs.push_back(producer[at(tensor)]);
        }
        const auto& in = network.tensors.at(at(from.inputs.at(0)));
        const auto& out = network.tensors.at(at(from.output));
        layer.inputChannels = in.shape.channels;
        layer.inputHeight = in.shape.height;
        layer.inputWidth = in.shape.width;
        layer.outputChannels = out.shape.channels;
        layer.outputHeight = out.shape.height;
        layer.outputWidth = out.shape.width;
        layer.inputBits = in.format.bits;
        layer.inputSigned = in.format.isSigned;
        layer.outputBits = out.format.bits;
        layer.outputSigned = out.format.isSigned;
        std::vector<const quant::IntegerTensor*> inputs;
        for (const int tensor : from.inputs) {
            inputs.push_back(&network.tensors[at(tensor)]);
        }
        std::visit(OperatorSetter{layer, inputs}, from.op);
        producer[at(from.output)] = static_cast<int>(workload.layers.size());
        workload.layers.push_back(std::move(layer));
    }
    if (workload.layers.empty() || network.layers.back().output != network.output()) {
        throw inputError("network '{}': the last integer layer must compute the output", network.name);
    }
    return workload;
}

} // namespace tandem::hw
