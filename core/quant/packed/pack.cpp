// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/quant/packed/memory_plan.h"
#include "core/quant/packed/packed_network.h"
#include "core/quant/packed/scale.h"
#include "core/quant/packed/weight_units.h"

#include <algorithm>

namespace tandem::quant {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

tandem_kernels::Window windowOf(nn::Extent kernel, nn::Extent stride, nn::Extent dilation,
                                const nn::Padding& padding) {
    return {kernel.height,   kernel.width,   stride.height, stride.width,
            dilation.height, dilation.width, padding.top,   padding.left};
}

/// What each layer is for the kernels.
struct Packing {
    const IntegerNetwork& network;
    const std::vector<PackedMap>& maps;
    const IntegerLayer& layer;
    WeightStorage storage;

    const IntegerTensor& input(int which) const { return network.tensors[at(layer.inputs[at(which)])]; }
    const IntegerTensor& output() const { return network.tensors[at(layer.output)]; }
    const PackedMap& inputMap(int which) const { return maps[at(layer.inputs[at(which)])]; }
    int storedBits(const ConvolutionLayer& op) const {
        return storage == WeightStorage::Packed ? op.weightBits : 8;
    }

    PackedOperator operator()(const ConvolutionLayer& op) const {
        const int channels = input(0).shape.channels;
        const auto window = windowOf(op.kernel, op.stride, op.dilation, op.padding);
        const int bits = storedBits(op);
        if (op.groups == channels && output().shape.channels == channels && channels > 1) {
            return PackedDepthwise{window, depthwiseUnits(op, channels, bits), bits,
                                   depthwiseScale(op, input(0).format, output().format)};
        }
        const bool rowsAreRuns =
            op.groups == 1 && op.dilation.width == 1 && inputMap(0).pixelStride == channels;
        const int runs = rowsAreRuns ? 1 : op.kernel.width;
        return PackedConvolution{window, op.groups,
                                 runs,   convolutionUnits(op, channels, output().shape.channels, runs, bits),
                                 bits,   convolutionScale(op, input(0).format, output().format)};
    }

    PackedOperator operator()(const PoolLayer& op) const {
        const auto window = windowOf(op.kernel, op.stride, {1, 1}, op.padding);
        if (op.kind == nn::PoolKind::Maximum) {
            return PackedMaximumPool{window};
        }
        return PackedAveragePool{window, averageScale(op, input(0).format, output().format)};
    }

    PackedOperator operator()(const AddLayer& op) const {
        const int lowA = input(0).format.low(), lowB = input(1).format.low(), low = output().format.low();
        tandem_kernels::AddScale scale{};
        scale.multiplierA = op.multiplierA;
        scale.multiplierB = op.multiplierB;
        scale.shift = op.shift;
        scale.rounding = op.rounding + std::int64_t{op.multiplierA} * lowA +
                         std::int64_t{op.multiplierB} * lowB -
                         std::int64_t{low} * (std::int64_t{1} << op.shift);
        constexpr std::int64_t kRoom = std::int64_t{1} << 30;
        scale.narrow = scale.rounding > -kRoom && scale.rounding < kRoom && op.shift < 31;
        scale.low = op.low - low;
        scale.high = op.high - low;
        return PackedAdd{scale};
    }

    PackedOperator operator()(const TableLayer& op) const {
        PackedTable table;
        std::ranges::transform(op.values, std::back_inserter(table.values), [this](std::int16_t value) {
            return static_cast<std::uint8_t>(value - output().format.low());
        });
        return table;
    }

    PackedOperator operator()(const ConcatLayer&) const {
        PackedConcat concat;
        int channel = 0;
        for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
            const PackedMap &part = maps[at(layer.inputs[i])], &whole = maps[at(layer.output)];
            if (part.buffer != whole.buffer || part.offset != whole.offset + channel) {
                concat.copied.push_back(static_cast<int>(i));
                concat.firstChannel.push_back(channel);
            }
            channel += part.channels;
        }
        return concat;
    }

    PackedOperator operator()(const SelectLayer& op) const {
        return PackedSelect{{op.channels.begin(), op.channels.end()}};
    }
    PackedOperator operator()(const ExpandLayer& op) const {
        return PackedExpand{op.factor.height, op.factor.width, op.repeat, op.fill - input(0).format.low()};
    }

    PackedOperator operator()(const ScaleLayer& op) const {
        const int low = output().format.low();
        tandem_kernels::ProductScale scale{};
        scale.zeroA = op.zeroA - input(0).format.low();
        scale.zeroB = op.zeroB - input(1).format.low();
        scale.multiplier = op.multiplier;
        scale.rounding = op.rounding - std::int64_t{low} * (std::int64_t{1} << op.shift);
        scale.shift = op.shift;
        scale.low = op.low - low;
        scale.high = op.high - low;
        return PackedProduct{scale};
    }

    PackedOperator operator()(const SpaceToDepthLayer& op) const { return PackedSpaceToDepth{op.block}; }
    PackedOperator operator()(const DepthToSpaceLayer& op) const { return PackedDepthToSpace{op.block}; }
};

/// Scratch memory of a layer.
struct Scratch {
    const PackedMap& in;

    std::int64_t operator()(const PackedConvolution& op) const {
        const int inputs = in.channels / op.groups;
        const int runBytes = op.runs == 1 ? inputs * op.window.kernelWidth : inputs;
        const std::int64_t rows = std::int64_t{op.window.kernelHeight} * op.runs;
        const std::int64_t map = std::int64_t{in.top + in.height + in.bottom} * in.rowStride;
        return tandem_kernels::scratchBytes(rows * ((runBytes + 3) / 4) * 4, map);
    }
    std::int64_t operator()(const PackedDepthwise& op) const {
        return tandem_kernels::depthwiseScratchBytes(std::int64_t{op.window.kernelHeight} *
                                                     op.window.kernelWidth);
    }
    template <typename Other>
    std::int64_t operator()(const Other&) const {
        return 0;
    }
};

struct ConstantBytes {
    std::int64_t operator()(const PackedConvolution& op) const {
        return static_cast<std::int64_t>(op.weights.size()) + of(op.scale);
    }
    std::int64_t operator()(const PackedDepthwise& op) const {
        return static_cast<std::int64_t>(op.weights.size()) + of(op.scale);
    }
    std::int64_t operator()(const PackedAveragePool& op) const { return of(op.scale); }
    std::int64_t operator()(const PackedTable& op) const {
        return static_cast<std::int64_t>(op.values.size());
    }
    std::int64_t operator()(const PackedSelect& op) const {
        return static_cast<std::int64_t>(op.channels.size() * sizeof(std::int32_t));
    }
    template <typename Other>
    std::int64_t operator()(const Other&) const {
        return 0;
    }

  private:
    static std::int64_t of(const PackedScale& scale) {
        return static_cast<std::int64_t>(scale.bias.size() * 4 + scale.multiplier.size() * 2 +
                                         scale.shift.size());
    }
};

} // namespace

std::int64_t PackedNetwork::constantBytes() const {
    std::int64_t bytes = 0;
    for (const PackedLayer& layer : layers) {
        bytes += std::visit(ConstantBytes{}, layer.op);
    }
    return bytes;
}

std::int64_t PackedNetwork::weightBytes() const {
    std::size_t bytes = 0;
    for (const PackedLayer& layer : layers) {
        if (const auto* convolution = std::get_if<PackedConvolution>(&layer.op)) {
            bytes += convolution->weights.size();
        } else if (const auto* depthwise = std::get_if<PackedDepthwise>(&layer.op)) {
            bytes += depthwise->weights.size();
        }
    }
    return static_cast<std::int64_t>(bytes);
}

PackedNetwork pack(const IntegerNetwork& network, WeightStorage storage) {
    for (const IntegerTensor& tensor : network.tensors) {
        if (!tensor.shape.isMap()) {
            throw workError(
                "integer network '{}': tensor '{}' has more extents than channels, rows and columns",
                network.name, tensor.name);
        }
    }
    MemoryPlan plan = planMemory(network);
    PackedNetwork packed;
    packed.maps = std::move(plan.maps);
    packed.mapBytes = plan.bytes;
    packed.input = network.input();
    packed.output = network.output();
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
        const IntegerLayer& layer = network.layers[i];
        packed.layers.push_back({std::visit(Packing{network, packed.maps, layer, storage}, layer.op),
                                 layer.inputs, layer.output, plan.borders[i]});
        packed.scratchBytes =
            std::max(packed.scratchBytes,
                     std::visit(Scratch{packed.maps[at(layer.inputs.front())]}, packed.layers.back().op));
    }
    return packed;
}

} // namespace tandem::quant
