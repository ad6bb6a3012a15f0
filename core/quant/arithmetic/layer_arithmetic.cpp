// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/arithmetic/layer_arithmetic.h"

#include "core/base/error.h"
#include "core/quant/arithmetic/convolution_run.h"
#include "core/quant/arithmetic/requantize.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tandem::quant {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

int outputExtent(int input, int before, int after, int kernel, int dilation, int stride) {
    const int room = input + before + after - dilation * (kernel - 1) - 1;
    return room < 0 ? 0 : room / stride + 1;
}

/// Checks one layer; every failure names the layer.
class LayerCheck {
  public:
    LayerCheck(const IntegerNetwork& network, const IntegerLayer& layer) : network_(network), layer_(layer) {}

    void operator()(const ConvolutionLayer& op) const {
        expectInputs(1);
        const IntegerTensor &in = input(0), &out = output();
        expectWindow(op.kernel, op.stride, op.dilation, op.padding, in.shape, out.shape);
        if (op.groups < 1 || in.shape.channels % op.groups != 0 || out.shape.channels % op.groups != 0) {
            fail("{} groups do not divide {} input and {} output channels", op.groups, in.shape.channels,
                 out.shape.channels);
        }
        const std::size_t channels = at(out.shape.channels);
        const std::size_t perChannel =
            at(in.shape.channels / op.groups) * at(op.kernel.height) * at(op.kernel.width);
        if (op.weights.size() != channels * perChannel || op.bias.size() != channels) {
            fail("{} weights and {} biases, {} and {} expected", op.weights.size(), op.bias.size(),
                 channels * perChannel, channels);
        }
        if (op.weightBits < 2 || op.weightBits > 8) {
            fail("{} weight bits, 2 to 8 expected", op.weightBits);
        }
        const int limit = (1 << (op.weightBits - 1)) - 1;
        for (const std::int8_t weight : op.weights) {
            if (weight < -limit || weight > limit) {
                fail("weight {} is outside -{}..{}", weight, limit, limit);
            }
        }
        expectPadValue(op.padValue, in);
        expectAccumulator(op.accumulatorBits, accumulatorBitsNeeded(op, in.format));
        expectRequantization(op.requantization, channels, out.format);
    }

    void operator()(const PoolLayer& op) const {
        expectInputs(1);
        const IntegerTensor &in = input(0), &out = output();
        expectWindow(op.kernel, op.stride, {1, 1}, op.padding, in.shape, out.shape);
        if (in.shape.channels != out.shape.channels) {
            fail("{} input and {} output channels, the same expected", in.shape.channels, out.shape.channels);
        }
        if (std::max(op.padding.top, op.padding.bottom) >= op.kernel.height ||
            std::max(op.padding.left, op.padding.right) >= op.kernel.width) {
            fail("the padding is not smaller than the window");
        }
        if (op.kind == nn::PoolKind::Maximum) {
            if (in.format != out.format) {
                fail("the output's format is not the input's");
            }
            return;
        }
        expectPadValue(op.padValue, in);
        expectAccumulator(op.accumulatorBits, accumulatorBitsNeeded(op, in.format));
        expectRequantization(op.requantization, 1, out.format);
    }

    void operator()(const AddLayer& op) const {
        expectInputs(2);
        if (!(input(0).shape == output().shape) || !(input(1).shape == output().shape)) {
            fail("the two inputs and the output do not have the same shape");
        }
        for (const std::int32_t multiplier : {op.multiplierA, op.multiplierB}) {
            if (multiplier < 0 || multiplier > std::numeric_limits<std::uint16_t>::max()) {
                fail("multiplier {} is outside 0..65535", multiplier);
            }
        }
        expectShift(op.shift);
        if (std::abs(op.rounding) > std::int64_t{1} << 60) {
            fail("rounding constant {} is too large", op.rounding);
        }
        expectClamp(op.low, op.high, output().format);
    }

    void operator()(const TableLayer& op) const {
        expectInputs(1);
        expectShape(input(0).shape);
        const TensorFormat &in = input(0).format, &out = output().format;
        if (op.values.size() != std::size_t{1} << in.bits) {
            fail("a table of {} entries, {} expected for {} bits", op.values.size(), 1 << in.bits, in.bits);
        }
        for (const std::int16_t value : op.values) {
            if (value < out.low() || value > out.high()) {
                fail("table entry {} is not within {}..{}", value, out.low(), out.high());
            }
        }
    }

    void operator()(const ConcatLayer&) const {
        if (layer_.inputs.size() < 2) {
            fail("{} inputs, 2 or more expected", layer_.inputs.size());
        }
        MapShape sum = output().shape;
        sum.channels = 0;
        for (std::size_t i = 0; i < layer_.inputs.size(); ++i) {
            expectSameFormat(i);
            const MapShape& part = input(i).shape;
            if (part.height != sum.height || part.width != sum.width) {
                fail("input {} has {}x{} cells, the output {}x{}", i, part.height, part.width, sum.height,
                     sum.width);
            }
            sum.channels += part.channels;
        }
        expectShape(sum);
    }

    void operator()(const SelectLayer& op) const {
        expectInputs(1);
        expectSameFormat(0);
        MapShape expected = input(0).shape;
        for (const int channel : op.channels) {
            if (channel < 0 || channel >= expected.channels) {
                fail("selects channel {} of {}", channel, expected.channels);
            }
        }
        expected.channels = static_cast<int>(op.channels.size());
        expectShape(expected);
    }

    void operator()(const ExpandLayer& op) const {
        expectInputs(1);
        expectSameFormat(0);
        if (op.factor.height < 1 || op.factor.width < 1) {
            fail("factors {}x{}, at least 1 expected", op.factor.height, op.factor.width);
        }
        const MapShape& in = input(0).shape;
        expectShape({in.channels, in.height * op.factor.height, in.width * op.factor.width});
        expectPadValue(op.fill, input(0));
    }

    void operator()(const ScaleLayer& op) const {
        expectInputs(2);
        expectShape(input(0).shape);
        if (!(input(1).shape == MapShape{output().shape.channels, 1, 1})) {
            fail("the factors are {}x{}x{}, {}x1x1 expected", input(1).shape.channels, input(1).shape.height,
                 input(1).shape.width, output().shape.channels);
        }
        if (op.zeroA != input(0).format.zeroPoint || op.zeroB != input(1).format.zeroPoint) {
            fail("zero points {} and {} are not the inputs' {} and {}", op.zeroA, op.zeroB,
                 input(0).format.zeroPoint, input(1).format.zeroPoint);
        }
        expectShift(op.shift);
        const std::int64_t half = op.shift > 0 ? std::int64_t{1} << (op.shift - 1) : 0;
        const std::int64_t rounding = half + output().format.zeroPoint * (std::int64_t{1} << op.shift);
        if (op.rounding != rounding) {
            fail("rounding constant {}, {} expected", op.rounding, rounding);
        }
        expectClamp(op.low, op.high, output().format);
    }

    void operator()(const SpaceToDepthLayer& op) const { expectBlocks(op.block, output(), input(0)); }
    void operator()(const DepthToSpaceLayer& op) const { expectBlocks(op.block, input(0), output()); }

  private:
    void expectShape(const MapShape& shape) const {
        const MapShape& out = output().shape;
        if (!(out == shape)) {
            fail("the output is {}x{}x{}, the inputs give {}x{}x{}", out.channels, out.height, out.width,
                 shape.channels, shape.height, shape.width);
        }
    }

    void expectSameFormat(std::size_t index) const {
        if (input(index).format != output().format) {
            fail("the output's format is not that of input {}", index);
        }
    }

    /// `deep` is the map with the many channels.
    void expectBlocks(int block, const IntegerTensor& deep, const IntegerTensor& wide) const {
        expectInputs(1);
        expectSameFormat(0);
        if (block < 1 ||
            !(wide.shape == MapShape{deep.shape.channels / (block * block), deep.shape.height * block,
                                     deep.shape.width * block}) ||
            deep.shape.channels % (block * block) != 0) {
            fail("blocks of {}x{} cells do not lead from {}x{}x{} to {}x{}x{}", block, block,
                 input(0).shape.channels, input(0).shape.height, input(0).shape.width,
                 output().shape.channels, output().shape.height, output().shape.width);
        }
    }

    const IntegerTensor& input(std::size_t index) const { return network_.tensors[at(layer_.inputs[index])]; }
    const IntegerTensor& output() const { return network_.tensors[at(layer_.output)]; }

    template <typename... Args>
    [[noreturn]] void fail(fmt::format_string<Args...> text, Args&&... args) const {
        throw workError("integer layer '{}': {}", layer_.name,
                        fmt::format(text, std::forward<Args>(args)...));
    }

    void expectInputs(std::size_t count) const {
        if (layer_.inputs.size() != count) {
            fail("{} inputs, {} expected", layer_.inputs.size(), count);
        }
    }

    void expectWindow(nn::Extent kernel, nn::Extent stride, nn::Extent dilation, nn::Padding padding,
                      const MapShape& in, const MapShape& out) const {
        if (std::min({kernel.height, kernel.width, stride.height, stride.width, dilation.height,
                      dilation.width}) < 1) {
            fail("kernel, stride and dilation must be at least 1");
        }
        if (std::min({padding.top, padding.left, padding.bottom, padding.right}) < 0) {
            fail("negative padding");
        }
        const int height = outputExtent(in.height, padding.top, padding.bottom, kernel.height,
                                        dilation.height, stride.height);
        const int width =
            outputExtent(in.width, padding.left, padding.right, kernel.width, dilation.width, stride.width);
        if (height != out.height || width != out.width) {
            fail("the output is {}x{}, the window gives {}x{}", out.height, out.width, height, width);
        }
    }

    void expectPadValue(int padValue, const IntegerTensor& in) const {
        if (padValue != in.format.zeroPoint) {
            fail("padding value {} is not the input's zero point {}", padValue, in.format.zeroPoint);
        }
    }

    void expectAccumulator(int given, int needed) const {
        if (given < needed || given > 32) {
            fail("accumulator of {} bits, at least {} and at most 32 expected", given, needed);
        }
    }

    void expectShift(int shift) const {
        if (shift < 0 || shift > kMaximumShift) {
            fail("shift {} is outside 0..{}", shift, kMaximumShift);
        }
    }

    void expectClamp(int low, int high, const TensorFormat& format) const {
        if (low > high || low < format.low() || high > format.high()) {
            fail("clamp {}..{} is not within {}..{}", low, high, format.low(), format.high());
        }
    }

    void expectRequantization(const Requantization& requantization, std::size_t channels,
                              const TensorFormat& format) const {
        const std::size_t shifts = requantization.shift.size();
        if (requantization.multiplier.size() != channels || (shifts != 1 && shifts != channels)) {
            fail("{} multipliers and {} shifts, {} and 1 or {} expected", requantization.multiplier.size(),
                 shifts, channels, channels);
        }
        std::ranges::for_each(requantization.shift, [this](int shift) { expectShift(shift); });
        if (requantization.zeroPoint != format.zeroPoint) {
            fail("zero point {} is not the output's {}", requantization.zeroPoint, format.zeroPoint);
        }
        expectClamp(requantization.low, requantization.high, format);
    }

    const IntegerNetwork& network_;
    const IntegerLayer& layer_;
};

void runPool(const PoolLayer& op, const MapShape& in, const MapShape& out,
             const std::vector<std::int32_t>& input, std::vector<std::int32_t>& output) {
    const bool isMaximum = op.kind == nn::PoolKind::Maximum;
    std::size_t index = 0;
    for (int c = 0; c < out.channels; ++c) {
        const std::int32_t* map = input.data() + at(c) * at(in.height * in.width);
        for (int oy = 0; oy < out.height; ++oy) {
            for (int ox = 0; ox < out.width; ++ox) {
                const int y0 = oy * op.stride.height - op.padding.top;
                const int x0 = ox * op.stride.width - op.padding.left;
                const int yFirst = std::max(y0, 0), yLast = std::min(y0 + op.kernel.height, in.height);
                const int xFirst = std::max(x0, 0), xLast = std::min(x0 + op.kernel.width, in.width);
                std::int32_t largest = map[yFirst * in.width + xFirst], sum = 0;
                for (int y = yFirst; y < yLast; ++y) {
                    for (int x = xFirst; x < xLast; ++x) {
                        const std::int32_t value = map[y * in.width + x];
                        largest = std::max(largest, value);
                        sum += value;
                    }
                }
                const int padded = op.kernel.height * op.kernel.width - (yLast - yFirst) * (xLast - xFirst);
                output[index++] =
                    isMaximum ? largest
                              : requantize(op.requantization, 0,
                                           std::int64_t{op.bias} + sum + std::int64_t{padded} * op.padValue);
            }
        }
    }
}

void runAdd(const AddLayer& op, const std::vector<std::int32_t>& a, const std::vector<std::int32_t>& b,
            std::vector<std::int32_t>& output) {
    for (std::size_t i = 0; i < output.size(); ++i) {
        const std::int64_t sum = std::int64_t{a[i]} * op.multiplierA + std::int64_t{b[i]} * op.multiplierB;
        output[i] = requantize(sum, 1, op.rounding, op.shift, op.low, op.high);
    }
}

/// Runs one layer.
struct LayerRun {
    const IntegerNetwork& network;
    const IntegerLayer& layer;
    std::span<const std::int16_t> weights;
    const std::vector<std::vector<std::int32_t>>& values;
    std::vector<std::int32_t>& to;

    const std::vector<std::int32_t>& from(std::size_t input) const { return values[at(layer.inputs[input])]; }
    const MapShape& in(std::size_t input) const { return network.tensors[at(layer.inputs[input])].shape; }
    const MapShape& out() const { return network.tensors[at(layer.output)].shape; }

    /// Calls cell(channel, row, column) for every output element in order and stores what it gives.
    template <typename Cell>
    void fill(Cell cell) const {
        std::size_t index = 0;
        for (int c = 0; c < out().channels; ++c) {
            for (int y = 0; y < out().height; ++y) {
                for (int x = 0; x < out().width; ++x) {
                    to[index++] = cell(c, y, x);
                }
            }
        }
    }
    std::int32_t cell(int c, int y, int x) const {
        return from(0)[(at(c) * at(in(0).height) + at(y)) * at(in(0).width) + at(x)];
    }

    void operator()(const TableLayer& op) const {
        const int low = network.tensors[at(layer.inputs[0])].format.low();
        std::ranges::transform(from(0), to.begin(), [&](std::int32_t x) { return op.values[at(x - low)]; });
    }

    void operator()(const ConcatLayer&) const {
        auto end = to.begin();
        for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
            end = std::ranges::copy(from(i), end).out;
        }
    }

    void operator()(const SelectLayer& op) const {
        fill([&](int c, int y, int x) { return cell(op.channels[at(c)], y, x); });
    }

    void operator()(const ExpandLayer& op) const {
        const auto [fy, fx] = op.factor;
        fill([&, fy, fx](int c, int y, int x) {
            const bool stored = op.repeat || (y % fy == 0 && x % fx == 0);
            return stored ? cell(c, y / fy, x / fx) : op.fill;
        });
    }

    void operator()(const ScaleLayer& op) const {
        fill([&](int c, int y, int x) {
            const std::int64_t product = std::int64_t{cell(c, y, x) - op.zeroA} * (from(1)[at(c)] - op.zeroB);
            return requantize(product, op.multiplier, op.rounding, op.shift, op.low, op.high);
        });
    }

    void operator()(const SpaceToDepthLayer& op) const {
        const int b = op.block, channels = in(0).channels;
        fill([&, b, channels](int c, int y, int x) {
            const int offset = c / channels;
            return cell(c % channels, y * b + offset / b, x * b + offset % b);
        });
    }

    void operator()(const DepthToSpaceLayer& op) const {
        const int b = op.block, channels = out().channels;
        fill([&, b, channels](int c, int y, int x) {
            return cell((y % b * b + x % b) * channels + c, y / b, x / b);
        });
    }

    void operator()(const ConvolutionLayer& op) const {
        ConvolutionRun(op, weights, in(0), out())(from(0), to);
    }
    void operator()(const PoolLayer& op) const { runPool(op, in(0), out(), from(0), to); }
    void operator()(const AddLayer& op) const { runAdd(op, from(0), from(1), to); }
};

} // namespace

void checkLayer(const IntegerNetwork& network, const IntegerLayer& layer) {
    std::visit(LayerCheck(network, layer), layer.op);
}

void runLayer(const IntegerNetwork& network, const IntegerLayer& layer, std::span<const std::int16_t> weights,
              const std::vector<std::vector<std::int32_t>>& values, std::vector<std::int32_t>& to) {
    std::visit(LayerRun{network, layer, weights, values, to}, layer.op);
}

} // namespace tandem::quant
