// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/sample_design.h"

#include "core/base/random.h"
#include "core/hw/workload_of.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace tandem::codegen {

namespace {

/// Products that one engine of a sample computes at once, at most.
constexpr std::int64_t kMostProducts = 32;
/// Bits that the lanes of one engine take in or hold at once, at most.
constexpr int kMostLanes = 16;

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

/// A window along one axis.
struct Axis {
    int kernel = 1, stride = 1, dilation = 1, before = 0, after = 0, output = 1;
};

class Sampler {
  public:
    explicit Sampler(std::uint64_t seed) : random_(Random::stream(seed, 0x5a3b1e)) {}

    SampleDesign make() {
        network_.name = "sample";
        const bool uniform = chance(60);
        bits_ = uniform ? pick<int>({8, 8, 8, 4, 4, 6, 5, 3}) : 0;
        const int channels = pick<int>({1, 2, 3, 4, 4, 6, 8, 8, 12, 16, 16, 24, 32});
        const int most = channels > 16 ? 8 : channels > 4 ? 16 : 28;
        const int height = range(2, most), width = chance(50) ? height : range(2, most);
        network_.input = tensor({channels, height, width}, format());
        int last = network_.input;
        const int layers = pick<int>({1, 1, 2, 2, 3});
        for (int l = 0; l < layers; ++l) {
            last = append(last);
        }
        network_.output = last;
        SampleDesign design;
        design.parameters = foldings();
        const quant::IntegerTensor& input = network_.tensors[at(network_.input)];
        for (int i = 0; i < input.shape.count(); ++i) {
            design.input.push_back(range(input.format.low(), input.format.high()));
        }
        design.network = std::move(network_);
        return design;
    }

  private:
    int range(int low, int high) {
        return low + static_cast<int>(random_.below(static_cast<std::uint64_t>(high - low + 1)));
    }
    bool chance(int percent) { return range(0, 99) < percent; }
    template <typename T>
    T pick(std::initializer_list<T> values) {
        return values.begin()[random_.below(values.size())];
    }

    const quant::IntegerTensor& of(int index) const { return network_.tensors[at(index)]; }

    quant::TensorFormat format() {
        quant::TensorFormat format;
        format.bits = bits_ != 0 ? bits_ : range(2, 8);
        format.isSigned = chance(50);
        format.zeroPoint = chance(50) ? 0 : range(format.low(), format.high());
        return format;
    }

    int tensor(quant::MapShape shape, const quant::TensorFormat& format) {
        network_.tensors.push_back({"t" + std::to_string(network_.tensors.size()), shape, format});
        return static_cast<int>(network_.tensors.size()) - 1;
    }

    template <typename Op>
    int layer(std::vector<int> inputs, int output, Op op) {
        network_.layers.push_back(
            {"layer" + std::to_string(network_.layers.size()), std::move(inputs), output, std::move(op)});
        return output;
    }

    template <typename Op>
    static void setWindow(Op& op, const Axis& rows, const Axis& columns) {
        op.kernel = {rows.kernel, columns.kernel};
        op.stride = {rows.stride, columns.stride};
        op.padding = {rows.before, columns.before, rows.after, columns.after};
    }

    Axis axis(int size, int kernel, int stride, int dilation, bool padded) {
        Axis axis{kernel, stride, dilation, 0, 0, 1};
        int extent = (kernel - 1) * dilation + 1;
        if (padded || size < extent) {
            axis.before = (extent - 1) / 2;
            axis.after = extent - 1 - axis.before;
        }
        if (size + axis.before + axis.after < extent) {
            return {1, 1, 1, 0, 0, size};
        }
        axis.output = (size + axis.before + axis.after - extent) / stride + 1;
        return axis;
    }

    quant::Requantization requantization(int channels, double magnitude, const quant::TensorFormat& out) {
        quant::Requantization made;
        const bool free = chance(20), perChannel = channels > 1 && chance(15);
        const double target = (out.high() - out.low()) / 2.0;
        const double shift = std::log2(std::max(1.0, magnitude / target)) + (free ? 0 : 15.5);
        const int base = std::clamp(static_cast<int>(std::lround(shift)), 0, 40);
        for (int c = 0; c < channels; ++c) {
            made.multiplier.push_back(static_cast<std::uint16_t>(free ? 1 : range(1 << 14, (1 << 16) - 1)));
            if (perChannel) {
                made.shift.push_back(std::max(0, base + range(-3, 3)));
            }
        }
        if (!perChannel) {
            made.shift.push_back(base);
        }
        made.zeroPoint = out.zeroPoint;
        made.low = chance(40) ? out.zeroPoint : out.low();
        made.high = chance(10) ? range(made.low, out.high()) : out.high();
        return made;
    }

    int convolution(int from, const Axis& rows, const Axis& columns, int outputs, bool separate) {
        const quant::IntegerTensor in = of(from);
        quant::ConvolutionLayer op;
        op.groups = separate ? in.shape.channels : 1;
        setWindow(op, rows, columns);
        op.dilation = {rows.dilation, columns.dilation};
        op.padValue = in.format.zeroPoint;
        op.weightBits = bits_ != 0 ? bits_ : range(2, 8);
        const int limit = (1 << (op.weightBits - 1)) - 1;
        const int each = in.shape.channels / op.groups * rows.kernel * columns.kernel;
        for (int i = 0; i < outputs * each; ++i) {
            const double spread = random_.normal() * limit / 3;
            op.weights.push_back(
                static_cast<std::int8_t>(std::clamp<long>(std::lround(spread), -limit, limit)));
        }
        const double most = std::max(std::abs(in.format.low()), in.format.high());
        const double magnitude = std::sqrt(each) * limit * most * 0.3 + 1;
        for (int o = 0; o < outputs; ++o) {
            op.bias.push_back(static_cast<std::int32_t>(std::lround(random_.normal() * magnitude / 2)));
        }
        op.accumulatorBits = quant::accumulatorBitsNeeded(op, in.format);
        const quant::TensorFormat out = format();
        op.requantization = requantization(outputs, magnitude, out);
        return layer({from}, tensor({outputs, rows.output, columns.output}, out), op);
    }

    int outputsFor(int inputs, int taps) {
        const int most = std::clamp(4096 / (inputs * taps), 1, 48);
        const int wanted = pick<int>({1, 2, 3, 4, 6, 8, 8, 10, 12, 16, 16, 24, 32, 48});
        return std::min(wanted, most);
    }

    int windowed(int from, bool separate) {
        const quant::MapShape in = of(from).shape;
        const int kernel = pick<int>({2, 3, 3, 3, 3, 5}), stride = pick<int>({1, 1, 2});
        const int dilation = chance(8) ? 2 : 1;
        const bool padded = chance(60);
        const Axis rows = axis(in.height, kernel, stride, dilation, padded);
        const Axis columns = chance(90) ? axis(in.width, kernel, stride, dilation, padded)
                                        : axis(in.width, 1, stride, 1, padded);
        const int outputs = separate ? in.channels : outputsFor(in.channels, rows.kernel * columns.kernel);
        return convolution(from, rows, columns, outputs, separate);
    }

    int pointwise(int from) {
        const quant::MapShape in = of(from).shape;
        const int stride = chance(15) ? 2 : 1;
        return convolution(from, axis(in.height, 1, stride, 1, false), axis(in.width, 1, stride, 1, false),
                           outputsFor(in.channels, 1), false);
    }

    int connected(int from) {
        const quant::MapShape in = of(from).shape;
        return convolution(from, {in.height, 1, 1, 0, 0, 1}, {in.width, 1, 1, 0, 0, 1},
                           outputsFor(in.channels, in.height * in.width), false);
    }

    int pool(int from, nn::PoolKind kind) {
        const quant::IntegerTensor in = of(from);
        quant::PoolLayer op;
        op.kind = kind;
        const int kernel = pick<int>({2, 2, 3}), stride = pick<int>({1, 2, 2, 3});
        const bool padded = chance(30);
        Axis rows = axis(in.shape.height, kernel, stride, 1, padded);
        Axis columns = axis(in.shape.width, kernel, stride, 1, padded);
        const bool average = kind == nn::PoolKind::Average;
        if (average && chance(60)) {
            rows = {in.shape.height, 1, 1, 0, 0, 1};
            columns = {in.shape.width, 1, 1, 0, 0, 1};
        }
        setWindow(op, rows, columns);
        quant::TensorFormat out = in.format;
        if (average) {
            const int taps = rows.kernel * columns.kernel;
            op.padValue = in.format.zeroPoint;
            op.bias = -taps * in.format.zeroPoint;
            op.accumulatorBits = quant::accumulatorBitsNeeded(op, in.format);
            out = format();
            const double most = std::max(std::abs(in.format.low()), in.format.high());
            op.requantization = requantization(1, most * taps, out);
        }
        return layer({from}, tensor({in.shape.channels, rows.output, columns.output}, out), op);
    }

    /// `from` and a branch of one convolution of it, added up.
    int add(int from) {
        const quant::MapShape shape = of(from).shape;
        const int kernel = pick<int>({1, 3, 3});
        const bool separate = shape.channels > 1 && chance(40);
        const int branch = convolution(from, axis(shape.height, kernel, 1, 1, true),
                                       axis(shape.width, kernel, 1, 1, true), shape.channels, separate);
        quant::AddLayer op;
        const bool free = chance(25);
        op.multiplierA = free ? 1 << range(0, 4) : range(1 << 14, (1 << 16) - 1);
        op.multiplierB = free ? 1 << range(0, 4) : range(1 << 14, (1 << 16) - 1);
        op.shift = free ? range(1, 5) : range(15, 17);
        const quant::TensorFormat out = format();
        op.rounding = (std::int64_t{1} << (op.shift - 1)) +
                      static_cast<std::int64_t>(out.zeroPoint) * (std::int64_t{1} << op.shift);
        op.low = chance(50) ? out.zeroPoint : out.low();
        op.high = out.high();
        return layer({branch, from}, tensor(shape, out), op);
    }

    int append(int from) {
        const int kind = range(0, 99);
        if (kind < 30) {
            return windowed(from, false);
        }
        if (kind < 48) {
            return windowed(from, true);
        }
        if (kind < 64) {
            return pointwise(from);
        }
        if (kind < 72) {
            return connected(from);
        }
        if (kind < 80) {
            return pool(from, nn::PoolKind::Maximum);
        }
        if (kind < 88) {
            return pool(from, nn::PoolKind::Average);
        }
        return add(from);
    }

    hw::pipeline::Parameters foldings() {
        hw::pipeline::Parameters parameters;
        for (const hw::Layer& layer : hw::workloadOf(network_).layers) {
            std::vector<hw::pipeline::Folding> legal = hw::pipeline::legalFoldings(layer);
            std::erase_if(legal, [](const hw::pipeline::Folding& folding) {
                return std::int64_t{folding.pe} * folding.simd > kMostProducts * kMostLanes / 2 ||
                       folding.pe > kMostLanes || folding.simd > kMostLanes;
            });
            if (layer.kind == hw::LayerKind::Convolution) {
                std::erase_if(legal, [](const hw::pipeline::Folding& folding) {
                    return std::int64_t{folding.pe} * folding.simd > kMostProducts;
                });
            }
            parameters.foldings.push_back(legal[random_.below(legal.size())]);
        }
        return parameters;
    }

    Random random_;
    quant::IntegerNetwork network_;
    int bits_ = 0; ///< of everything; 0: each its own
};

} // namespace

SampleDesign sampleDesign(std::uint64_t seed) {
    return Sampler(seed).make();
}

} // namespace tandem::codegen
