// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/cpp/cpp.h"
#include "core/codegen/text_files.h"

namespace tandem::codegen {

namespace {

/// One constant array of a layer.
struct Array {
    std::string type, name;
    std::vector<std::int64_t> values;
};

template <typename T>
std::vector<std::int64_t> widened(const std::vector<T>& values) {
    return {values.begin(), values.end()};
}

std::vector<Array> arraysOf(const quant::IntegerNetwork& network) {
    std::vector<Array> arrays;
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
        const std::string name = cppLayerName(network, i);
        const auto scale = [&](const quant::Requantization& requantization) {
            arrays.push_back({"std::uint16_t", name + "_multiplier", widened(requantization.multiplier)});
            arrays.push_back({"std::uint8_t", name + "_shift", widened(requantization.shift)});
        };
        if (const auto* convolution = std::get_if<quant::ConvolutionLayer>(&network.layers[i].op)) {
            arrays.push_back({"std::int8_t", name + "_weights", widened(convolution->weights)});
            arrays.push_back({"std::int32_t", name + "_bias", widened(convolution->bias)});
            scale(convolution->requantization);
        } else if (const auto* pool = std::get_if<quant::PoolLayer>(&network.layers[i].op);
                   pool != nullptr && pool->kind == nn::PoolKind::Average) {
            scale(pool->requantization);
        } else if (const auto* table = std::get_if<quant::TableLayer>(&network.layers[i].op)) {
            arrays.push_back({"std::int16_t", name + "_table", widened(table->values)});
        } else if (const auto* select = std::get_if<quant::SelectLayer>(&network.layers[i].op)) {
            arrays.push_back({"std::int32_t", name + "_channels", widened(select->channels)});
        }
    }
    return arrays;
}

std::string declaration(const Array& array) {
    return fmt::format("const {} {}[{}]", array.type, array.name, array.values.size());
}

/// The lowest 32-bit number has no literal of its own type: its minus sign is an operator.
std::string literal(std::int64_t value) {
    return value == std::numeric_limits<std::int32_t>::min() ? "-2147483647 - 1" : fmt::format("{}", value);
}

void appendValues(std::string& text, const std::vector<std::int64_t>& values) {
    constexpr std::size_t kLine = 110;
    std::string line = "   ";
    for (const std::int64_t value : values) {
        const std::string item = " " + literal(value) + ",";
        if (line.size() + item.size() > kLine) {
            text += line + "\n";
            line = "   ";
        }
        line += item;
    }
    text += line + "\n";
}

} // namespace

std::string cppWeightsHeader(const quant::IntegerNetwork& network) {
    std::string text = cppBanner(network, "The constants of every layer.");
    text += "#pragma once\n\n#include <cstdint>\n\n";
    text += fmt::format("namespace {}::weights {{\n\n", cppNamespace(network));
    for (const Array& array : arraysOf(network)) {
        text += "extern " + declaration(array) + ";\n";
    }
    text += fmt::format("\n}} // namespace {}::weights\n", cppNamespace(network));
    return text;
}

std::string cppWeightsSource(const quant::IntegerNetwork& network) {
    std::string text = cppBanner(network, "The constants of every layer.");
    text += "#include \"weights.h\"\n\n";
    text += fmt::format("namespace {}::weights {{\n", cppNamespace(network));
    for (const Array& array : arraysOf(network)) {
        text += "\n" + declaration(array) + " = {\n";
        appendValues(text, array.values);
        text += "};\n";
    }
    text += fmt::format("\n}} // namespace {}::weights\n", cppNamespace(network));
    return text;
}

} // namespace tandem::codegen
