// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/tuning/tuned_network.h"

#include "core/base/error.h"
#include "core/train/checkpoint.h"
#include "core/train/trainable_network.h"

#include <algorithm>

namespace tandem::quant {

namespace {

constexpr std::uint32_t kVersion = 1, kVersionWithTail = 2;

void setQuantization(nn::Value& value, const TensorFormat& format) {
    nn::Quantization quantization;
    quantization.bits = format.bits;
    quantization.isSigned = format.isSigned;
    quantization.scales = {static_cast<float>(format.scale)};
    quantization.zeroPoints = {format.zeroPoint};
    value.quantization = quantization;
}

void setLayer(nn::Graph& graph, const LoweredLayer& layer, const TunedLayer& tuned) {
    nn::Value& weights = graph.value(layer.weights);
    if (tuned.weights.size() != weights.constant->floats().size()) {
        throw inputError("layer '{}': {} trained weights were given, it has {}", layer.name,
                         tuned.weights.size(), weights.constant->floats().size());
    }
    weights.constant->floats() = tuned.weights;
    nn::Quantization quantization;
    quantization.bits = tuned.bits;
    quantization.isSigned = true;
    quantization.scales = tuned.scales;
    weights.quantization = quantization;

    const auto channels = static_cast<std::int64_t>(tuned.bias.size());
    if (layer.bias != nn::kNoValue) {
        graph.value(layer.bias).constant->floats() = tuned.bias;
        return;
    }
    const nn::ValueId bias =
        graph.addConstant(layer.name + ".bias", nn::Tensor::ofFloats({channels}, tuned.bias));
    nn::Node& node = graph.nodes[static_cast<std::size_t>(layer.node)];
    node.inputs.resize(3, nn::kNoValue);
    node.inputs[2] = bias;
}

void requireSize(std::string_view what, std::size_t given, std::size_t expected) {
    if (given != expected) {
        throw inputError("the trained network is of another graph: it has {} {}, {} expected", given, what,
                         expected);
    }
}

void setTail(nn::Graph& graph, const Lowering& lowering, const TunedNetwork& tuned) {
    const std::vector<nn::ValueId> parameters = tailParameters(graph, lowering);
    requireSize("parameters on the host", tuned.tail.size(), parameters.size());
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        std::vector<float>& numbers = graph.value(parameters[i]).constant->floats();
        requireSize("elements in a parameter on the host", tuned.tail[i].size(), numbers.size());
        numbers = tuned.tail[i];
    }
}

} // namespace

std::vector<nn::ValueId> tailParameters(const nn::Graph& prepared, const Lowering& lowering) {
    std::vector<nn::ValueId> values;
    for (const train::Parameter& parameter : train::parametersOf(prepared)) {
        const bool isOfTail = std::ranges::any_of(lowering.tail, [&](const auto& behind) {
            const std::vector<nn::ValueId>& inputs = prepared.node(behind.first).inputs;
            return std::ranges::find(inputs, parameter.value) != inputs.end();
        });
        if (isOfTail) {
            values.push_back(parameter.value);
        }
    }
    return values;
}

std::string toBytes(const TunedNetwork& tuned) {
    train::CheckpointWriter writer;
    writer.number(tuned.tail.empty() ? kVersion : kVersionWithTail);
    writer.number(static_cast<std::uint32_t>(tuned.layers.size()));
    for (const TunedLayer& layer : tuned.layers) {
        writer.number(layer.bits);
        writer.floats(layer.weights);
        writer.floats(layer.scales);
        writer.floats(layer.bias);
    }
    writer.number(static_cast<std::uint32_t>(tuned.formats.size()));
    for (const TensorFormat& format : tuned.formats) {
        writer.number(format.bits);
        writer.number(format.isSigned);
        writer.number(format.scale);
        writer.number(format.zeroPoint);
    }
    if (!tuned.tail.empty()) {
        writer.blocks(tuned.tail);
    }
    return writer.take();
}

TunedNetwork tunedNetworkFromBytes(std::string_view bytes) {
    train::CheckpointReader reader(bytes);
    const auto version = reader.number<std::uint32_t>();
    if (version < kVersion || version > kVersionWithTail) {
        throw inputError("the trained network is of version {}, {} or {} expected", version, kVersion,
                         kVersionWithTail);
    }
    TunedNetwork tuned;
    for (auto left = reader.number<std::uint32_t>(); left > 0; --left) {
        TunedLayer& layer = tuned.layers.emplace_back();
        layer.bits = reader.number<int>();
        layer.weights = reader.floats();
        layer.scales = reader.floats();
        layer.bias = reader.floats();
    }
    for (auto left = reader.number<std::uint32_t>(); left > 0; --left) {
        TensorFormat& format = tuned.formats.emplace_back();
        format.bits = reader.number<int>();
        format.isSigned = reader.number<bool>();
        format.scale = reader.number<double>();
        format.zeroPoint = reader.number<int>();
    }
    if (version == kVersionWithTail) {
        tuned.tail = reader.blocks();
    }
    return tuned;
}

nn::Graph withTunedConstants(const nn::Graph& prepared, const TunedNetwork& tuned) {
    const Lowering lowering = lower(prepared);
    requireSize("layers", tuned.layers.size(), lowering.layers.size());
    requireSize("feature maps", tuned.formats.size(), lowering.tensors.size());
    nn::Graph graph = prepared;
    for (std::size_t i = 0; i < lowering.tensors.size(); ++i) {
        const std::vector<nn::ValueId>& aliases = lowering.tensors[i].aliases;
        for (const nn::ValueId alias : aliases) {
            graph.value(alias).quantization.reset();
        }
        if (!aliases.empty()) {
            setQuantization(graph.value(aliases.front()), tuned.formats[i]);
        }
    }
    for (std::size_t i = 0; i < lowering.layers.size(); ++i) {
        if (lowering.layers[i].kind == LayerKind::Convolution) {
            setLayer(graph, lowering.layers[i], tuned.layers[i]);
        }
    }
    setTail(graph, lowering, tuned);
    return graph;
}

IntegerNetwork integerNetwork(const nn::Graph& prepared, const TunedNetwork& tuned,
                              std::span<const nn::Tensor> calibration, const Workers& workers) {
    const nn::Graph graph = withTunedConstants(prepared, tuned);
    const Lowering lowering = lower(graph);
    QuantizationOptions options;
    options.correctBias = false; // the training has seen the rounded weights
    options.inputBits = tuned.formats.at(static_cast<std::size_t>(lowering.input)).bits;
    for (std::size_t i = 0; i < lowering.layers.size(); ++i) {
        const auto output = static_cast<std::size_t>(lowering.layers[i].output);
        options.layers.push_back({tuned.layers[i].bits, tuned.formats[output].bits});
    }
    return quantize(graph, lowering, calibrate(graph, lowering, calibration, workers), options);
}

} // namespace tandem::quant
