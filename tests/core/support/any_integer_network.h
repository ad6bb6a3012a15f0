// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/quant/arithmetic/integer_network.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace tandem::test {

/// Makes legal integer networks of every layer kind, with what software must do and the pipeline template may
/// refuse (any multiplier in additions, every kind of layer), with random shapes, widths, signs, zero
/// points and multipliers, for tests that compare one execution of the arithmetic with another.
class RandomIntegerNetwork {
  public:
    /// `everyKind`: also layers beside convolutions, pools and additions.
    explicit RandomIntegerNetwork(std::uint64_t seed, bool everyKind = true)
        : random_(seed), everyKind_(everyKind) {}

    /// A chain with residual branches of about `layerCount` layers on maps up to maxExtent x maxExtent.
    quant::IntegerNetwork make(int layerCount, int maxExtent = 9, int maxChannels = 8) {
        network_ = {};
        network_.name = "random";
        maxChannels_ = maxChannels;
        network_.inputs = {
            tensor("input", {between(1, 4), between(1, maxExtent), between(1, maxExtent)}, format())};
        int current = network_.input();
        while (static_cast<int>(network_.layers.size()) < layerCount) {
            const int kind = between(0, everyKind_ ? 15 : 9);
            if (kind >= 10) {
                current = plain(current, kind - 10);
            } else if (kind < 6) {
                current = convolution(current);
            } else if (kind < 8) {
                current = pool(current);
            } else {
                const int left = convolution(current, true), right = between(0, 1) ? current : left;
                current = add(
                    left, network_.tensors[index(right)].shape == network_.tensors[index(left)].shape ? right
                                                                                                      : left);
            }
        }
        network_.outputs = {current};
        return network_;
    }

    /// A random input of the network.
    std::vector<std::int32_t> input(const quant::IntegerNetwork& network) {
        const quant::IntegerTensor& entry = network.tensors[index(network.input())];
        std::vector<std::int32_t> values(index(entry.shape.count()));
        for (std::int32_t& value : values) {
            value = between(entry.format.low(), entry.format.high());
        }
        return values;
    }

    /// Uniform in [low, high].
    int between(int low, int high) {
        return low + static_cast<int>(random_.below(static_cast<std::uint64_t>(high - low + 1)));
    }

  private:
    static std::size_t index(int i) { return static_cast<std::size_t>(i); }

    quant::TensorFormat format() {
        quant::TensorFormat made;
        made.bits = between(2, 8);
        made.isSigned = between(0, 1) != 0;
        made.scale = 0.01 + random_.uniform();
        made.zeroPoint = between(made.low(), made.high());
        return made;
    }

    int tensor(const std::string& name, quant::MapShape shape, quant::TensorFormat tensorFormat) {
        network_.tensors.push_back({name, shape, tensorFormat});
        return static_cast<int>(network_.tensors.size()) - 1;
    }

    /// Multipliers and shifts that spread a sum of this magnitude over the output's range.
    quant::Requantization requantization(double magnitude, int channels, const quant::TensorFormat& out) {
        quant::Requantization made;
        const bool powerOfTwo = between(0, 4) == 0;
        const double ratio = std::max(1e-9, (out.high() - out.low()) / std::max(1.0, magnitude));
        const bool perChannel = between(0, 3) == 0;
        const int shift = powerOfTwo ? std::max(0, static_cast<int>(std::lround(-std::log2(ratio))))
                                     : std::clamp(static_cast<int>(15 - std::floor(std::log2(ratio))), 1, 44);
        for (int channel = 0; channel < channels; ++channel) {
            const int extra = perChannel ? between(0, 2) : 0;
            made.shift.push_back(shift + extra);
            made.multiplier.push_back(static_cast<std::uint16_t>(
                powerOfTwo ? 1
                           : std::clamp(std::ldexp(ratio * (0.5 + random_.uniform()), shift), 1.0, 65535.0)));
        }
        if (!perChannel) {
            made.shift.resize(1);
        }
        made.zeroPoint = out.zeroPoint;
        made.low = between(0, 1) ? out.low() : std::min(out.zeroPoint, out.high() - 1);
        made.high = between(0, 3) ? out.high() : std::max(made.low, out.high() - 1);
        return made;
    }

    int convolution(int from, bool keepShape = false) {
        const quant::IntegerTensor in = network_.tensors[index(from)];
        quant::ConvolutionLayer op;
        op.stride = op.dilation = {1, 1};
        if (keepShape) {
            op.kernel = {between(0, 1) * 2 + 1, between(0, 1) * 2 + 1};
            op.padding = {op.kernel.height / 2, op.kernel.width / 2, op.kernel.height / 2,
                          op.kernel.width / 2};
        } else if (between(0, 5) == 0) {
            op.kernel = {in.shape.height, in.shape.width};
        } else {
            op.dilation = {between(1, 2), between(1, 2)};
            op.kernel = {between(1, std::min(3, (in.shape.height - 1) / op.dilation.height + 1)),
                         between(1, std::min(3, (in.shape.width - 1) / op.dilation.width + 1))};
            op.stride = {between(1, 2), between(1, 2)};
            op.padding = {between(0, op.kernel.height - 1), between(0, op.kernel.width - 1),
                          between(0, op.kernel.height - 1), between(0, op.kernel.width - 1)};
        }
        const bool depthwise = between(0, 2) == 0;
        const int channels = depthwise ? in.shape.channels : between(1, maxChannels_);
        op.groups = depthwise ? channels : 1;
        op.weightBits = between(2, 8);
        const int limit = (1 << (op.weightBits - 1)) - 1;
        const int perChannel = in.shape.channels / op.groups * op.kernel.height * op.kernel.width;
        for (int i = 0; i < channels * perChannel; ++i) {
            op.weights.push_back(static_cast<std::int8_t>(between(-limit, limit)));
        }
        for (int channel = 0; channel < channels; ++channel) {
            op.bias.push_back(between(-2000, 2000));
        }
        op.padValue = in.format.zeroPoint;
        op.accumulatorBits = quant::accumulatorBitsNeeded(op, in.format);
        const quant::MapShape shape{channels,
                                    extent(in.shape.height + op.padding.top + op.padding.bottom,
                                           op.kernel.height, op.dilation.height, op.stride.height),
                                    extent(in.shape.width + op.padding.left + op.padding.right,
                                           op.kernel.width, op.dilation.width, op.stride.width)};
        const quant::TensorFormat out = format();
        op.requantization =
            requantization(perChannel * limit * 0.3 * (in.format.high() - in.format.low()), channels, out);
        return layer("convolution", {from}, shape, out, op);
    }

    int pool(int from) {
        const quant::IntegerTensor in = network_.tensors[index(from)];
        quant::PoolLayer op;
        op.kind = between(0, 1) ? nn::PoolKind::Maximum : nn::PoolKind::Average;
        op.kernel = {between(1, std::min(3, in.shape.height)), between(1, std::min(3, in.shape.width))};
        op.stride = {between(1, 2), between(1, 2)};
        if (op.kind == nn::PoolKind::Average && between(0, 2) == 0) {
            op.kernel = {in.shape.height, in.shape.width};
        }
        op.padding = {between(0, op.kernel.height - 1), between(0, op.kernel.width - 1),
                      between(0, op.kernel.height - 1), between(0, op.kernel.width - 1)};
        const quant::MapShape shape{
            in.shape.channels,
            extent(in.shape.height + op.padding.top + op.padding.bottom, op.kernel.height, 1,
                   op.stride.height),
            extent(in.shape.width + op.padding.left + op.padding.right, op.kernel.width, 1, op.stride.width)};
        if (op.kind == nn::PoolKind::Maximum) {
            return layer("maximum_pool", {from}, shape, in.format, op);
        }
        const quant::TensorFormat out = format();
        const int area = op.kernel.height * op.kernel.width;
        op.padValue = in.format.zeroPoint;
        op.bias = -area * in.format.zeroPoint;
        op.accumulatorBits = quant::accumulatorBitsNeeded(op, in.format);
        op.requantization = requantization(area * (in.format.high() - in.format.low()), 1, out);
        return layer("average_pool", {from}, shape, out, op);
    }

    int shuffled(int from, int count) {
        const quant::IntegerTensor in = network_.tensors[index(from)];
        quant::SelectLayer op;
        for (int i = 0; i < count; ++i) {
            op.channels.push_back(between(0, in.shape.channels - 1));
        }
        return layer("select", {from}, {count, in.shape.height, in.shape.width}, in.format, op);
    }

    int table(int from, const quant::TensorFormat& out) {
        const quant::IntegerTensor in = network_.tensors[index(from)];
        quant::TableLayer op;
        for (int i = 0; i < 1 << in.format.bits; ++i) {
            op.values.push_back(static_cast<std::int16_t>(between(out.low(), out.high())));
        }
        return layer("table", {from}, in.shape, out, op);
    }

    /// A layer that only moves data, a table or a scale per channel.
    int plain(int from, int kind) {
        const quant::IntegerTensor in = network_.tensors[index(from)];
        const quant::MapShape shape = in.shape;
        switch (kind) {
        case 0:
            return table(from, format());
        case 1: {
            std::vector<int> parts{shuffled(from, between(1, maxChannels_)), from};
            if (between(0, 1)) {
                parts.push_back(table(from, in.format));
            }
            int channels = 0;
            for (const int part : parts) {
                channels += network_.tensors[index(part)].shape.channels;
            }
            const int all = layer("concat", parts, {channels, shape.height, shape.width}, in.format,
                                  quant::ConcatLayer{});
            return shuffled(all, between(1, maxChannels_));
        }
        case 2:
            return shuffled(from, between(1, maxChannels_));
        case 3: {
            const nn::Extent factor = shape.height * shape.width > 100
                                          ? nn::Extent{1, 1}
                                          : nn::Extent{between(1, 3), between(1, 3)};
            return layer("expand", {from},
                         {shape.channels, shape.height * factor.height, shape.width * factor.width},
                         in.format, quant::ExpandLayer{factor, between(0, 1) != 0, in.format.zeroPoint});
        }
        case 4:
            return scale(from);
        default: {
            const int block = 2;
            if (shape.height % block == 0 && shape.width % block == 0) {
                from = layer("space_to_depth", {from},
                             {shape.channels * block * block, shape.height / block, shape.width / block},
                             in.format, quant::SpaceToDepthLayer{block});
                return shuffled(from, between(1, maxChannels_));
            }
            from = shuffled(from, block * block * between(1, 2));
            const int channels = network_.tensors[index(from)].shape.channels / (block * block);
            return layer("depth_to_space", {from}, {channels, shape.height * block, shape.width * block},
                         in.format, quant::DepthToSpaceLayer{block});
        }
        }
    }

    int scale(int from) {
        const quant::IntegerTensor in = network_.tensors[index(from)];
        quant::PoolLayer squeeze;
        squeeze.kernel = {in.shape.height, in.shape.width};
        squeeze.stride = {1, 1};
        const int factors = layer("squeeze", {from}, {in.shape.channels, 1, 1}, in.format, squeeze);
        const int side = table(factors, format());
        const quant::TensorFormat second = network_.tensors[index(side)].format, out = format();
        quant::ScaleLayer op;
        op.zeroA = in.format.zeroPoint;
        op.zeroB = second.zeroPoint;
        op.multiplier = static_cast<std::uint16_t>(between(1, 65535));
        op.shift = between(0, 3) == 0 ? between(0, 46)
                                      : std::clamp(in.format.bits + second.bits + 14 - out.bits, 0, 46);
        op.rounding = (op.shift > 0 ? std::int64_t{1} << (op.shift - 1) : 0) +
                      out.zeroPoint * (std::int64_t{1} << op.shift);
        op.low = out.low();
        op.high = between(0, 3) ? out.high() : std::max(op.low, out.high() - 1);
        return layer("scale", {from, side}, in.shape, out, op);
    }

    int add(int a, int b) {
        const quant::IntegerTensor left = network_.tensors[index(a)], right = network_.tensors[index(b)];
        const quant::TensorFormat out = format();
        quant::AddLayer op;
        op.shift = between(12, 16);
        op.multiplierA = between(0, 65535);
        op.multiplierB = between(0, 65535);
        op.rounding = (std::int64_t{1} << (op.shift - 1)) +
                      (static_cast<std::int64_t>(out.zeroPoint) * (1 << op.shift)) -
                      std::int64_t{op.multiplierA} * left.format.zeroPoint -
                      std::int64_t{op.multiplierB} * right.format.zeroPoint;
        op.low = out.low();
        op.high = out.high();
        return layer("add", {a, b}, left.shape, out, op);
    }

    template <typename Op>
    int layer(const std::string& kind, std::vector<int> inputs, quant::MapShape shape,
              quant::TensorFormat out, Op op) {
        const std::string name = kind + std::to_string(network_.layers.size());
        const int output = tensor(name, shape, out);
        network_.layers.push_back({name, std::move(inputs), output, std::move(op)});
        return output;
    }

    static int extent(int padded, int kernel, int dilation, int stride) {
        return (padded - dilation * (kernel - 1) - 1) / stride + 1;
    }

    Random random_;
    bool everyKind_;
    quant::IntegerNetwork network_;
    int maxChannels_ = 8;
};

} // namespace tandem::test
