// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/cpp/cpp.h"
#include "core/codegen/cpp/texts.h"
#include "core/codegen/text_files.h"

namespace tandem::codegen {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

std::string windowText(const tandem_kernels::Window& window) {
    return fmt::format("{{{}, {}, {}, {}, {}, {}, {}, {}}}", window.kernelHeight, window.kernelWidth,
                       window.strideHeight, window.strideWidth, window.dilationHeight, window.dilationWidth,
                       window.padTop, window.padLeft);
}

std::string scaleText(const std::string& layer, const quant::PackedScale& scale) {
    return fmt::format(
        "{{weights::{0}_bias, weights::{0}_multiplier, weights::{0}_shift, {1}, {2}, {3}, {4}, {5}, {6}}}",
        layer, scale.shift.size() > 1, scale.narrow, scale.before, scale.zeroPoint, scale.low, scale.high);
}

/// The body of the function that runs a layer: maps are called in0, in1 ... and out.
struct Body {
    const std::string& name;

    std::string operator()(const quant::PackedConvolution& op) const {
        return fmt::format("    constexpr Convolution kOperator = {{{},\n"
                           "                                       {}, {}, weights::{}_weights, {},\n"
                           "                                       {}}};\n"
                           "    part.kernels->convolution(in0, out, kOperator, part.scratch, part.share);\n",
                           windowText(op.window), op.groups, op.runs, name, op.weightBits,
                           scaleText(name, op.scale));
    }
    std::string operator()(const quant::PackedDepthwise& op) const {
        return fmt::format(
            "    constexpr DepthwiseConvolution kOperator = {{{},\n"
            "                                                weights::{}_weights, {},\n"
            "                                                {}}};\n"
            "    part.kernels->depthwiseConvolution(in0, out, kOperator, part.scratch, part.share);\n",
            windowText(op.window), name, op.weightBits, scaleText(name, op.scale));
    }
    std::string operator()(const quant::PackedMaximumPool& op) const {
        return fmt::format("    part.kernels->maximumPool(in0, out, {}, part.share);\n",
                           windowText(op.window));
    }
    std::string operator()(const quant::PackedAveragePool& op) const {
        return fmt::format("    part.kernels->averagePool(in0, out, {},\n"
                           "                              {}, part.share);\n",
                           windowText(op.window), scaleText(name, op.scale));
    }
    std::string operator()(const quant::PackedAdd& op) const {
        return fmt::format(
            "    part.kernels->add(in0, in1, out, {{{}, {}, {}, {}, {}, {}, {}}}, part.share);\n",
            op.scale.multiplierA, op.scale.multiplierB, op.scale.rounding, op.scale.shift, op.scale.narrow,
            op.scale.low, op.scale.high);
    }
    std::string operator()(const quant::PackedTable&) const {
        return fmt::format("    part.kernels->table(in0, out, weights::{}_table, part.share);\n", name);
    }
    std::string operator()(const quant::PackedConcat& op) const {
        std::string text = op.copied.empty() ? "    // Its inputs were written where they belong.\n" : "";
        for (std::size_t i = 0; i < op.copied.size(); ++i) {
            text += fmt::format("    copy(in{}, {{out.data + {}, in{}.channels, out.height, out.width, "
                                "out.pixelStride, out.rowStride}});\n",
                                op.copied[i], op.firstChannel[i], op.copied[i]);
        }
        return text;
    }
    std::string operator()(const quant::PackedSelect&) const {
        return fmt::format("    select(in0, out, weights::{}_channels);\n", name);
    }
    std::string operator()(const quant::PackedExpand& op) const {
        return fmt::format("    expand(in0, out, {}, {}, {}, {});\n", op.factorHeight, op.factorWidth,
                           op.repeat, op.fill);
    }
    std::string operator()(const quant::PackedProduct& op) const {
        return fmt::format(
            "    part.kernels->scaleChannels(in0, in1, out, {{{}, {}, {}, {}, {}, {}, {}}}, part.share);\n",
            op.scale.zeroA, op.scale.zeroB, op.scale.multiplier, op.scale.rounding, op.scale.shift,
            op.scale.low, op.scale.high);
    }
    std::string operator()(const quant::PackedSpaceToDepth& op) const {
        return fmt::format("    spaceToDepth(in0, out, {});\n", op.block);
    }
    std::string operator()(const quant::PackedDepthToSpace& op) const {
        return fmt::format("    depthToSpace(in0, out, {});\n", op.block);
    }
};

/// Layers that only move data are not worth sharing among threads.
struct IsShared {
    template <quant::OneOf<quant::PackedConcat, quant::PackedSelect, quant::PackedExpand,
                           quant::PackedSpaceToDepth, quant::PackedDepthToSpace>
                  Op>
    bool operator()(const Op&) const {
        return false;
    }
    template <
        quant::OneOf<quant::PackedConvolution, quant::PackedDepthwise, quant::PackedMaximumPool,
                     quant::PackedAveragePool, quant::PackedAdd, quant::PackedTable, quant::PackedProduct>
            Op>
    bool operator()(const Op&) const {
        return true;
    }
};

std::string mapText(const quant::PackedMap& map) {
    return fmt::format("{{maps + {}, {}, {}, {}, {}, {}}}", map.offset, map.channels, map.height, map.width,
                       map.pixelStride, map.rowStride);
}

std::string borderText(const CppProgram& program, int tensor) {
    if (tensor < 0) {
        return "";
    }
    const quant::PackedMap& map = program.packed.maps[at(tensor)];
    if (map.top + map.left + map.bottom + map.right == 0) {
        return "";
    }
    return fmt::format("    fillBorder({}, {}, {}, {}, {}, {});\n", mapText(map), map.top, map.left,
                       map.bottom, map.right, map.fill);
}

/// 2 for a multiplication and an addition, 1 for what any other element takes.
std::int64_t operationsOf(const quant::IntegerNetwork& network, const quant::IntegerLayer& layer) {
    const std::int64_t elements = network.tensors[at(layer.output)].shape.count();
    if (const auto* op = std::get_if<quant::ConvolutionLayer>(&layer.op)) {
        return 2 * elements * static_cast<std::int64_t>(op->weights.size() / op->bias.size());
    }
    if (const auto* op = std::get_if<quant::PoolLayer>(&layer.op)) {
        return elements * op->kernel.height * op->kernel.width;
    }
    return elements;
}

std::string layerFunction(const CppProgram& program, std::size_t index) {
    const quant::PackedLayer& layer = program.packed.layers[index];
    const std::string name = cppLayerName(program.network, index);
    std::string text =
        fmt::format("// {}\n", commentText(describeLayer(program.network, program.network.layers[index])));
    text += fmt::format("void {}(std::uint8_t* maps, const Part& part) {{\n", name);
    const std::string border = borderText(program, layer.border);
    text += border.empty() ? "" : "    if (part.share.index == 0) {\n    " + border + "    }\n";
    for (std::size_t i = 0; i < layer.inputs.size(); ++i) {
        text += fmt::format("    [[maybe_unused]] const Map in{} = {};\n", i,
                            mapText(program.packed.maps[at(layer.inputs[i])]));
    }
    text += fmt::format("    [[maybe_unused]] const Map out = {};\n",
                        mapText(program.packed.maps[at(layer.output)]));
    const std::string body = std::visit(Body{name}, layer.op);
    if (body.find("part.") == std::string::npos && border.empty()) {
        text += "    static_cast<void>(part);\n";
    }
    return text + body + "}\n\n";
}

/// The constant arrays of one layer.
struct Arrays {
    const std::string& layer;

    using Made = std::vector<CppArray>;
    Made operator()(const quant::PackedConvolution& op) const { return weighted(op.weights, op.scale); }
    Made operator()(const quant::PackedDepthwise& op) const { return weighted(op.weights, op.scale); }
    Made operator()(const quant::PackedAveragePool& op) const { return weighted({}, op.scale); }
    Made operator()(const quant::PackedTable& op) const {
        return {{"std::uint8_t", layer + "_table", widened(op.values)}};
    }
    Made operator()(const quant::PackedSelect& op) const {
        return {{"std::int32_t", layer + "_channels", widened(op.channels)}};
    }
    template <
        quant::OneOf<quant::PackedMaximumPool, quant::PackedAdd, quant::PackedConcat, quant::PackedExpand,
                     quant::PackedProduct, quant::PackedSpaceToDepth, quant::PackedDepthToSpace>
            Op>
    Made operator()(const Op&) const {
        return {};
    }

  private:
    template <typename T>
    static std::vector<std::int64_t> widened(const std::vector<T>& values) {
        return {values.begin(), values.end()};
    }
    Made weighted(const std::vector<std::uint8_t>& weights, const quant::PackedScale& scale) const {
        Made made;
        if (!weights.empty()) {
            made.push_back({"std::uint8_t", layer + "_weights", widened(weights)});
        }
        made.push_back({"std::int32_t", layer + "_bias", widened(scale.bias)});
        made.push_back({"std::uint16_t", layer + "_multiplier", widened(scale.multiplier)});
        made.push_back({"std::uint8_t", layer + "_shift", widened(scale.shift)});
        return made;
    }
};

} // namespace

std::string cppLayers(const CppProgram& program) {
    const quant::PackedNetwork& packed = program.packed;
    std::string text, table;
    for (std::size_t i = 0; i < packed.layers.size(); ++i) {
        const quant::IntegerLayer& layer = program.network.layers[i];
        const int output = packed.layers[i].output;
        text += layerFunction(program, i);
        table += fmt::format("    {{{{\"{}\", {}}}, {}, {}, {}, {}, {}}},\n", identifier(layer.name),
                             operationsOf(program.network, layer), cppLayerName(program.network, i),
                             std::visit(IsShared{}, packed.layers[i].op),
                             program.network.tensors[at(output)].format.bits, packed.maps[at(output)].lowest,
                             fmt::format("{{{}, {}, {}, {}, {}, {}}}", packed.maps[at(output)].offset,
                                         packed.maps[at(output)].channels, packed.maps[at(output)].height,
                                         packed.maps[at(output)].width, packed.maps[at(output)].pixelStride,
                                         packed.maps[at(output)].rowStride));
    }
    const quant::PackedMap &in = packed.maps[at(packed.input)], &out = packed.maps[at(packed.output)];
    text += fmt::format("void loadInput(std::uint8_t* maps, const InputElement* input) {{\n"
                        "    load(input, {}, {});\n{}}}\n\n"
                        "void storeOutput(std::uint8_t* maps, OutputElement* output) {{\n"
                        "    store({}, output, {});\n}}\n\n",
                        mapText(in), in.lowest, borderText(program, packed.input), mapText(out), out.lowest);
    return text + "constexpr Layer kLayers[kLayerCount] = {\n" + table + "};\n";
}

std::vector<CppArray> cppArrays(const CppProgram& program) {
    std::vector<CppArray> arrays;
    for (std::size_t i = 0; i < program.packed.layers.size(); ++i) {
        const std::string name = cppLayerName(program.network, i);
        std::ranges::move(std::visit(Arrays{name}, program.packed.layers[i].op), std::back_inserter(arrays));
    }
    return arrays;
}

} // namespace tandem::codegen
