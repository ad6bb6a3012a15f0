// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/quant/arithmetic/integer_network.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace tandem::test {

/// What random integer networks may contain.
struct RandomNetworkShape {
    int layers = 3;   ///< at most; at least 1
    int channels = 8; ///< at most
    int size = 8;     ///< rows and columns of the input, at most
    bool pools = true;
    bool adds = true;
    bool channelShifts = true;
    bool tables = false; ///< a function of one element
    bool concats = false;
    bool selects = false;
    bool expands = false;
    bool scales = false; ///< a factor per channel, from a global pool and a fully connected layer
    bool blocks = false; ///< space to depth and back
};

/// Makes random networks with random legal geometry, precision and requantization.
class RandomNetwork {
  public:
    RandomNetwork(Random& random, RandomNetworkShape shape) : random_(random), shape_(shape) {}

    quant::IntegerNetwork make() {
        network_ = {};
        network_.name = "random";
        const int input = tensor({range(1, shape_.channels), range(1, shape_.size), range(1, shape_.size)});
        network_.inputs = {input};
        int last = input;
        const int layers = range(1, shape_.layers);
        while (static_cast<int>(network_.layers.size()) < layers) {
            last = append(last);
        }
        network_.outputs = {last};
        return network_;
    }

    std::vector<std::int32_t> input() {
        const quant::IntegerTensor& tensor = network_.tensors[at(network_.input())];
        std::vector<std::int32_t> values(at(tensor.shape.count()));
        for (std::int32_t& value : values) {
            value = range(tensor.format.low(), tensor.format.high());
        }
        return values;
    }

  private:
    static std::size_t at(int index) { return static_cast<std::size_t>(index); }
    int range(int low, int high) {
        return low + static_cast<int>(random_.below(static_cast<std::uint64_t>(high - low + 1)));
    }
    bool chance(int percent) { return range(0, 99) < percent; }

    /// A divisor of `number` that is neither 1 nor the number itself, where there is one.
    int divisor(int number) {
        std::vector<int> divisors;
        for (int d = 2; d < number; ++d) {
            if (number % d == 0) {
                divisors.push_back(d);
            }
        }
        return divisors.empty() ? 1 : divisors[at(range(0, static_cast<int>(divisors.size()) - 1))];
    }

    quant::TensorFormat format() {
        quant::TensorFormat format;
        format.bits = range(2, 8);
        format.isSigned = chance(50);
        format.zeroPoint = chance(50) ? 0 : range(format.low(), format.high());
        return format;
    }

    int tensor(quant::MapShape shape) { return tensor(shape, format()); }
    int tensor(quant::MapShape shape, const quant::TensorFormat& format) {
        network_.tensors.push_back({"t" + std::to_string(network_.tensors.size()), shape, format});
        return static_cast<int>(network_.tensors.size()) - 1;
    }
    const quant::IntegerTensor& of(int index) const { return network_.tensors[at(index)]; }

    /// A window along one axis: {kernel, stride, before, after, output}.
    struct Axis {
        int kernel = 1, stride = 1, dilation = 1, before = 0, after = 0, output = 1;
    };
    Axis axis(int size, bool dilate) {
        Axis axis;
        while (true) {
            axis.kernel = range(1, 4);
            axis.stride = range(1, 3);
            axis.dilation = dilate && chance(20) ? 2 : 1;
            const int extent = (axis.kernel - 1) * axis.dilation + 1;
            axis.before = range(0, extent - 1);
            axis.after = range(0, extent - 1);
            const int padded = size + axis.before + axis.after;
            if (padded >= extent) {
                axis.output = (padded - extent) / axis.stride + 1;
                return axis;
            }
        }
    }

    quant::Requantization requantization(int channels, double magnitude, const quant::TensorFormat& format) {
        quant::Requantization result;
        const bool free = chance(25);
        const bool perChannel = shape_.channelShifts && chance(20);
        const double target = (format.high() - format.low()) / 2.0;
        const double shift = std::log2(std::max(1.0, magnitude / target)) + (free ? 0 : 15.5);
        const int base = std::clamp(static_cast<int>(std::lround(shift)), 0, 40);
        for (int c = 0; c < channels; ++c) {
            result.multiplier.push_back(static_cast<std::uint16_t>(free ? 1 : range(1 << 14, (1 << 16) - 1)));
            if (perChannel) {
                result.shift.push_back(std::max(0, base + range(-3, 3)));
            }
        }
        if (!perChannel) {
            result.shift.push_back(base);
        }
        result.zeroPoint = format.zeroPoint;
        result.low = chance(30) ? format.zeroPoint : format.low();
        result.high = chance(20) ? range(result.low, format.high()) : format.high();
        return result;
    }

    int convolution(int from, bool connected) {
        const quant::IntegerTensor in = of(from);
        quant::ConvolutionLayer op;
        Axis rows = axis(in.shape.height, true), columns = axis(in.shape.width, true);
        if (connected) {
            rows = {in.shape.height, 1, 1, 0, 0, 1};
            columns = {in.shape.width, 1, 1, 0, 0, 1};
        } else if (chance(30)) {
            rows = {1, 1, 1, 0, 0, in.shape.height};
            columns = {1, 1, 1, 0, 0, in.shape.width};
        }
        const int kind = connected ? 0 : range(0, 9);
        int outputs = range(1, shape_.channels);
        if (kind < 3 && in.shape.channels > 1) {
            outputs = in.shape.channels;
            op.groups = in.shape.channels;
        } else if (kind < 5) {
            op.groups = divisor(in.shape.channels);
            outputs = (outputs + op.groups - 1) / op.groups * op.groups;
        }
        setWindow(op, rows, columns);
        op.dilation = {rows.dilation, columns.dilation};
        op.padValue = in.format.zeroPoint;
        op.weightBits = range(2, 8);
        const int limit = (1 << (op.weightBits - 1)) - 1;
        const int each = in.shape.channels / op.groups * rows.kernel * columns.kernel;
        for (int i = 0; i < outputs * each; ++i) {
            op.weights.push_back(static_cast<std::int8_t>(range(-limit, limit)));
        }
        const double most = std::max(std::abs(in.format.low()), in.format.high());
        const double magnitude = std::sqrt(each) * limit * most * 0.6 + 1;
        for (int o = 0; o < outputs; ++o) {
            op.bias.push_back(range(-static_cast<int>(magnitude), static_cast<int>(magnitude)));
        }
        op.accumulatorBits = quant::accumulatorBitsNeeded(op, in.format);
        const quant::TensorFormat out = format();
        op.requantization = requantization(outputs, magnitude, out);
        return layer({from}, tensor({outputs, rows.output, columns.output}, out), op);
    }

    int pool(int from) {
        const quant::IntegerTensor in = of(from);
        quant::PoolLayer op;
        op.kind = chance(50) ? nn::PoolKind::Maximum : nn::PoolKind::Average;
        Axis rows = axis(in.shape.height, false), columns = axis(in.shape.width, false);
        if (chance(30)) {
            rows = {in.shape.height, 1, 1, 0, 0, 1};
            columns = {in.shape.width, 1, 1, 0, 0, 1};
        }
        setWindow(op, rows, columns);
        quant::TensorFormat out = in.format;
        if (op.kind == nn::PoolKind::Average) {
            op.padValue = in.format.zeroPoint;
            op.bias = -rows.kernel * columns.kernel * in.format.zeroPoint;
            op.accumulatorBits = quant::accumulatorBitsNeeded(op, in.format);
            out = format();
            const double most = std::max(std::abs(in.format.low()), in.format.high());
            op.requantization = requantization(1, most * rows.kernel * columns.kernel, out);
        }
        return layer({from}, tensor({in.shape.channels, rows.output, columns.output}, out), op);
    }

    /// Adds `from` and a stream of the same shape: itself, or one or two convolutions of it.
    int add(int from) {
        const quant::MapShape shape = of(from).shape;
        int other = from;
        const int steps = range(0, 2);
        for (int i = 0; i < steps; ++i) {
            other = same(other, shape.channels, chance(60) ? 3 : 1);
        }
        const int direct = chance(30) && steps > 0 ? same(from, shape.channels, 1) : from;
        quant::AddLayer op;
        const bool free = chance(30);
        op.multiplierA = free ? 1 << range(0, 8) : range(1, (1 << 16) - 1);
        op.multiplierB = free ? 1 << range(0, 8) : range(1, (1 << 16) - 1);
        op.shift = free ? range(0, 9) : range(12, 20);
        const quant::TensorFormat out = format();
        op.rounding = (op.shift > 0 ? std::int64_t{1} << (op.shift - 1) : 0) +
                      static_cast<std::int64_t>(out.zeroPoint) * (std::int64_t{1} << op.shift);
        op.low = out.low();
        op.high = out.high();
        std::vector<int> inputs{other, direct};
        if (chance(50)) {
            std::swap(inputs[0], inputs[1]);
        }
        return layer(inputs, tensor(shape, out), op);
    }

    /// A convolution that keeps the map's size.
    int same(int from, int outputs, int kernel) { return same(from, outputs, kernel, format()); }
    int same(int from, int outputs, int kernel, const quant::TensorFormat& out) {
        const quant::IntegerTensor in = of(from);
        quant::ConvolutionLayer op;
        const int pad = kernel / 2;
        setWindow(op, {kernel, 1, 1, pad, pad, 0}, {kernel, 1, 1, pad, pad, 0});
        op.dilation = {1, 1};
        op.padValue = in.format.zeroPoint;
        op.weightBits = range(2, 8);
        const int limit = (1 << (op.weightBits - 1)) - 1;
        const int each = in.shape.channels * kernel * kernel;
        for (int i = 0; i < outputs * each; ++i) {
            op.weights.push_back(static_cast<std::int8_t>(range(-limit, limit)));
        }
        op.bias.assign(at(outputs), range(-50, 50));
        op.accumulatorBits = quant::accumulatorBitsNeeded(op, in.format);
        op.requantization =
            requantization(outputs, std::sqrt(each) * limit * (1 << in.format.bits) * 0.4, out);
        return layer({from}, tensor({outputs, in.shape.height, in.shape.width}, out), op);
    }

    template <typename Op>
    void setWindow(Op& op, const Axis& rows, const Axis& columns) {
        op.kernel = {rows.kernel, columns.kernel};
        op.stride = {rows.stride, columns.stride};
        op.padding = {rows.before, columns.before, rows.after, columns.after};
    }

    template <typename Op>
    int layer(std::vector<int> inputs, int output, Op op) {
        network_.layers.push_back(
            {"layer " + std::to_string(network_.layers.size()), std::move(inputs), output, std::move(op)});
        return output;
    }

    int table(int from) {
        const quant::IntegerTensor in = of(from);
        const quant::TensorFormat out = format();
        quant::TableLayer op;
        for (int i = 0; i < 1 << in.format.bits; ++i) {
            op.values.push_back(static_cast<std::int16_t>(range(out.low(), out.high())));
        }
        return layer({from}, tensor(in.shape, out), op);
    }

    /// Two or three convolutions of `from` (or `from` itself), one after the other.
    int concat(int from) {
        const quant::IntegerTensor in = of(from);
        std::vector<int> parts;
        quant::MapShape shape = in.shape;
        shape.channels = 0;
        const quant::TensorFormat common = chance(50) ? in.format : format();
        const int count = range(2, 3);
        for (int i = 0; i < count; ++i) {
            const bool direct = common == in.format && chance(40);
            parts.push_back(direct ? from
                                   : same(from, range(1, shape_.channels), chance(50) ? 3 : 1, common));
            shape.channels += of(parts.back()).shape.channels;
        }
        return layer(parts, tensor(shape, common), quant::ConcatLayer{});
    }

    /// Any of the input's channels in any order; now and then a part of them or a regular shuffle.
    int select(int from) {
        const quant::IntegerTensor in = of(from);
        const int channels = in.shape.channels, first = range(0, channels - 1);
        quant::SelectLayer op;
        const int kind = range(0, 2);
        const int count = kind == 0 ? range(1, shape_.channels) : kind == 1 ? channels - first : channels;
        for (int i = 0; i < count; ++i) {
            const bool isEven = channels % 2 == 0;
            op.channels.push_back(kind == 0   ? range(0, channels - 1)
                                  : kind == 1 ? first + i
                                  : isEven    ? i % 2 * (channels / 2) + i / 2
                                              : channels - 1 - i);
        }
        return layer({from}, tensor({count, in.shape.height, in.shape.width}, in.format), op);
    }

    int expand(int from) {
        const quant::IntegerTensor in = of(from);
        const quant::ExpandLayer op{{range(1, 3), range(1, 3)}, chance(50), in.format.zeroPoint};
        return layer(
            {from},
            tensor({in.shape.channels, in.shape.height * op.factor.height, in.shape.width * op.factor.width},
                   in.format),
            op);
    }

    /// Squeeze-and-excite: `from` times one factor per channel, computed from its averages.
    int scale(int from) {
        const quant::IntegerTensor in = of(from);
        quant::PoolLayer squeeze;
        squeeze.kind = nn::PoolKind::Maximum;
        squeeze.kernel = {in.shape.height, in.shape.width};
        squeeze.stride = {1, 1};
        int side = layer({from}, tensor({in.shape.channels, 1, 1}, in.format), squeeze);
        side = same(side, in.shape.channels, 1);
        const quant::TensorFormat second = of(side).format, out = format();
        const bool free = chance(30);
        quant::ScaleLayer op;
        op.zeroA = in.format.zeroPoint;
        op.zeroB = second.zeroPoint;
        op.multiplier = static_cast<std::uint16_t>(free ? 1 : range(1 << 14, (1 << 16) - 1));
        op.shift = std::max(0, in.format.bits + second.bits - out.bits - 1 + (free ? 0 : 15));
        op.rounding = (op.shift > 0 ? std::int64_t{1} << (op.shift - 1) : 0) +
                      out.zeroPoint * (std::int64_t{1} << op.shift);
        op.low = chance(30) ? out.zeroPoint : out.low();
        op.high = chance(20) ? range(op.low, out.high()) : out.high();
        return layer({from, side}, tensor(in.shape, out), op);
    }

    /// Space to depth where the map can be divided, else depth to space of a convolution.
    int blocks(int from) {
        const quant::IntegerTensor in = of(from);
        const int block = 2;
        if (in.shape.height % block == 0 && in.shape.width % block == 0) {
            return layer(
                {from},
                tensor({in.shape.channels * block * block, in.shape.height / block, in.shape.width / block},
                       in.format),
                quant::SpaceToDepthLayer{block});
        }
        const int channels = range(1, 2);
        const int deep = same(from, channels * block * block, 1);
        return layer({deep},
                     tensor({channels, in.shape.height * block, in.shape.width * block}, of(deep).format),
                     quant::DepthToSpaceLayer{block});
    }

    /// One of the kinds that the shape allows beside convolutions, pools and additions; -1 where there is
    /// none.
    int other(int from) {
        using Maker = int (RandomNetwork::*)(int);
        std::vector<Maker> makers;
        const auto allow = [&makers](bool allowed, Maker maker) {
            if (allowed) {
                makers.push_back(maker);
            }
        };
        const quant::MapShape shape = of(from).shape;
        allow(shape_.tables, &RandomNetwork::table);
        allow(shape_.concats, &RandomNetwork::concat);
        allow(shape_.selects, &RandomNetwork::select);
        allow(shape_.expands && shape.height * shape.width <= shape_.size * shape_.size,
              &RandomNetwork::expand);
        allow(shape_.scales, &RandomNetwork::scale);
        allow(shape_.blocks && shape.count() <= 8 * shape_.size * shape_.size, &RandomNetwork::blocks);
        return makers.empty() ? -1 : (this->*makers[at(range(0, static_cast<int>(makers.size()) - 1))])(from);
    }

    bool hasOthers() const {
        return shape_.tables || shape_.concats || shape_.selects || shape_.expands || shape_.scales ||
               shape_.blocks;
    }

    int append(int from) {
        if (hasOthers() && chance(50)) {
            const int made = other(from);
            if (made >= 0) {
                return made;
            }
        }
        const int kind = range(0, 9);
        if (kind < 2 && shape_.pools) {
            return pool(from);
        }
        if (kind < 5 && shape_.adds) {
            return add(from);
        }
        return convolution(from, kind == 9);
    }

    Random& random_;
    RandomNetworkShape shape_;
    quant::IntegerNetwork network_;
};

} // namespace tandem::test
