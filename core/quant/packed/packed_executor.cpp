// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/packed/packed_executor.h"

#include "core/base/error.h"
#include "core/base/parallel.h"

namespace tandem::quant {

struct PackedExecutor::Program {
    const tandem_kernels::Kernels* kernels;
    std::string name;
    PackedNetwork network;
    TensorFormat input, output;
};

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

tandem_kernels::Scale scaleOf(const PackedScale& scale) {
    return {scale.bias.data(),  scale.multiplier.data(),
            scale.shift.data(), scale.shift.size() > 1,
            scale.narrow,       scale.before,
            scale.zeroPoint,    scale.low,
            scale.high};
}

/// Calls the kernel of a layer.
struct Call {
    const tandem_kernels::Kernels& kernels;
    std::span<const tandem_kernels::Map> in;
    tandem_kernels::Map out;
    std::uint8_t* scratch;

    void operator()(const PackedConvolution& op) const {
        kernels.convolution(
            in[0], out, {op.window, op.groups, op.runs, op.weights.data(), op.weightBits, scaleOf(op.scale)},
            scratch, {});
    }
    void operator()(const PackedDepthwise& op) const {
        kernels.depthwiseConvolution(
            in[0], out, {op.window, op.weights.data(), op.weightBits, scaleOf(op.scale)}, scratch, {});
    }
    void operator()(const PackedMaximumPool& op) const { kernels.maximumPool(in[0], out, op.window, {}); }
    void operator()(const PackedAveragePool& op) const {
        kernels.averagePool(in[0], out, op.window, scaleOf(op.scale), {});
    }
    void operator()(const PackedAdd& op) const { kernels.add(in[0], in[1], out, op.scale, {}); }
    void operator()(const PackedTable& op) const { kernels.table(in[0], out, op.values.data(), {}); }
    void operator()(const PackedConcat& op) const {
        for (std::size_t i = 0; i < op.copied.size(); ++i) {
            tandem_kernels::Map part = out;
            part.data += op.firstChannel[i];
            tandem_kernels::copy(in[at(op.copied[i])], part);
        }
    }
    void operator()(const PackedSelect& op) const { tandem_kernels::select(in[0], out, op.channels.data()); }
    void operator()(const PackedExpand& op) const {
        tandem_kernels::expand(in[0], out, op.factorHeight, op.factorWidth, op.repeat, op.fill);
    }
    void operator()(const PackedProduct& op) const { kernels.scaleChannels(in[0], in[1], out, op.scale, {}); }
    void operator()(const PackedSpaceToDepth& op) const {
        tandem_kernels::spaceToDepth(in[0], out, op.block);
    }
    void operator()(const PackedDepthToSpace& op) const {
        tandem_kernels::depthToSpace(in[0], out, op.block);
    }
};

} // namespace

PackedExecutor::PackedExecutor(const IntegerNetwork& network, WeightStorage storage,
                               const tandem_kernels::Kernels& kernels) {
    check(network);
    Program program{&kernels, network.name, pack(network, storage),
                    network.tensors[at(network.input())].format,
                    network.tensors[at(network.output())].format};
    memory_.resize(static_cast<std::size_t>(program.network.mapBytes));
    scratch_.resize(static_cast<std::size_t>(program.network.scratchBytes));
    program_ = std::make_shared<const Program>(std::move(program));
}

PackedExecutor::PackedExecutor(const PackedExecutor& other)
    : program_(other.program_), memory_(other.memory_.size()), scratch_(other.scratch_.size()) {}

tandem_kernels::Map PackedExecutor::mapOf(int tensor) {
    const PackedMap& map = program_->network.maps[at(tensor)];
    return {memory_.data() + map.offset, map.channels, map.height, map.width, map.pixelStride, map.rowStride};
}

void PackedExecutor::load(std::span<const std::int32_t> input) {
    const PackedMap& packed = program_->network.maps[at(program_->network.input)];
    const TensorFormat& format = program_->input;
    const std::size_t expected = at(packed.channels) * at(packed.height) * at(packed.width);
    if (input.size() != expected) {
        throw workError("integer network '{}': {} input elements, {} expected", program_->name, input.size(),
                        expected);
    }
    std::vector<std::uint8_t> stored(input.size());
    for (std::size_t i = 0; i < input.size(); ++i) {
        if (input[i] < format.low() || input[i] > format.high()) {
            throw workError("integer network '{}': input value {} is outside {}..{}", program_->name,
                            input[i], format.low(), format.high());
        }
        stored[i] = static_cast<std::uint8_t>(input[i] - format.low());
    }
    const tandem_kernels::Map map = mapOf(program_->network.input);
    tandem_kernels::fillBorder(map, packed.top, packed.left, packed.bottom, packed.right, packed.fill);
    tandem_kernels::load(stored.data(), map, 0);
}

void PackedExecutor::runLayer(std::size_t index) {
    const PackedLayer& layer = program_->network.layers[index];
    if (layer.border >= 0) {
        const PackedMap& map = program_->network.maps[at(layer.border)];
        tandem_kernels::fillBorder(mapOf(layer.border), map.top, map.left, map.bottom, map.right, map.fill);
    }
    std::vector<tandem_kernels::Map> inputs;
    for (const int input : layer.inputs) {
        inputs.push_back(mapOf(input));
    }
    std::visit(Call{*program_->kernels, inputs, mapOf(layer.output), scratch_.data()}, layer.op);
}

std::vector<std::int32_t> PackedExecutor::output(std::span<const std::int32_t> input,
                                                 const std::stop_token& cancel) {
    load(input);
    for (std::size_t i = 0; i < program_->network.layers.size(); ++i) {
        stopIfAsked(cancel);
        runLayer(i);
    }
    const tandem_kernels::Map map = mapOf(program_->network.output);
    std::vector<std::uint8_t> stored(at(map.channels) * at(map.height) * at(map.width));
    tandem_kernels::store(map, stored.data(), 0);
    std::vector<std::int32_t> values(stored.begin(), stored.end());
    for (std::int32_t& value : values) {
        value += program_->output.low();
    }
    return values;
}

} // namespace tandem::quant
