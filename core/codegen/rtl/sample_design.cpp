// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/rtl/sample_design.h"

#include "core/base/random.h"
#include "core/hw/workload/workload_of.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace tandem::codegen {

namespace {

/// Products that one engine of a sample computes at once, at most: of few samples, and of most.
constexpr int kMostProducts = 32, kFewProducts = 10;
/// Lanes of an engine's input or output.
constexpr int kMostLanes = 16;
/// See effortOf: of every eighth sample, and of the others.
constexpr double kMostEffort = 1400, kUsualEffort = 560;
/// Bits of a factor times bits of the other of the products that LUTs compute, bits of weights in LUTs.
constexpr std::int64_t kMostFabricBits = 640, kMostLutBits = 8192;

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

/// A window along one axis.
struct Axis {
    int kernel = 1, stride = 1, dilation = 1, before = 0, after = 0, output = 1;
};

class Sampler {
  public:
    Sampler(std::uint64_t seed, std::uint64_t attempt)
        : random_(Random::stream(seed, 3 * attempt)),
          materials_(Random::stream(seed, 3 * attempt + 1)),
          moves_(Random::stream(seed, 3 * attempt + 2)) {}

    SampleDesign make() {
        network_.name = "sample";
        const bool uniform = chance(60);
        bits_ = uniform ? pick<int>({8, 8, 8, 4, 4, 6, 5, 3}) : 0;
        const int channels = pick<int>({1, 2, 3, 4, 4, 6, 8, 8, 12, 16, 16, 24, 32});
        const int most = channels > 16 ? 8 : channels > 4 ? 16 : 28;
        const int height = range(2, most), width = chance(50) ? height : range(2, most);
        network_.inputs = {tensor({channels, height, width}, format())};
        int last = network_.input();
        const int layers = pick<int>({1, 1, 1, 1, 2, 2, 3});
        if (moves_.below(100) < 26) {
            last = chance(50) ? append(last) : last;
            last = stream(last);
        } else {
            for (int l = 0; l < layers; ++l) {
                last = append(last);
            }
        }
        network_.outputs = {last};
        SampleDesign design;
        design.parameters = foldings();
        const quant::IntegerTensor& input = network_.tensors[at(network_.input())];
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

    /// Limits on one side of the format's middle would leave bits that never change, which synthesis then
    /// takes out of everything behind them; formats are chosen so that they do not.
    template <typename Op>
    static void straddle(Op& op, const quant::TensorFormat& out) {
        const int middle = out.isSigned ? 0 : 1 << (out.bits - 1);
        if (op.low >= middle || op.high < middle) {
            op.low = out.low();
            op.high = out.high();
        }
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
        straddle(made, out);
        return made;
    }

    int convolution(int from, const Axis& rows, const Axis& columns, int outputs, bool separate,
                    const quant::TensorFormat* wanted = nullptr) {
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
        const quant::TensorFormat out = wanted != nullptr ? *wanted : format();
        op.requantization = requantization(outputs, magnitude, out);
        return layer({from}, tensor({outputs, rows.output, columns.output}, out), op);
    }

    int outputsFor(int inputs, int taps) {
        const int most = std::clamp(1536 / (inputs * taps), 1, 48);
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
        straddle(op, out);
        return layer({branch, from}, tensor(shape, out), op);
    }

    int table(int from) {
        const quant::IntegerTensor in = of(from);
        const quant::TensorFormat out = format();
        quant::TableLayer op;
        // A smooth function, as tables are.
        const double phase = random_.uniform() * 6, rate = 1 + random_.uniform() * 5;
        for (int i = 0; i < 1 << in.format.bits; ++i) {
            const double y = 0.5 + 0.5 * std::sin(phase + rate * i / (1 << in.format.bits));
            op.values.push_back(
                static_cast<std::int16_t>(std::lround(out.low() + y * (out.high() - out.low()))));
        }
        return layer({from}, tensor(in.shape, out), op);
    }

    /// `from` and a point-wise convolution of it, one after the other.
    int concat(int from) {
        const quant::IntegerTensor in = of(from);
        const int other =
            convolution(from, axis(in.shape.height, 1, 1, 1, false), axis(in.shape.width, 1, 1, 1, false),
                        outputsFor(in.shape.channels, 1), false, &in.format);
        quant::MapShape shape = in.shape;
        shape.channels += of(other).shape.channels;
        return layer({from, other}, tensor(shape, in.format), quant::ConcatLayer{});
    }

    /// A shuffle in two groups, a part of the channels, or any of them.
    int select(int from) {
        const quant::IntegerTensor in = of(from);
        const int channels = in.shape.channels, kind = range(0, 2);
        const int first = range(0, channels - 1), count = kind == 1 ? channels - first : channels;
        quant::SelectLayer op;
        for (int i = 0; i < count; ++i) {
            op.channels.push_back(kind == 1                        ? first + i
                                  : kind == 0 && channels % 2 == 0 ? i % 2 * (channels / 2) + i / 2
                                                                   : range(0, channels - 1));
        }
        return layer({from}, tensor({count, in.shape.height, in.shape.width}, in.format), op);
    }

    int expand(int from) {
        const quant::IntegerTensor in = of(from);
        const quant::ExpandLayer op{{range(1, 3), 2}, chance(50), in.format.zeroPoint};
        const quant::MapShape shape{in.shape.channels, in.shape.height * op.factor.height,
                                    in.shape.width * op.factor.width};
        return layer({from}, tensor(shape, in.format), op);
    }

    /// Blocks of two by two cells become channels where the map can be divided, else channels become blocks.
    int blocks(int from) {
        const quant::IntegerTensor in = of(from);
        const quant::MapShape shape = in.shape;
        if (shape.height % 2 == 0 && shape.width % 2 == 0) {
            return layer({from}, tensor({shape.channels * 4, shape.height / 2, shape.width / 2}, in.format),
                         quant::SpaceToDepthLayer{2});
        }
        if (shape.channels % 4 != 0) {
            return select(from);
        }
        return layer({from}, tensor({shape.channels / 4, shape.height * 2, shape.width * 2}, in.format),
                     quant::DepthToSpaceLayer{2});
    }

    /// `from` times its own largest activations.
    int scale(int from) {
        const quant::IntegerTensor in = of(from);
        quant::PoolLayer squeeze;
        squeeze.kind = nn::PoolKind::Maximum;
        squeeze.kernel = {in.shape.height, in.shape.width};
        squeeze.stride = {1, 1};
        const int side = layer({from}, tensor({in.shape.channels, 1, 1}, in.format), squeeze);
        const quant::TensorFormat out = format();
        const bool free = chance(25);
        quant::ScaleLayer op;
        op.zeroA = op.zeroB = in.format.zeroPoint;
        op.multiplier = static_cast<std::uint16_t>(free ? 1 : range(1 << 14, (1 << 16) - 1));
        op.shift = std::max(1, 2 * in.format.bits - out.bits - 1 + (free ? 0 : 15));
        op.rounding = (std::int64_t{1} << (op.shift - 1)) +
                      static_cast<std::int64_t>(out.zeroPoint) * (std::int64_t{1} << op.shift);
        op.low = out.low();
        op.high = out.high();
        return layer({from, side}, tensor(in.shape, out), op);
    }

    /// One of the layers that move, look up or scale.
    int stream(int from) {
        switch (moves_.below(6)) {
        case 0:
            return table(from);
        case 1:
            return concat(from);
        case 2:
            return select(from);
        case 3:
            return expand(from);
        case 4:
            return blocks(from);
        default:
            return scale(from);
        }
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
        const int most = chance(30) ? kMostProducts : kFewProducts;
        for (const hw::Layer& layer : hw::workloadOf(network_).layers) {
            std::vector<hw::Folding> legal = hw::pipeline::legalFoldings(layer);
            std::erase_if(legal, [&](const hw::Folding& folding) {
                const bool convolution = layer.kind == hw::LayerKind::Convolution;
                const int products = convolution ? folding.pe * folding.simd : folding.pe;
                return products > most || std::max(folding.pe, folding.simd) > kMostLanes;
            });
            parameters.foldings.push_back(legal[random_.below(legal.size())]);
            chooseMaterial(layer, parameters.foldings.back());
        }
        return parameters;
    }

    /// What multiplies and where the weights stand.
    void chooseMaterial(const hw::Layer& layer, hw::Folding& folding) {
        using hw::Multiplier, hw::WeightStore;
        const std::uint64_t how = materials_.below(100), where = materials_.below(100);
        const bool convolution = layer.kind == hw::LayerKind::Convolution;
        if (!convolution && layer.kind != hw::LayerKind::DepthwiseConvolution) {
            return;
        }
        const std::int64_t products = convolution ? std::int64_t{folding.pe} * folding.simd : folding.pe;
        if (how < 20 && products * layer.weightBits * layer.inputBits <= kMostFabricBits) {
            folding.multiplier = Multiplier::Fabric;
        } else if (how >= 20 && how < 45 && hw::pipeline::isLegal(layer, folding, Multiplier::Packed)) {
            folding.multiplier = Multiplier::Packed;
        }
        const std::int64_t weights = std::int64_t{layer.inputChannels} /
                                     (convolution ? 1 : layer.inputChannels) * layer.outputChannels *
                                     layer.kernelHeight * layer.kernelWidth * layer.weightBits;
        if (where < 15) {
            folding.weights = WeightStore::Block;
        } else if (where < 30 && weights <= kMostLutBits) {
            folding.weights = WeightStore::Luts;
        }
    }

    Random random_, materials_, moves_;
    quant::IntegerNetwork network_;
    int bits_ = 0; ///< of everything; 0: each its own
};

/// About the LUTs that synthesis has to find, by rule of thumb; fixed, so that samples stay what they are.
double effortOf(const hw::Workload& workload, const hw::pipeline::Parameters& parameters) {
    double effort = 0;
    for (std::size_t l = 0; l < workload.layers.size(); ++l) {
        const hw::Layer& layer = workload.layers[l];
        const hw::Folding& folding = parameters.foldings[l];
        const bool convolution = layer.kind == hw::LayerKind::Convolution;
        const bool weighs = convolution || layer.kind == hw::LayerKind::DepthwiseConvolution;
        const double products = weighs ? (convolution ? folding.pe * folding.simd : folding.pe) : 0;
        const bool fabric = folding.multiplier == hw::Multiplier::Fabric;
        const double weights =
            weighs && folding.weights != hw::WeightStore::Block
                ? std::min(12000.0, static_cast<double>(layer.outputChannels) * layer.kernelHeight *
                                        layer.kernelWidth * (convolution ? layer.inputChannels : 1) *
                                        layer.weightBits)
                : 0;
        effort += 220 + products * (fabric ? layer.weightBits * layer.inputBits : 8) + weights / 50 +
                  folding.pe * layer.accumulatorBits / 2.0;
    }
    return effort;
}

} // namespace

SampleDesign sampleDesign(std::uint64_t seed) {
    const double most = seed % 8 == 7 ? kMostEffort : kUsualEffort;
    for (std::uint64_t attempt = 0;; ++attempt) {
        SampleDesign design = Sampler(seed, attempt).make();
        if (effortOf(hw::workloadOf(design.network), design.parameters) <= most) {
            return design;
        }
    }
}

hw::folded::Parameters sampleArray(std::uint64_t seed) {
    Random random = Random::stream(seed, 1'000'003);
    hw::folded::Parameters parameters;
    parameters.columns = 2 << random.below(3);
    parameters.rows = std::max(2, parameters.columns >> random.below(3));
    parameters.busBits = 8 << random.below(5);
    parameters.order = random.below(2) == 0 ? hw::folded::Order::Weights : hw::folded::Order::Outputs;
    const std::uint64_t multiplier = random.below(5);
    parameters.multiplier = multiplier == 0 ? hw::Multiplier::Packed
                            : multiplier == 1 && parameters.rows * parameters.columns <= 16
                                ? hw::Multiplier::Fabric
                                : hw::Multiplier::Dsp;
    return parameters;
}

} // namespace tandem::codegen
