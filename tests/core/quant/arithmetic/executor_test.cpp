// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/quant/arithmetic/executor.h"
#include "tests/core/support/any_integer_network.h"

#include <gtest/gtest.h>

namespace tandem::quant {
namespace {

// The definition written out a second time: plain loops, 128-bit numbers, floor division instead of shifts.
__extension__ typedef __int128 Wide; // the extension marker is not allowed in a using-declaration

Wide floorDivide(Wide value, Wide by) {
    const Wide quotient = value / by;
    return quotient * by > value ? quotient - 1 : quotient;
}

std::int32_t rescale(Wide sum, const Requantization& by, int channel) {
    const Wide divisor = Wide{1} << by.shiftOf(channel);
    const std::size_t index = static_cast<std::size_t>(channel);
    // floor(sum * m / 2^s + 1/2) + zero point
    const Wide rounded =
        floorDivide(2 * sum * by.multiplier[index] + (divisor > 1 ? divisor : 0), 2 * divisor);
    const Wide shifted = rounded + by.zeroPoint;
    return static_cast<std::int32_t>(shifted < by.low ? by.low : shifted > by.high ? by.high : shifted);
}

class Reference {
  public:
    explicit Reference(const IntegerNetwork& network) : network_(network) {}

    std::vector<std::vector<std::int32_t>> run(const std::vector<std::int32_t>& input) {
        values_.assign(network_.tensors.size(), {});
        values_[static_cast<std::size_t>(network_.input())] = input;
        for (const IntegerLayer& layer : network_.layers) {
            const MapShape& shape = tensor(layer.output).shape;
            std::vector<std::int32_t> out;
            for (int c = 0; c < shape.channels; ++c) {
                for (int y = 0; y < shape.height; ++y) {
                    for (int x = 0; x < shape.width; ++x) {
                        out.push_back(std::visit([&](const auto& op) { return element(layer, op, c, y, x); },
                                                 layer.op));
                    }
                }
            }
            values_[static_cast<std::size_t>(layer.output)] = out;
        }
        return values_;
    }

  private:
    const IntegerTensor& tensor(int index) const { return network_.tensors[static_cast<std::size_t>(index)]; }

    bool inside(int index, int y, int x) const {
        const MapShape& shape = tensor(index).shape;
        return y >= 0 && x >= 0 && y < shape.height && x < shape.width;
    }

    std::int32_t get(int index, int c, int y, int x) const {
        const MapShape& shape = tensor(index).shape;
        return values_[static_cast<std::size_t>(index)]
                      [static_cast<std::size_t>((c * shape.height + y) * shape.width + x)];
    }

    std::int32_t element(const IntegerLayer& layer, const ConvolutionLayer& op, int c, int y, int x) const {
        const int from = layer.inputs[0];
        const int inputs = tensor(from).shape.channels / op.groups;
        const int outputs = tensor(layer.output).shape.channels / op.groups;
        Wide sum = op.bias[static_cast<std::size_t>(c)];
        std::size_t weight = static_cast<std::size_t>(c * inputs * op.kernel.height * op.kernel.width);
        for (int i = 0; i < inputs; ++i) {
            for (int ky = 0; ky < op.kernel.height; ++ky) {
                for (int kx = 0; kx < op.kernel.width; ++kx, ++weight) {
                    const int iy = y * op.stride.height + ky * op.dilation.height - op.padding.top;
                    const int ix = x * op.stride.width + kx * op.dilation.width - op.padding.left;
                    const int value =
                        inside(from, iy, ix) ? get(from, c / outputs * inputs + i, iy, ix) : op.padValue;
                    sum += Wide{op.weights[weight]} * value;
                    EXPECT_LT(sum < 0 ? -sum - 1 : sum, Wide{1} << (op.accumulatorBits - 1)) << layer.name;
                }
            }
        }
        return rescale(sum, op.requantization, c);
    }

    std::int32_t element(const IntegerLayer& layer, const PoolLayer& op, int c, int y, int x) const {
        const int from = layer.inputs[0];
        Wide sum = op.bias;
        std::int32_t largest = std::numeric_limits<std::int32_t>::min();
        for (int ky = 0; ky < op.kernel.height; ++ky) {
            for (int kx = 0; kx < op.kernel.width; ++kx) {
                const int iy = y * op.stride.height + ky - op.padding.top;
                const int ix = x * op.stride.width + kx - op.padding.left;
                sum += inside(from, iy, ix) ? get(from, c, iy, ix) : op.padValue;
                largest = inside(from, iy, ix) ? std::max(largest, get(from, c, iy, ix)) : largest;
            }
        }
        return op.kind == nn::PoolKind::Maximum ? largest : rescale(sum, op.requantization, 0);
    }

    std::int32_t element(const IntegerLayer& layer, const AddLayer& op, int c, int y, int x) const {
        const Wide sum = Wide{op.multiplierA} * get(layer.inputs[0], c, y, x) +
                         Wide{op.multiplierB} * get(layer.inputs[1], c, y, x) + op.rounding;
        const Wide shifted = floorDivide(sum, Wide{1} << op.shift);
        return static_cast<std::int32_t>(shifted < op.low ? op.low : shifted > op.high ? op.high : shifted);
    }

    std::int32_t element(const IntegerLayer& layer, const TableLayer& op, int c, int y, int x) const {
        const TensorFormat& in = tensor(layer.inputs[0]).format;
        const std::int32_t first = in.isSigned ? -(1 << (in.bits - 1)) : 0;
        return op.values.at(static_cast<std::size_t>(get(layer.inputs[0], c, y, x) - first));
    }

    std::int32_t element(const IntegerLayer& layer, const ConcatLayer&, int c, int y, int x) const {
        std::size_t part = 0;
        while (c >= tensor(layer.inputs.at(part)).shape.channels) {
            c -= tensor(layer.inputs[part++]).shape.channels;
        }
        return get(layer.inputs[part], c, y, x);
    }

    std::int32_t element(const IntegerLayer& layer, const SelectLayer& op, int c, int y, int x) const {
        return get(layer.inputs[0], op.channels.at(static_cast<std::size_t>(c)), y, x);
    }

    /// By scattering: which input cell lands here?
    std::int32_t element(const IntegerLayer& layer, const ExpandLayer& op, int c, int y, int x) const {
        const MapShape& in = tensor(layer.inputs[0]).shape;
        std::int32_t value = op.fill;
        for (int iy = 0; iy < in.height; ++iy) {
            for (int ix = 0; ix < in.width; ++ix) {
                const int dy = y - iy * op.factor.height, dx = x - ix * op.factor.width;
                const int reachY = op.repeat ? op.factor.height : 1, reachX = op.repeat ? op.factor.width : 1;
                if (dy >= 0 && dy < reachY && dx >= 0 && dx < reachX) {
                    value = get(layer.inputs[0], c, iy, ix);
                }
            }
        }
        return value;
    }

    std::int32_t element(const IntegerLayer& layer, const ScaleLayer& op, int c, int y, int x) const {
        const Wide product = (Wide{get(layer.inputs[0], c, y, x)} - op.zeroA) *
                             (Wide{get(layer.inputs[1], c, 0, 0)} - op.zeroB);
        Requantization by;
        by.multiplier = {op.multiplier};
        by.shift = {op.shift};
        by.zeroPoint = tensor(layer.output).format.zeroPoint;
        by.low = op.low, by.high = op.high;
        return rescale(product, by, 0);
    }

    std::int32_t element(const IntegerLayer& layer, const SpaceToDepthLayer& op, int c, int y, int x) const {
        return get(layer.inputs[0], c % tensor(layer.inputs[0]).shape.channels,
                   y * op.block + c / tensor(layer.inputs[0]).shape.channels / op.block,
                   x * op.block + c / tensor(layer.inputs[0]).shape.channels % op.block);
    }

    std::int32_t element(const IntegerLayer& layer, const DepthToSpaceLayer& op, int c, int y, int x) const {
        const int channels = tensor(layer.output).shape.channels;
        return get(layer.inputs[0], (y % op.block * op.block + x % op.block) * channels + c, y / op.block,
                   x / op.block);
    }

    const IntegerNetwork& network_;
    std::vector<std::vector<std::int32_t>> values_;
};

TEST(Executor, EqualsPlainLoopsInWideArithmeticOnRandomNetworks) {
    for (std::uint64_t seed = 0; seed < 150; ++seed) {
        test::RandomIntegerNetwork make(seed);
        const IntegerNetwork network = make.make(6, 12);
        const std::vector<std::int32_t> input = make.input(network);
        ASSERT_NO_THROW(check(network)) << "seed " << seed;
        ASSERT_EQ(execute(network, input), Reference(network).run(input)) << "seed " << seed;
    }
}

TEST(Executor, RoundsHalfUpAlsoBelowZero) {
    IntegerNetwork network;
    network.tensors = {{"in", {1, 1, 1}, {8, true, 1.0, 0}}, {"out", {1, 1, 1}, {8, true, 2.0, 0}}};
    ConvolutionLayer op;
    op.weights = {1};
    op.bias = {0};
    op.requantization = {{1}, {1}, 0, -128, 127};
    network.layers = {{"halve", {0}, 1, op}};
    network.outputs = {1};
    const std::vector<std::pair<int, int>> expected = {{3, 2}, {1, 1}, {-1, 0}, {-3, -1}, {-5, -2}, {4, 2}};
    for (const auto& [in, out] : expected) {
        EXPECT_EQ(execute(network, {in})[1], std::vector<std::int32_t>{out}) << in;
    }
}

TEST(Executor, IsTheSameFromManyThreads) {
    test::RandomIntegerNetwork make(7);
    const IntegerNetwork network = make.make(8, 12);
    const Executor executor(network);
    std::vector<std::vector<std::int32_t>> inputs, outputs(24);
    for (int i = 0; i < 24; ++i) {
        inputs.push_back(make.input(network));
    }
    parallelFor(inputs.size(), 4, [&](std::size_t i, int) { outputs[i] = executor.output(inputs[i]); });
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        EXPECT_EQ(outputs[i], execute(network, inputs[i])[static_cast<std::size_t>(network.output())]);
    }
}

TEST(Executor, RefusesInputsThatTheFormatCannotHold) {
    test::RandomIntegerNetwork make(3);
    const IntegerNetwork network = make.make(3);
    std::vector<std::int32_t> input = make.input(network);
    input.front() = 256;
    EXPECT_THROW(execute(network, input), Error);
    input.clear();
    EXPECT_THROW(execute(network, input), Error);
}

} // namespace
} // namespace tandem::quant
