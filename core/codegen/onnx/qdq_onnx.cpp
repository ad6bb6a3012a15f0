// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/onnx/qdq_onnx.h"

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
        const quant::IntegerTensor& in = tensor(network_.input());
        ValueId real = nn::kNoValue;
        if (network_.before.inputs.empty()) {
            real = value(in.name, nn::ElementType::Float32, shapeOf(in.shape));
            graph_.inputs = {real};
        } else {
            real = host(network_.before, nn::kNoValue).front();
        }
        real_[at(network_.input())] =
            quantized(network_.input(), reshaped(real, shapeOf(in.shape), "entering"), in.format.low(),
                      in.format.high());
    }

    void leave() {
        const ValueId real = real_[at(network_.output())];
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

    void addLayer(const quant::IntegerLayer& layer, const quant::TableLayer& op) {
        if (op.function.inputs.empty()) {
            throw workError("integer layer '{}': its table's function is not known, an ONNX model cannot be "
                            "written with it",
                            layer.name);
        }
        const auto [low, high] = std::ranges::minmax(op.values);
        finish(layer, copied(op.function, layer.name, real_[at(layer.inputs[0])]), low, high);
    }

    /// Copies the function's nodes, their names made the layer's own.
    ValueId copied(const nn::Graph& function, const std::string& name, ValueId entering) {
        std::vector<ValueId> moved(function.values.size(), nn::kNoValue);
        moved[at(function.inputs.front())] = entering;
        const auto move = [&](ValueId id) {
            if (id != nn::kNoValue && moved[at(id)] == nn::kNoValue) {
                const nn::Value& from = function.value(id);
                moved[at(id)] =
                    graph_.addValue({name + "/" + from.name, from.type, from.shape, from.constant, {}});
            }
            return id == nn::kNoValue ? id : moved[at(id)];
        };
        for (nn::Node copy : function.nodes) {
            copy.name = name + "/" + copy.name;
            std::ranges::transform(copy.inputs, copy.inputs.begin(), move);
            std::ranges::transform(copy.outputs, copy.outputs.begin(), move);
            graph_.nodes.push_back(std::move(copy));
        }
        return moved[at(function.outputs.front())];
    }

    void addLayer(const quant::IntegerLayer& layer, const quant::ConcatLayer&) {
        std::vector<ValueId> inputs;
        std::ranges::transform(layer.inputs, std::back_inserter(inputs),
                               [this](int input) { return real_[at(input)]; });
        finishMoved(layer, nn::Concat{1}, "Concat", std::move(inputs));
    }

    void addLayer(const quant::IntegerLayer& layer, const quant::SelectLayer& op) {
        const nn::Shape count{static_cast<std::int64_t>(op.channels.size())};
        finishMoved(layer,
                    nn::Gather{1, nn::Tensor::ofIntegers(count, {op.channels.begin(), op.channels.end()},
                                                         nn::ElementType::Int64)},
                    "Gather", {real_[at(layer.inputs[0])]});
    }

    void addLayer(const quant::IntegerLayer& layer, const quant::ExpandLayer& op) {
        const ValueId from = real_[at(layer.inputs[0])];
        const nn::Shape in = shapeOf(tensor(layer.inputs[0]).shape);
        if (op.repeat) {
            nn::Resize resize;
            resize.coordinates = "asymmetric";
            resize.nearest = "floor";
            resize.scales = {1, 1, static_cast<float>(op.factor.height), static_cast<float>(op.factor.width)};
            finishMoved(layer, resize, "Resize", {from});
            return;
        }
        nn::Pad pad;
        pad.before.assign(6, 0);
        pad.after = {0, 0, 0, op.factor.height - 1, 0, op.factor.width - 1};
        const ValueId cells = node(layer.name + "/cells", "Reshape", nn::Reshape{}, {from},
                                   nn::ElementType::Float32, {1, in[1], in[2], 1, in[3], 1});
        const ValueId apart = node(layer.name + "/apart", "Pad", pad, {cells}, nn::ElementType::Float32,
                                   {1, in[1], in[2], op.factor.height, in[3], op.factor.width});
        finishMoved(layer, nn::Reshape{}, "Reshape", {apart});
    }

    void addLayer(const quant::IntegerLayer& layer, const quant::ScaleLayer& op) {
        const ValueId real = node(layer.name, "Mul", nn::Binary{nn::BinaryKind::Multiply},
                                  {real_[at(layer.inputs[0])], real_[at(layer.inputs[1])]},
                                  nn::ElementType::Float32, shapeOf(tensor(layer.output).shape));
        finish(layer, real, op.low, op.high);
    }

    void addLayer(const quant::IntegerLayer& layer, const quant::SpaceToDepthLayer& op) {
        const nn::Shape in = shapeOf(tensor(layer.inputs[0]).shape);
        const std::int64_t b = op.block;
        addTransposed(layer, {1, in[1], in[2] / b, b, in[3] / b, b}, {0, 3, 5, 1, 2, 4});
    }

    void addLayer(const quant::IntegerLayer& layer, const quant::DepthToSpaceLayer& op) {
        const nn::Shape in = shapeOf(tensor(layer.inputs[0]).shape);
        const std::int64_t b = op.block;
        addTransposed(layer, {1, b, b, in[1] / (b * b), in[2], in[3]}, {0, 3, 4, 1, 5, 2});
    }

    void addTransposed(const quant::IntegerLayer& layer, const nn::Shape& cells,
                       const std::vector<int>& order) {
        nn::Shape moved;
        std::ranges::transform(order, std::back_inserter(moved), [&](int axis) { return cells[at(axis)]; });
        const ValueId apart = node(layer.name + "/cells", "Reshape", nn::Reshape{},
                                   {real_[at(layer.inputs[0])]}, nn::ElementType::Float32, cells);
        const ValueId transposed = node(layer.name + "/order", "Transpose", nn::Transpose{order}, {apart},
                                        nn::ElementType::Float32, moved);
        finishMoved(layer, nn::Reshape{}, "Reshape", {transposed});
    }

    /// Its values are its input's: saturation at 8 bits is enough.
    void finishMoved(const quant::IntegerLayer& layer, nn::Operator op, const std::string& onnxName,
                     std::vector<ValueId> inputs) {
        const quant::IntegerTensor& out = tensor(layer.output);
        const ValueId real = node(layer.name, onnxName, std::move(op), std::move(inputs),
                                  nn::ElementType::Float32, shapeOf(out.shape));
        finish(layer, real, out.format.isSigned ? -128 : 0, out.format.isSigned ? 127 : 255);
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
