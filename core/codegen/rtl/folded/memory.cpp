// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/rtl/folded/memory.h"

#include "core/codegen/rtl/common/memory.h"
#include "core/codegen/rtl/folded/top.h"
#include "core/hw/workload/workload_of.h"

#include <algorithm>

namespace tandem::codegen {

using namespace hw::folded;

namespace {

std::size_t at(std::int64_t index) {
    return static_cast<std::size_t>(index);
}

/// y = (sum * multiplier + constant) >> shift of one channel, in stored numbers.
struct Constants {
    std::int64_t constant = 0;
    int multiplier = 1;
    int shift = 0;
};

/// The numbers of one layer.
class LayerNumbers {
  public:
    LayerNumbers(const quant::IntegerNetwork& network, const Machine& machine, int layer)
        : network_(network), machine_(machine), layer_(network.layers[at(layer)]) {}

    const quant::TensorFormat& in(std::size_t index = 0) const {
        return network_.tensors[at(layer_.inputs[index])].format;
    }
    const quant::TensorFormat& out() const { return network_.tensors[at(layer_.output)].format; }
    int inOffset(std::size_t index = 0) const { return storedOffset(in(index), machine_); }
    int outOffset() const { return storedOffset(out(), machine_); }
    std::int64_t outMoved(int shift) const { return -std::int64_t{outOffset()} * (std::int64_t{1} << shift); }

    const quant::ConvolutionLayer& convolution() const {
        return std::get<quant::ConvolutionLayer>(layer_.op);
    }
    const quant::IntegerOperator& op() const { return layer_.op; }
    int inputChannels() const { return network_.tensors[at(layer_.inputs[0])].shape.channels; }
    int outputChannels() const { return network_.tensors[at(layer_.output)].shape.channels; }

    /// 0 outside the layer's channels and groups.
    int weight(int out, int in, int tap) const {
        const auto& op = convolution();
        if (out >= outputChannels() || in >= inputChannels()) {
            return 0;
        }
        const int inGroup = inputChannels() / op.groups, outGroup = outputChannels() / op.groups;
        const int taps = op.kernel.height * op.kernel.width;
        return in / inGroup != out / outGroup
                   ? 0
                   : op.weights[at((std::int64_t{out} * inGroup + in % inGroup) * taps + tap)];
    }

    Constants convolutionConstants(int channel) const {
        const auto& op = convolution();
        if (channel >= outputChannels()) {
            return {0, 0, 0};
        }
        const std::size_t each = op.weights.size() / at(outputChannels());
        std::int64_t sum = 0;
        for (std::size_t i = 0; i < each; ++i) {
            sum += op.weights[at(channel) * each + i];
        }
        const auto& scale = op.requantization;
        const std::int64_t bias = op.bias[at(channel)] + sum * inOffset();
        const int shift = scale.shiftOf(channel);
        return {bias * scale.multiplier[at(channel)] + scale.roundingOf(channel) + outMoved(shift),
                scale.multiplier[at(channel)], shift};
    }

    /// Constants that all channels share, of layers that have such.
    Constants uniform() const {
        return std::visit([this](const auto& op) { return uniformOf(op); }, layer_.op);
    }

  private:
    Constants uniformOf(const quant::PoolLayer& op) const {
        if (op.kind == nn::PoolKind::Maximum) {
            return {};
        }
        const auto& scale = op.requantization;
        const std::int64_t bias = op.bias + std::int64_t{op.kernel.height} * op.kernel.width * inOffset();
        return {bias * scale.multiplier[0] + scale.roundingOf(0) + outMoved(scale.shiftOf(0)),
                scale.multiplier[0], scale.shiftOf(0)};
    }
    Constants uniformOf(const quant::AddLayer& op) const {
        return {op.rounding + std::int64_t{op.multiplierA} * inOffset(0) +
                    std::int64_t{op.multiplierB} * inOffset(1) + outMoved(op.shift),
                1, op.shift};
    }
    Constants uniformOf(const quant::ScaleLayer& op) const {
        const std::int64_t zeros = std::int64_t{op.zeroA - inOffset(0)} * (op.zeroB - inOffset(1));
        return {zeros * op.multiplier + op.rounding + outMoved(op.shift), op.multiplier, op.shift};
    }
    template <quant::OneOf<quant::ConvolutionLayer, quant::TableLayer, quant::ConcatLayer, quant::SelectLayer,
                           quant::ExpandLayer, quant::SpaceToDepthLayer, quant::DepthToSpaceLayer>
                  Op>
    Constants uniformOf(const Op&) const {
        return {};
    }

    const quant::IntegerNetwork& network_;
    const Machine& machine_;
    const quant::IntegerLayer& layer_;
};

/// The constants of one image's words, lane by lane.
template <typename Use>
void eachConstant(const LayerNumbers& numbers, const Image& image, int columns, Use use) {
    for (int word = 0; word < image.scales; ++word) {
        for (int lane = 0; lane < columns; ++lane) {
            const bool own = image.kind == Image::Kind::Convolution || image.kind == Image::Kind::Depthwise;
            const bool same = image.kind == Image::Kind::Uniform;
            use(own    ? numbers.convolutionConstants((image.firstBlock + word) * columns + lane)
                : same ? numbers.uniform()
                       : Constants{});
        }
    }
}

void putArrayWeights(const LayerNumbers& numbers, const Image& image, const Machine& machine, BeatImage& to) {
    const auto weightOf = [&](int block, int p, int in, int tap) {
        const int place = block * machine.columns + p;
        if (image.kind != Image::Kind::Selection) {
            return numbers.weight(image.firstBlock * machine.columns + place, in, tap);
        }
        const bool taken =
            at(place) < image.source.size() && image.source[at(place)] == in * image.taps + tap;
        return taken ? 1 : 0;
    };
    for (int block = 0; block < image.blocks; ++block) {
        for (int tap = 0; tap < image.taps; ++tap) {
            for (int slice = image.firstSlice; slice < image.firstSlice + image.slices; ++slice) {
                for (int p = 0; p < machine.columns; ++p) {
                    for (int s = 0; s < machine.rows; ++s) {
                        const int in = slice * machine.rows + s;
                        // What the weights below in the same DSP borrow is taken off.
                        bool borrows = false;
                        for (int below = p - p % std::max(1, machine.pack); below < p; ++below) {
                            const int weight = weightOf(block, below, in, tap);
                            borrows = weight < 0 || (weight == 0 && borrows);
                        }
                        to.put(weightOf(block, p, in, tap) - (borrows ? 1 : 0), machine.weightBits);
                    }
                }
                to.align();
            }
        }
    }
}

void putLaneWeights(const LayerNumbers& numbers, const Image& image, const Machine& machine, BeatImage& to) {
    for (std::int64_t slice = 0; slice < image.chunkWords * machine.rows; ++slice) {
        const int block = static_cast<int>(slice / image.taps), tap = static_cast<int>(slice % image.taps);
        for (int lane = 0; lane < machine.columns; ++lane) {
            const int channel = block * machine.columns + lane;
            to.put(numbers.weight(channel, channel, tap), machine.weightBits);
        }
        if ((slice + 1) % machine.rows == 0) {
            to.align();
        }
    }
}

} // namespace

void BeatImage::put(std::int64_t value, int count) {
    for (int b = 0; b < count; ++b, ++filled_) {
        if (filled_ % 8 == 0) {
            bytes_.push_back(0);
        }
        const auto bit = static_cast<unsigned>(value >> std::min(b, 63)) & 1U;
        bytes_.back() = static_cast<std::uint8_t>(bytes_.back() | bit << filled_ % 8);
    }
}

void BeatImage::align() {
    const std::size_t beat = static_cast<std::size_t>(bits_);
    filled_ = (filled_ + beat - 1) / beat * beat;
    bytes_.resize((filled_ + 7) / 8);
}

std::string BeatImage::text() const {
    static constexpr char kDigits[] = "0123456789abcdef";
    const std::size_t beat = static_cast<std::size_t>(bits_) / 8;
    std::string text;
    text.reserve(bytes_.size() * 2 + bytes_.size() / beat + 1);
    for (std::size_t first = 0; first + beat <= bytes_.size(); first += beat) {
        for (std::size_t b = beat; b-- > 0;) {
            text += kDigits[bytes_[first + b] >> 4];
            text += kDigits[bytes_[first + b] & 15];
        }
        text += '\n';
    }
    return text;
}

int storedOffset(const quant::TensorFormat& format, const Machine& machine) {
    return format.isSigned ? 0 : 1 << (machine.activationBits - 1);
}

namespace {

/// Sets what a pass takes from its layer's operator; `most`: one above the largest stored number.
struct ValueSetter {
    const LayerNumbers& numbers;
    int most;
    PassValues& values;

    void operator()(const quant::ConvolutionLayer& op) const {
        values.padding = op.padValue - numbers.inOffset();
        clamp(op.requantization.low, op.requantization.high);
    }
    void operator()(const quant::PoolLayer& op) const {
        if (op.kind == nn::PoolKind::Maximum) {
            values.padding = -most;
            return;
        }
        values.padding = op.padValue - numbers.inOffset();
        clamp(op.requantization.low, op.requantization.high);
    }
    void operator()(const quant::AddLayer& op) const {
        values.factorFirst = op.multiplierA;
        values.factorOther = op.multiplierB;
        clamp(op.low, op.high);
    }
    void operator()(const quant::ScaleLayer& op) const {
        values.factorFirst = numbers.inOffset(0) - op.zeroA;
        values.factorOther = op.zeroB - numbers.inOffset(1);
        clamp(op.low, op.high);
    }
    void operator()(const quant::ExpandLayer& op) const { values.padding = op.fill - numbers.inOffset(); }
    template <quant::OneOf<quant::TableLayer, quant::ConcatLayer, quant::SelectLayer,
                           quant::SpaceToDepthLayer, quant::DepthToSpaceLayer>
                  Op>
    void operator()(const Op&) const {}

  private:
    void clamp(int low, int high) const {
        values.low = low - numbers.outOffset();
        values.high = high - numbers.outOffset();
    }
};

} // namespace

PassValues valuesOf(const quant::IntegerNetwork& network, const Program& program, const Pass& pass) {
    const Machine& machine = program.machine;
    const LayerNumbers numbers(network, machine, pass.layer);
    const int most = 1 << (machine.activationBits - 1);
    PassValues values;
    values.low = -most;
    values.high = most - 1;
    values.factorFirst = values.factorOther = 1;
    if (pass.lookup) {
        for (int l = 0; l < pass.layer; ++l) {
            values.table += std::holds_alternative<quant::TableLayer>(network.layers[at(l)].op) ? 1 : 0;
        }
    }
    std::visit(ValueSetter{numbers, most, values}, numbers.op());
    return values;
}

Program foldedProgram(const quant::IntegerNetwork& network, const Parameters& parameters) {
    Program program = compile(hw::workloadOf(network), parameters);
    quant::Range range;
    for (const Image& image : program.images) {
        const LayerNumbers numbers(network, program.machine, image.layer);
        eachConstant(numbers, image, program.machine.columns, [&](const Constants& constants) {
            range.low = std::min(range.low, constants.constant);
            range.high = std::max(range.high, constants.constant);
        });
    }
    program.machine.constantBits = std::max(program.machine.constantBits, quant::signedBits(range));
    placeImages(program);
    program.machine.programColumns = changingColumns(programMemory(network, program));
    return program;
}

std::string weightMemory(const quant::IntegerNetwork& network, const Program& program) {
    const Machine& machine = program.machine;
    BeatImage memory(machine.weightBus);
    for (const Image& image : program.images) {
        const LayerNumbers numbers(network, machine, image.layer);
        int lane = 0;
        eachConstant(numbers, image, machine.columns, [&](const Constants& constants) {
            memory.put(constants.constant, machine.constantBits);
            memory.put(constants.multiplier, machine.multiplierBits);
            memory.put(constants.shift, machine.shiftBits);
            if (++lane % machine.columns == 0) {
                memory.align();
            }
        });
        if (image.kind == Image::Kind::Depthwise) {
            putLaneWeights(numbers, image, machine, memory);
        } else if (image.kind != Image::Kind::Uniform) {
            putArrayWeights(numbers, image, machine, memory);
        }
    }
    return memory.text();
}

std::string tableMemory(const quant::IntegerNetwork& network, const Machine& machine) {
    static constexpr char kDigits[] = "0123456789abcdef";
    const int size = 1 << machine.activationBits;
    std::string text;
    for (int l = 0; l < static_cast<int>(network.layers.size()); ++l) {
        const LayerNumbers numbers(network, machine, l);
        const auto* table = std::get_if<quant::TableLayer>(&numbers.op());
        for (int bits = 0; table != nullptr && bits < size; ++bits) {
            const int stored = bits < size / 2 ? bits : bits - size;
            const int index = stored + numbers.inOffset() - numbers.in().low();
            const bool known = index >= 0 && at(index) < table->values.size();
            const int value = known ? (table->values[at(index)] - numbers.outOffset()) & (size - 1) : 0;
            text += kDigits[value >> 4];
            text += kDigits[value & 15];
            text += '\n';
        }
    }
    return text;
}

std::string mapMemory(std::span<const std::vector<std::int32_t>> maps, int channels, const Machine& machine) {
    BeatImage memory(machine.mapBus);
    const int lanes = blocksOf(channels, machine.columns) * machine.columns;
    for (const std::vector<std::int32_t>& map : maps) {
        const std::int64_t pixels = static_cast<std::int64_t>(map.size()) / channels;
        for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
            for (int lane = 0; lane < lanes; ++lane) {
                memory.put(lane < channels ? map[at(lane * pixels + pixel)] : 0, 8);
                if ((lane + 1) % machine.columns == 0) {
                    memory.align();
                }
            }
        }
    }
    return memory.text();
}

} // namespace tandem::codegen
