// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/quantize/quantize.h"

#include "core/base/error.h"
#include "core/quant/lowering/pointwise.h"
#include "core/quant/quantize/model_format.h"
#include "core/quant/quantize/threshold_fit.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tandem::quant {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

constexpr double kMultiplierLimit = 65535.0;

/// A sum's unit need not be finer than this share of an output step: rounding weights to it moves the output
/// by some hundredths of a step, while channels with next to no weights would ask for very wide accumulators.
constexpr double kFinestUnit = 1.0 / (1 << 14);

/// Where one unit of the sums is more steps than any format has, outputs are its ends whatever the ratio is.
constexpr double kSaturatingRatio = 1024.0;

/// The shift that gives `ratio` a multiplier of 16 significant bits.
int shiftFor(double ratio) {
    int shift = 15 - static_cast<int>(std::floor(std::log2(ratio)));
    shift = std::min(shift, kMaximumShift);
    return std::floor(std::ldexp(ratio, shift) + 0.5) > kMultiplierLimit ? shift - 1 : shift;
}

std::uint16_t multiplierFor(double ratio, int shift) {
    return static_cast<std::uint16_t>(std::floor(std::ldexp(ratio, shift) + 0.5));
}

/// The clamp that a map's format and its folded activations give.
void setClamp(const LoweredTensor& tensor, const TensorFormat& format, int& low, int& high) {
    low = std::isinf(tensor.low) ? format.low() : quantized(tensor.low, format);
    high = std::isinf(tensor.high) ? format.high() : quantized(tensor.high, format);
}

/// One output channel's integers.
struct Channel {
    double scale = 0.0;
    std::vector<std::int8_t> weights;
    double error = 0.0; ///< mean of what rounding the weights adds to the real sum, on the calibration inputs
};

class Quantizer {
  public:
    Quantizer(const nn::Graph& graph, const Lowering& lowering, const Calibration& calibration,
              const QuantizationOptions& options)
        : graph_(graph), lowering_(lowering), calibration_(calibration), options_(options) {
        if (!options.layers.empty() && options.layers.size() != lowering.layers.size()) {
            throw inputError("network '{}': precision given for {} layers, it has {}", graph.name,
                             options.layers.size(), lowering.layers.size());
        }
        if (calibration.tensors.size() != lowering.tensors.size()) {
            throw inputError("network '{}': the calibration is of another network", graph.name);
        }
    }

    IntegerNetwork run() {
        network_.name = graph_.name;
        network_.inputs = {lowering_.input};
        network_.outputs = {lowering_.output};
        network_.before = lowering_.before;
        network_.after = lowering_.after;
        network_.hasHostTail = !lowering_.tail.empty();
        for (const LoweredTensor& tensor : lowering_.tensors) {
            network_.tensors.push_back({tensor.name, tensor.shape, {}});
        }
        expectBits("the network's input", options_.inputBits);
        setFormats();
        for (std::size_t i = 0; i < lowering_.layers.size(); ++i) {
            const LoweredLayer& layer = lowering_.layers[i];
            try {
                network_.layers.push_back(
                    {layer.name, layer.inputs, layer.output, quantizeLayer(layer, precisionOf(i))});
            } catch (const Error& error) {
                throw error.within(fmt::format("layer '{}'", layer.name));
            }
        }
        check(network_);
        return std::move(network_);
    }

  private:
    static void expectBits(std::string_view what, int bits) {
        if (bits < 2 || bits > 8) {
            throw inputError("{} bits for {}, 2 to 8 expected", bits, what);
        }
    }

    const TensorFormat& format(int tensor) const { return network_.tensors[at(tensor)].format; }

    LayerPrecision precisionOf(std::size_t layer) const {
        return options_.layers.empty() ? LayerPrecision{} : options_.layers[layer];
    }

    /// Every format class takes the widest of the widths that are asked for it.
    void setFormats() {
        const std::vector<int> classes = formatClasses(lowering_);
        std::vector<int> bits(classes.size(), 0);
        bits[at(classes[at(lowering_.input)])] = options_.inputBits;
        for (std::size_t i = 0; i < lowering_.layers.size(); ++i) {
            const LoweredLayer& layer = lowering_.layers[i];
            if (!layer.keepsFormat()) {
                const int asked = precisionOf(i).activationBits;
                expectBits(fmt::format("activations of layer '{}'", layer.name), asked);
                int& own = bits[at(classes[at(layer.output)])];
                own = std::max(own, asked);
            }
        }
        for (std::size_t tensor = 0; tensor < classes.size(); ++tensor) {
            const std::size_t first = at(classes[tensor]);
            formats_.push_back(first == tensor ? formatOf(classes, classes[tensor], bits[first])
                                               : formats_[first]);
            network_.tensors[tensor].format = formats_[tensor].format;
        }
    }

    RoundedFormat formatOf(const std::vector<int>& classes, int group, int bits) const {
        bool neverNegative = true;
        std::optional<RoundedFormat> given;
        bool agrees = options_.useModelFormats && !options_.range.powerOfTwo;
        const auto take = [&](int tensor) {
            if (classes[at(tensor)] != group) {
                return;
            }
            const LoweredTensor& lowered = lowering_.tensors[at(tensor)];
            neverNegative = neverNegative && lowered.neverNegative;
            const auto own = modelFormat(graph_, lowered, bits);
            agrees = agrees && own && (!given || *given == *own);
            given = own;
        };
        take(lowering_.input);
        for (const LoweredLayer& layer : lowering_.layers) {
            if (!layer.keepsFormat()) {
                take(layer.output);
            }
        }
        const TensorStatistics seen = classStatistics(lowering_, calibration_, classes, group);
        if (!std::isfinite(seen.minimum) || !std::isfinite(seen.maximum)) {
            throw inputError("'{}' holds numbers that are not finite on the calibration inputs",
                             lowering_.tensors[at(group)].name);
        }
        return agrees ? *given : RoundedFormat{chooseFormat(seen, neverNegative, bits, options_.range)};
    }

    Direction directionOf(const LoweredLayer& layer) const {
        return quant::directionOf(formats_[at(layer.output)]);
    }

    IntegerOperator quantizeLayer(const LoweredLayer& layer, const LayerPrecision& precision) {
        switch (layer.kind) {
        case LayerKind::Convolution:
        case LayerKind::DepthwiseConvolution:
            expectBits("weights", precision.weightBits);
            return convolution(layer, precision.weightBits);
        case LayerKind::MaximumPool:
        case LayerKind::AveragePool:
            return pool(layer);
        case LayerKind::Add:
            return addition(layer);
        case LayerKind::Table:
            return table(layer);
        case LayerKind::Scale:
            return scale(layer);
        case LayerKind::Concat:
            return ConcatLayer{};
        case LayerKind::Select:
            return SelectLayer{layer.channels};
        case LayerKind::Expand:
            return ExpandLayer{layer.factor, layer.repeat, format(layer.output).zeroPoint};
        case LayerKind::SpaceToDepth:
            return SpaceToDepthLayer{layer.block};
        case LayerKind::DepthToSpace:
            break;
        }
        return DepthToSpaceLayer{layer.block};
    }

    /// The function at every number that the input's format can hold.
    TableLayer table(const LoweredLayer& layer) const {
        const TensorFormat &in = format(layer.inputs[0]), &out = format(layer.output);
        std::vector<double> reals;
        for (int x = in.low(); x <= in.high(); ++x) {
            reals.push_back(in.scale * (x - in.zeroPoint));
        }
        int low = 0, high = 0;
        setClamp(lowering_.tensors[at(layer.output)], out, low, high);
        TableLayer made;
        for (const double y : pointwiseValues(graph_, layer.sources, layer.function, reals)) {
            made.values.push_back(
                static_cast<std::int16_t>(std::clamp(quant::rounded(y, out, directionOf(layer)), low, high)));
        }
        const MapShape& shape = lowering_.tensors[at(layer.output)].shape;
        made.function = pointwiseGraph(graph_, layer.sources, layer.function,
                                       {1, shape.channels, shape.height, shape.width});
        return made;
    }

    ScaleLayer scale(const LoweredLayer& layer) const {
        const TensorFormat &a = format(layer.inputs[0]), &b = format(layer.inputs[1]),
                           &out = format(layer.output);
        const double ratio = a.scale * b.scale / out.scale;
        const Requantization by = chooseMultipliers(std::vector<double>{ratio}, options_.range.powerOfTwo);
        ScaleLayer made;
        made.zeroA = a.zeroPoint;
        made.zeroB = b.zeroPoint;
        made.multiplier = by.multiplier[0];
        made.shift = by.shift[0];
        made.rounding =
            shiftOffset(directionOf(layer), made.shift) + out.zeroPoint * (std::int64_t{1} << made.shift);
        setClamp(lowering_.tensors[at(layer.output)], out, made.low, made.high);
        return made;
    }

    PoolLayer pool(const LoweredLayer& layer) {
        const TensorFormat &in = format(layer.inputs[0]), &out = format(layer.output);
        PoolLayer made;
        made.kind = layer.kind == LayerKind::MaximumPool ? nn::PoolKind::Maximum : nn::PoolKind::Average;
        made.kernel = layer.kernel;
        made.stride = layer.stride;
        made.padding = layer.padding;
        if (made.kind == nn::PoolKind::Maximum) {
            return made;
        }
        const int area = layer.kernel.height * layer.kernel.width;
        const double ratio = in.scale / (out.scale * area);
        made.padValue = in.zeroPoint;
        made.bias = -area * in.zeroPoint +
                    static_cast<int>(std::clamp(sumOffset(directionOf(layer), ratio), -1e9, 1e9));
        made.accumulatorBits = accumulatorBitsNeeded(made, in);
        const bool exact = options_.range.powerOfTwo && (area & (area - 1)) == 0;
        made.requantization = requantization(layer, std::vector<double>{ratio}, exact);
        return made;
    }

    AddLayer addition(const LoweredLayer& layer) {
        const TensorFormat &a = format(layer.inputs[0]), &b = format(layer.inputs[1]),
                           &out = format(layer.output);
        const double ratioA = a.scale / out.scale, ratioB = b.scale / out.scale;
        if (std::max(ratioA, ratioB) >= kMultiplierLimit) {
            throw inputError(
                "the scales of its inputs are {:.3g} times its output's, less than 65535 expected",
                std::max(ratioA, ratioB));
        }
        AddLayer made;
        made.shift = std::max(0, shiftFor(std::max(ratioA, ratioB)));
        made.multiplierA = multiplierFor(ratioA, made.shift);
        made.multiplierB = multiplierFor(ratioB, made.shift);
        while (made.shift > 0 && made.multiplierA % 2 == 0 && made.multiplierB % 2 == 0) {
            made.multiplierA /= 2;
            made.multiplierB /= 2;
            --made.shift;
        }
        made.rounding =
            shiftOffset(directionOf(layer), made.shift) + out.zeroPoint * (std::int64_t{1} << made.shift) -
            std::int64_t{made.multiplierA} * a.zeroPoint - std::int64_t{made.multiplierB} * b.zeroPoint;
        setClamp(lowering_.tensors[at(layer.output)], out, made.low, made.high);
        return made;
    }

    Requantization requantization(const LoweredLayer& layer, std::span<const double> ratios,
                                  bool exact) const {
        Requantization made = chooseMultipliers(ratios, exact);
        made.zeroPoint = format(layer.output).zeroPoint;
        setClamp(lowering_.tensors[at(layer.output)], format(layer.output), made.low, made.high);
        return made;
    }

    ConvolutionLayer convolution(const LoweredLayer& layer, int weightBits) {
        const TensorFormat &in = format(layer.inputs[0]), &out = format(layer.output);
        const int channels = lowering_.tensors[at(layer.output)].shape.channels;
        const std::vector<float> weights = layerWeights(graph_, layer);
        const auto isFinite = [](float value) { return std::isfinite(value); };
        const std::size_t perChannel = weights.size() / at(channels);
        if (!std::ranges::all_of(weights, isFinite)) {
            throw inputError("its weights hold numbers that are not finite");
        }
        std::vector<double> scales = weightScales(layer, weights, channels, weightBits);
        if (!options_.range.powerOfTwo) {
            const double finest = kFinestUnit * out.scale / in.scale;
            std::ranges::for_each(scales, [finest](double& scale) { scale = std::max(scale, finest); });
        }
        const std::vector<float> none(at(channels), 0.0F);
        const std::vector<float>& bias =
            layer.bias == nn::kNoValue ? none : graph_.value(layer.bias).constant->floats();
        if (!std::ranges::all_of(bias, isFinite)) {
            throw inputError("its biases hold numbers that are not finite");
        }

        ConvolutionLayer made;
        made.kernel = layer.kernel;
        made.stride = layer.stride;
        made.dilation = layer.dilation;
        made.padding = layer.padding;
        made.groups = layer.groups;
        made.weightBits = weightBits;
        made.padValue = in.zeroPoint;
        std::vector<double> ratios;
        for (int channel = 0; channel < channels; ++channel) {
            const std::span<const float> row(weights.data() + at(channel) * perChannel, perChannel);
            const std::int32_t fitting =
                addChannel(made, layer, channel, row, double{bias[at(channel)]}, scales[at(channel)], ratios);
            made.bias.push_back(fitting);
        }
        std::ranges::for_each(
            ratios, [&](double& ratio) { ratio = std::min(ratio * in.scale / out.scale, kSaturatingRatio); });
        made.accumulatorBits = accumulatorBitsNeeded(made, in);
        made.requantization = requantization(layer, ratios, options_.range.powerOfTwo);
        return made;
    }

    /// How a channel turns its sums into outputs, the real `offset` made an integer; both in units of the
    /// sums. `reach`: sum of absolute weights.
    ChannelMap channelMap(const LoweredLayer& layer, double offset, double unit, std::int64_t reach) const {
        const TensorFormat &in = format(layer.inputs[0]), &out = format(layer.output);
        const ChannelMap wanted{offset, unit / out.scale};
        if (options_.range.powerOfTwo) {
            return {std::floor(offset + 0.5), wanted.ratio};
        }
        int low = 0, high = 0;
        setClamp(lowering_.tensors[at(layer.output)], out, low, high);
        const int largest = std::max(std::abs(in.low() - in.zeroPoint), std::abs(in.high() - in.zeroPoint));
        return withIntegerOffset(wanted, low - out.zeroPoint, high - out.zeroPoint,
                                 static_cast<double>(reach) * largest);
    }

    /// Appends a channel's weights to the layer and its weight scale, as the multiplier sees it, to `scales`;
    /// gives its integer bias. The scale is doubled until the sums fit into 32 bits.
    std::int32_t addChannel(ConvolutionLayer& made, const LoweredLayer& layer, int channel,
                            std::span<const float> row, double bias, double scale,
                            std::vector<double>& scales) {
        const TensorFormat& in = format(layer.inputs[0]);
        for (int doubled = 0; doubled < 64; ++doubled, scale *= 2) {
            const Channel integers = rounded(layer, channel, row, scale, made.weightBits);
            const double unit = in.scale * scale;
            std::int64_t sum = 0, reach = 0;
            for (const std::int8_t weight : integers.weights) {
                sum += weight;
                reach += std::abs(weight);
            }
            const ChannelMap map = channelMap(layer, (bias - integers.error) / unit, unit, reach);
            const double folded = map.offset - static_cast<double>(in.zeroPoint * sum) +
                                  sumOffset(directionOf(layer), unit / format(layer.output).scale);
            const double most =
                static_cast<double>(reach) * std::max(std::abs(in.low()), std::abs(in.high()));
            if (std::abs(folded) + most < 2147483648.0) {
                made.weights.insert(made.weights.end(), integers.weights.begin(), integers.weights.end());
                scales.push_back(scale * map.ratio / (unit / format(layer.output).scale));
                return static_cast<std::int32_t>(folded);
            }
            if (options_.range.powerOfTwo) {
                break; // one scale for the layer
            }
        }
        throw inputError("the bias {:.3g} of channel {} does not fit a 32-bit accumulator", bias, channel);
    }

    Channel rounded(const LoweredLayer& layer, int channel, std::span<const float> row, double scale,
                    int bits) const {
        const int limit = (1 << (bits - 1)) - 1;
        const MapShape& in = lowering_.tensors[at(layer.inputs[0])].shape;
        const int outputs = lowering_.tensors[at(layer.output)].shape.channels;
        const std::vector<double>& means = calibration_.tensors[at(layer.inputs[0])].channelMeans;
        const int first = channel / (outputs / layer.groups) * (in.channels / layer.groups);
        const std::size_t area = at(layer.kernel.height * layer.kernel.width);
        Channel made;
        made.scale = scale;
        for (std::size_t k = 0; k < row.size(); ++k) {
            const double integer = std::clamp<double>(std::floor(row[k] / scale + 0.5), -limit, limit);
            made.weights.push_back(static_cast<std::int8_t>(integer));
            made.error += (integer * scale - row[k]) * means[at(first) + k / area];
        }
        made.error = options_.correctBias ? made.error : 0.0;
        return made;
    }

    std::vector<double> weightScales(const LoweredLayer& layer, const std::vector<float>& weights,
                                     int channels, int bits) const {
        if (options_.range.powerOfTwo) {
            const double scale = chooseWeightScale(weights, bits, options_.range);
            return std::vector<double>(at(channels), scale > 0 ? scale : 1.0);
        }
        if (auto given = modelWeightScales(layer, channels, bits)) {
            return *given;
        }
        std::vector<double> scales;
        const std::size_t perChannel = weights.size() / at(channels);
        for (int channel = 0; channel < channels; ++channel) {
            scales.push_back(chooseWeightScale({weights.data() + at(channel) * perChannel, perChannel}, bits,
                                               options_.range));
        }
        // A channel without weights only adds its bias; the layer's largest scale suits it.
        const double largest = *std::ranges::max_element(scales);
        std::ranges::replace(scales, 0.0, largest > 0 ? largest : 1.0);
        return scales;
    }

    std::optional<std::vector<double>> modelWeightScales(const LoweredLayer& layer, int channels,
                                                         int bits) const {
        const auto& given = graph_.value(layer.weights).quantization;
        const auto isZero = [](std::int64_t zero) { return zero == 0; };
        if (!options_.useModelFormats || !given || given->bits != bits || !given->isSigned ||
            !std::ranges::all_of(given->zeroPoints, isZero) ||
            !std::ranges::all_of(given->scales, [](float scale) { return scale > 0; })) {
            return {};
        }
        if (given->scales.size() == 1) {
            return std::vector<double>(at(channels), double{given->scales[0]});
        }
        if (given->axis != 0 || given->scales.size() != at(channels)) {
            return {};
        }
        return std::vector<double>(given->scales.begin(), given->scales.end());
    }

    const nn::Graph& graph_;
    const Lowering& lowering_;
    const Calibration& calibration_;
    const QuantizationOptions& options_;
    IntegerNetwork network_;
    std::vector<RoundedFormat> formats_; ///< of every tensor
};

} // namespace

Requantization chooseMultipliers(std::span<const double> ratios, bool powerOfTwo) {
    Requantization made;
    const auto [least, most] = std::ranges::minmax(ratios);
    if (!(most < kMultiplierLimit) || !(least > 0)) {
        throw inputError("the output's scale is {:.3g} to {:.3g} times finer than its sums, less than 65535 "
                         "expected",
                         least, most);
    }
    if (powerOfTwo) {
        const int exponent = static_cast<int>(std::lround(std::log2(most)));
        made.shift = {std::clamp(-exponent, 0, kMaximumShift)};
        made.multiplier.assign(ratios.size(), static_cast<std::uint16_t>(1U << std::max(exponent, 0)));
        return made;
    }
    const bool spread = most / least > 64.0;
    const int shift = std::max(0, shiftFor(most));
    for (const double ratio : ratios) {
        const int own = spread ? std::max(0, shiftFor(ratio)) : shift;
        made.multiplier.push_back(multiplierFor(ratio, own));
        if (spread || made.shift.empty()) {
            made.shift.push_back(own);
        }
    }
    return made;
}

std::vector<float> layerWeights(const nn::Graph& prepared, const LoweredLayer& layer) {
    const std::vector<float>& given = prepared.value(layer.weights).constant->floats();
    if (layer.inputOrder.empty()) {
        return given;
    }
    std::vector<float> ordered(given.size());
    const std::size_t columns = layer.inputOrder.size();
    for (std::size_t row = 0; row < given.size(); row += columns) {
        for (std::size_t column = 0; column < columns; ++column) {
            ordered[row + at(layer.inputOrder[column])] = given[row + column];
        }
    }
    return ordered;
}

IntegerNetwork quantize(const nn::Graph& prepared, const Lowering& lowering, const Calibration& calibration,
                        const QuantizationOptions& options) {
    return Quantizer(prepared, lowering, calibration, options).run();
}

IntegerNetwork quantize(const nn::Graph& prepared, std::span<const nn::Tensor> inputs,
                        const QuantizationOptions& options, const Workers& workers) {
    const Lowering lowering = lower(prepared);
    return quantize(prepared, lowering, calibrate(prepared, lowering, inputs, workers), options);
}

} // namespace tandem::quant
