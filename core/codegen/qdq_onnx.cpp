// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/qdq_onnx.h"

#include "core/base/error.h"
#include "core/onnx/exporter.h"

#include <cmath>

namespace tandem::codegen {

namespace {

using nn::ValueId;

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

nn::ElementType storage(const quant::TensorFormat& format) {
    return format.isSigned ? nn::ElementType::Int8 : nn::ElementType::UInt8;
}

class QdqBuilder {
  public:
    explicit QdqBuilder(const quant::IntegerNetwork& network)
        : network_(network), real_(network.tensors.size(), nn::kNoValue) {}

    nn::Graph run() {
        graph_.name = network_.name;
        enter();
        for (const quant::IntegerLayer& layer : network_.layers) {
            std::visit([&](const auto& op) { addLayer(layer, op); }, layer.op);
        }
        leave();
        graph_.check();
        return std::move(graph_);
    }

  private:
    const quant::IntegerTensor& tensor(int index) const { return network_.tensors[at(index)]; }

    static nn::Shape shapeOf(const quant::MapShape& map) { return {1, map.channels, map.height, map.width}; }

    ValueId value(std::string name, nn::ElementType type, nn::Shape shape) {
        return graph_.addValue({std::move(name), type, std::move(shape), {}, {}});
    }

    /// A node with one output.
    ValueId node(const std::string& name, const std::string& onnxName, nn::Operator op,
                 std::vector<ValueId> inputs, nn::ElementType type, nn::Shape shape) {
        const ValueId out = value(name, type, std::move(shape));
        graph_.nodes.push_back({name, onnxName, std::move(op), std::move(inputs), {out}});
        return out;
    }

    ValueId scalar(const std::string& name, double number) {
        return graph_.addConstant(name, nn::Tensor::ofFloats({}, {static_cast<float>(number)}));
    }

    /// Copies a host graph; `entering` stands for its input number 0 where it is given.
    std::vector<ValueId> host(const nn::Graph& part, ValueId entering) {
        std::vector<ValueId> moved(part.values.size(), nn::kNoValue);
        if (entering != nn::kNoValue) {
            moved[at(part.inputs.front())] = entering;
        }
        const auto move = [&](ValueId id) {
            if (id == nn::kNoValue) {
                return id;
            }
            if (moved[at(id)] == nn::kNoValue) {
                const nn::Value& from = part.value(id);
                moved[at(id)] = graph_.addValue({from.name, from.type, from.shape, from.constant, {}});
            }
            return moved[at(id)];
        };
        if (entering == nn::kNoValue) {
            for (const ValueId input : part.inputs) {
                graph_.inputs.push_back(move(input));
            }
        }
        for (nn::Node copy : part.nodes) {
            std::ranges::transform(copy.inputs, copy.inputs.begin(), move);
            std::ranges::transform(copy.outputs, copy.outputs.begin(), move);
            graph_.nodes.push_back(std::move(copy));
        }
        std::vector<ValueId> outputs;
        std::ranges::transform(part.outputs, std::back_inserter(outputs), move);
        return outputs;
    }

    void enter() {
        const quant::IntegerTensor& in = tensor(network_.input);
        ValueId real = nn::kNoValue;
        if (network_.before.inputs.empty()) {
            real = value(in.name, nn::ElementType::Float32, shapeOf(in.shape));
            graph_.inputs = {real};
        } else {
            real = host(network_.before, nn::kNoValue).front();
        }
        real_[at(network_.input)] = quantized(network_.input, reshaped(real, shapeOf(in.shape), "entering"),
                                              in.format.low(), in.format.high());
    }

    void leave() {
        const ValueId real = real_[at(network_.output)];
        if (network_.after.inputs.empty()) {
            graph_.outputs = {real};
            return;
        }
        const nn::Shape& shape = network_.after.value(network_.after.inputs.front()).shape;
        graph_.outputs = host(network_.after, reshaped(real, shape, "leaving"));
    }

    ValueId reshaped(ValueId real, const nn::Shape& shape, const std::string& name) {
        return graph_.value(real).shape == shape
                   ? real
                   : node(name, "Reshape", nn::Reshape{}, {real}, nn::ElementType::Float32, shape);
    }

    /// Clips to low..high where 8-bit saturation does not, quantizes, dequantizes.
    ValueId quantized(int index, ValueId real, int low, int high) {
        const quant::IntegerTensor& to = tensor(index);
        const quant::TensorFormat& format = to.format;
        const int storedLow = format.isSigned ? -128 : 0, storedHigh = format.isSigned ? 127 : 255;
        const nn::Shape shape = shapeOf(to.shape);
        if (low != storedLow || high != storedHigh) {
            nn::Activation clip;
            clip.kind = nn::ActivationKind::Clip;
            clip.low = static_cast<float>(format.scale * (low - format.zeroPoint));
            clip.high = static_cast<float>(format.scale * (high - format.zeroPoint));
            real = node(to.name + "_clip", "Clip", clip, {real}, nn::ElementType::Float32, shape);
        }
        const ValueId scale = scalar(to.name + "_scale", format.scale);
        const ValueId zero = graph_.addConstant(
            to.name + "_zero_point", nn::Tensor::ofIntegers({}, {format.zeroPoint}, storage(format)));
        const ValueId stored = node(to.name + "_quantized", "QuantizeLinear", nn::Quantize{},
                                    {real, scale, zero}, storage(format), shape);
        return node(to.name + "_dequantized", "DequantizeLinear", nn::Dequantize{}, {stored, scale, zero},
                    nn::ElementType::Float32, shape);
    }

    ValueId constant(const std::string& name, nn::Tensor integers, const std::vector<float>& scales) {
        const nn::Shape shape = integers.shape;
        const ValueId stored = graph_.addConstant(name + "_quantized", std::move(integers));
        const ValueId scale = graph_.addConstant(
            name + "_scale", nn::Tensor::ofFloats({static_cast<std::int64_t>(scales.size())}, scales));
        const ValueId zero = graph_.addConstant(
            name + "_zero_point",
            nn::Tensor::ofIntegers({static_cast<std::int64_t>(scales.size())},
                                   std::vector<std::int64_t>(scales.size(), 0), graph_.value(stored).type));
        return node(name, "DequantizeLinear", nn::Dequantize{0}, {stored, scale, zero},
                    nn::ElementType::Float32, shape);
    }

    void addLayer(const quant::IntegerLayer& layer, const quant::ConvolutionLayer& op) {
        const quant::IntegerTensor &in = tensor(layer.inputs[0]), &out = tensor(layer.output);
        const std::size_t channels = op.bias.size(), perChannel = op.weights.size() / channels;
        std::vector<float> weightScales, biasScales;
        std::vector<std::int64_t> bias;
        for (std::size_t channel = 0; channel < channels; ++channel) {
            const int shift = op.requantization.shiftOf(static_cast<int>(channel));
            const double sumScale =
                std::ldexp(out.format.scale * op.requantization.multiplier[channel], -shift);
            biasScales.push_back(static_cast<float>(sumScale));
            weightScales.push_back(static_cast<float>(sumScale / in.format.scale));
            std::int64_t sum = 0;
            for (std::size_t k = 0; k < perChannel; ++k) {
                sum += op.weights[channel * perChannel + k];
            }
            bias.push_back(op.bias[channel] + in.format.zeroPoint * sum);
        }
        const ValueId weights =
            constant(layer.name + "_weights",
                     nn::Tensor::ofIntegers({out.shape.channels, in.shape.channels / op.groups,
                                             op.kernel.height, op.kernel.width},
                                            {op.weights.begin(), op.weights.end()}, nn::ElementType::Int8),
                     weightScales);
        const ValueId offsets =
            constant(layer.name + "_bias",
                     nn::Tensor::ofIntegers({out.shape.channels}, std::move(bias), nn::ElementType::Int32),
                     biasScales);
        nn::Convolution convolution{op.kernel, op.stride, op.dilation, op.padding, op.groups};
        const ValueId real =
            node(layer.name, "Conv", convolution, {real_[at(layer.inputs[0])], weights, offsets},
                 nn::ElementType::Float32, shapeOf(out.shape));
        finish(layer, real, op.requantization.low, op.requantization.high);
    }

    void addLayer(const quant::IntegerLayer& layer, const quant::PoolLayer& op) {
        const quant::IntegerTensor& out = tensor(layer.output);
        const bool isMaximum = op.kind == nn::PoolKind::Maximum;
        const nn::Pool pool{op.kind, op.kernel, op.stride, {1, 1}, op.padding, true};
        const ValueId real = node(layer.name, isMaximum ? "MaxPool" : "AveragePool", pool,
                                  {real_[at(layer.inputs[0])]}, nn::ElementType::Float32, shapeOf(out.shape));
        if (isMaximum) {
            // Its values are its input's: saturation at 8 bits is enough.
            finish(layer, real, out.format.isSigned ? -128 : 0, out.format.isSigned ? 127 : 255);
        } else {
            finish(layer, real, op.requantization.low, op.requantization.high);
        }
    }

    void addLayer(const quant::IntegerLayer& layer, const quant::AddLayer& op) {
        const ValueId real =
            node(layer.name, "Add", nn::Binary{}, {real_[at(layer.inputs[0])], real_[at(layer.inputs[1])]},
                 nn::ElementType::Float32, shapeOf(tensor(layer.output).shape));
        finish(layer, real, op.low, op.high);
    }

    template <typename Op>
    void addLayer(const quant::IntegerLayer& layer, const Op&) {
        throw workError("integer layer '{}': an ONNX model cannot be written with it", layer.name);
    }

    void finish(const quant::IntegerLayer& layer, ValueId real, int low, int high) {
        real_[at(layer.output)] = quantized(layer.output, real, low, high);
    }

    const quant::IntegerNetwork& network_;
    std::vector<ValueId> real_; ///< per integer tensor the dequantized value
    nn::Graph graph_;
};

} // namespace

nn::Graph quantizedGraph(const quant::IntegerNetwork& network) {
    return QdqBuilder(network).run();
}

void writeQdqOnnx(const quant::IntegerNetwork& network, const std::filesystem::path& file) {
    onnx::exportOnnx(quantizedGraph(network), file);
}

} // namespace tandem::codegen
