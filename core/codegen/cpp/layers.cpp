// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/cpp/layers.h"

#include "core/codegen/cpp/cpp.h"
#include "core/codegen/text_files.h"

namespace tandem::codegen {

namespace {

const quant::IntegerTensor& tensorOf(const quant::IntegerNetwork& network, int tensor) {
    return network.tensors.at(static_cast<std::size_t>(tensor));
}

std::string mapText(const quant::MapShape& shape) {
    return fmt::format("{{{}, {}, {}}}", shape.channels, shape.height, shape.width);
}

std::string scaleText(const std::string& layer, const quant::Requantization& by) {
    return fmt::format("{{weights::{}_multiplier, weights::{}_shift, {}, {}, {}, {}}}", layer, layer,
                       by.shift.size() > 1, by.zeroPoint, by.low, by.high);
}

std::string windowText(nn::Extent kernel, nn::Extent stride, nn::Extent dilation,
                       const nn::Padding& padding) {
    return fmt::format("{{{}, {}, {}, {}, {}, {}, {}, {}}}", kernel.height, kernel.width, stride.height,
                       stride.width, dilation.height, dilation.width, padding.top, padding.left);
}

/// Writes the calls of network.cpp.
class Calls {
  public:
    explicit Calls(const quant::IntegerNetwork& network) : network_(network), plan_(planWorkspace(network)) {}

    std::string text() const {
        std::string text;
        for (std::size_t i = 0; i < network_.layers.size(); ++i) {
            const quant::IntegerLayer& layer = network_.layers[i];
            text += fmt::format("\n    // {}\n", commentText(describeLayer(network_, layer)));
            text += std::visit([&](const auto& op) { return call(layer, op, cppLayerName(network_, i)); },
                               layer.op);
            text += observation(i);
        }
        return text;
    }

  private:
    std::string observation(std::size_t layer) const {
        const int output = network_.layers[layer].output;
        return fmt::format("    if (observe != nullptr) {{\n        observe({{{}, {}, {}, {}}});\n    }}\n",
                           layer, pointer(output), mapText(shape(output)),
                           tensorOf(network_, output).format.bits);
    }

    /// The expression for a tensor's first element.
    std::string pointer(int tensor) const {
        if (tensor == network_.input()) {
            return "input";
        }
        if (tensor == network_.output()) {
            return "output";
        }
        return fmt::format("at<{}>(workspace, {})", cppElementType(tensorOf(network_, tensor)),
                           plan_.offset.at(static_cast<std::size_t>(tensor)));
    }

    std::string call(const quant::IntegerLayer& layer, const quant::ConvolutionLayer& op,
                     const std::string& name) const {
        const quant::MapShape &in = shape(layer.inputs[0]), &out = shape(layer.output);
        const bool coversInput = op.groups == 1 && out.height == 1 && out.width == 1 &&
                                 op.kernel == nn::Extent{in.height, in.width} &&
                                 op.dilation == nn::Extent{1, 1} && op.padding == nn::Padding{};
        if (coversInput) {
            return fmt::format("    tandem_kernels::fullyConnected({}, {}, {}, {}, weights::{}_weights,\n"
                               "                                   weights::{}_bias, {});\n",
                               pointer(layer.inputs[0]), in.count(), pointer(layer.output), out.channels,
                               name, name, scaleText(name, op.requantization));
        }
        return fmt::format("    tandem_kernels::convolution({}, {},\n"
                           "                                {}, {},\n"
                           "                                {}, {}, weights::{}_weights,\n"
                           "                                weights::{}_bias, {},\n"
                           "                                {},\n"
                           "                                workspace.sums);\n",
                           pointer(layer.inputs[0]), mapText(in), pointer(layer.output), mapText(out),
                           windowText(op.kernel, op.stride, op.dilation, op.padding), op.groups, name, name,
                           op.padValue, scaleText(name, op.requantization));
    }

    std::string call(const quant::IntegerLayer& layer, const quant::PoolLayer& op,
                     const std::string& name) const {
        const bool isMaximum = op.kind == nn::PoolKind::Maximum;
        const std::string tail = isMaximum
                                     ? std::string()
                                     : fmt::format(",\n                                {}, {}, {}", op.bias,
                                                   op.padValue, scaleText(name, op.requantization));
        return fmt::format("    tandem_kernels::{}Pool({}, {},\n"
                           "                                {}, {},\n"
                           "                                {}{});\n",
                           isMaximum ? "maximum" : "average", pointer(layer.inputs[0]),
                           mapText(shape(layer.inputs[0])), pointer(layer.output),
                           mapText(shape(layer.output)), windowText(op.kernel, op.stride, {1, 1}, op.padding),
                           tail);
    }

    std::string call(const quant::IntegerLayer& layer, const quant::AddLayer& op, const std::string&) const {
        return fmt::format("    tandem_kernels::add({}, {}, {}, {},\n"
                           "                        {{{}, {}, {}, {}, {}, {}}});\n",
                           pointer(layer.inputs[0]), pointer(layer.inputs[1]), pointer(layer.output),
                           shape(layer.output).count(), op.multiplierA, op.multiplierB, op.rounding, op.shift,
                           op.low, op.high);
    }

    std::string call(const quant::IntegerLayer& layer, const quant::TableLayer&,
                     const std::string& name) const {
        return fmt::format("    tandem_kernels::table({}, {}, {}, weights::{}_table, {});\n",
                           pointer(layer.inputs[0]), pointer(layer.output), shape(layer.output).count(), name,
                           tensorOf(network_, layer.inputs[0]).format.low());
    }

    /// Channel, row, column order: the maps simply follow one another.
    std::string call(const quant::IntegerLayer& layer, const quant::ConcatLayer&, const std::string&) const {
        std::string text;
        int offset = 0;
        for (const int input : layer.inputs) {
            text += fmt::format("    tandem_kernels::copy({}, {} + {}, {});\n", pointer(input),
                                pointer(layer.output), offset, shape(input).count());
            offset += shape(input).count();
        }
        return text;
    }

    std::string call(const quant::IntegerLayer& layer, const quant::SelectLayer&,
                     const std::string& name) const {
        const quant::MapShape& out = shape(layer.output);
        return fmt::format("    tandem_kernels::select({}, {}, {}, {}, weights::{}_channels);\n",
                           pointer(layer.inputs[0]), out.height * out.width, pointer(layer.output),
                           out.channels, name);
    }

    std::string call(const quant::IntegerLayer& layer, const quant::ExpandLayer& op,
                     const std::string&) const {
        return fmt::format("    tandem_kernels::expand({}, {}, {}, {}, {}, {}, {});\n",
                           pointer(layer.inputs[0]), mapText(shape(layer.inputs[0])), pointer(layer.output),
                           op.factor.height, op.factor.width, op.repeat, op.fill);
    }

    std::string call(const quant::IntegerLayer& layer, const quant::ScaleLayer& op,
                     const std::string&) const {
        const quant::MapShape& out = shape(layer.output);
        return fmt::format("    tandem_kernels::scaleChannels({}, {}, {}, {}, {},\n"
                           "                                  {{{}, {}, {}, {}, {}, {}, {}}});\n",
                           pointer(layer.inputs[0]), pointer(layer.inputs[1]), pointer(layer.output),
                           out.channels, out.height * out.width, op.zeroA, op.zeroB, op.multiplier,
                           op.rounding, op.shift, op.low, op.high);
    }

    std::string call(const quant::IntegerLayer& layer, const quant::SpaceToDepthLayer& op,
                     const std::string&) const {
        return fmt::format("    tandem_kernels::spaceToDepth({}, {}, {}, {});\n", pointer(layer.inputs[0]),
                           mapText(shape(layer.inputs[0])), pointer(layer.output), op.block);
    }

    std::string call(const quant::IntegerLayer& layer, const quant::DepthToSpaceLayer& op,
                     const std::string&) const {
        return fmt::format("    tandem_kernels::depthToSpace({}, {}, {}, {});\n", pointer(layer.inputs[0]),
                           pointer(layer.output), mapText(shape(layer.output)), op.block);
    }

    const quant::MapShape& shape(int tensor) const { return tensorOf(network_, tensor).shape; }

    const quant::IntegerNetwork& network_;
    WorkspacePlan plan_;
};

/// A layer's kind as part of an identifier.
struct ShortName {
    std::string operator()(const quant::ConvolutionLayer& op) const {
        return fmt::format("{}{}x{}", op.groups > 1 ? "grouped" : "conv", op.kernel.height, op.kernel.width);
    }
    std::string operator()(const quant::PoolLayer& op) const {
        return op.kind == nn::PoolKind::Maximum ? "maximum_pool" : "average_pool";
    }
    std::string operator()(const quant::AddLayer&) const { return "add"; }
    std::string operator()(const quant::TableLayer&) const { return "table"; }
    std::string operator()(const quant::ConcatLayer&) const { return "concat"; }
    std::string operator()(const quant::SelectLayer&) const { return "select"; }
    std::string operator()(const quant::ExpandLayer&) const { return "expand"; }
    std::string operator()(const quant::ScaleLayer&) const { return "scale"; }
    std::string operator()(const quant::SpaceToDepthLayer&) const { return "space_to_depth"; }
    std::string operator()(const quant::DepthToSpaceLayer&) const { return "depth_to_space"; }
};

/// A layer's kind and geometry in words.
struct LongName {
    std::string operator()(const quant::ConvolutionLayer& op) const {
        std::string kind = fmt::format("convolution {}x{}", op.kernel.height, op.kernel.width);
        kind += op.stride == nn::Extent{1, 1}
                    ? ""
                    : fmt::format(" stride {}x{}", op.stride.height, op.stride.width);
        kind += op.groups > 1 ? fmt::format(" in {} groups", op.groups) : "";
        return kind + fmt::format(", {}-bit weights, {}-bit sums", op.weightBits, op.accumulatorBits);
    }
    std::string operator()(const quant::PoolLayer& op) const {
        return fmt::format("{} pool {}x{}", op.kind == nn::PoolKind::Maximum ? "maximum" : "average",
                           op.kernel.height, op.kernel.width);
    }
    std::string operator()(const quant::AddLayer&) const { return "addition"; }
    std::string operator()(const quant::TableLayer& op) const {
        return fmt::format("table of {} entries", op.values.size());
    }
    std::string operator()(const quant::ConcatLayer&) const { return "concatenation of channels"; }
    std::string operator()(const quant::SelectLayer&) const { return "selection of channels"; }
    std::string operator()(const quant::ExpandLayer& op) const {
        return fmt::format("{} {}x{}", op.repeat ? "repetition" : "expansion", op.factor.height,
                           op.factor.width);
    }
    std::string operator()(const quant::ScaleLayer&) const { return "scale per channel"; }
    std::string operator()(const quant::SpaceToDepthLayer& op) const {
        return fmt::format("space to depth {}x{}", op.block, op.block);
    }
    std::string operator()(const quant::DepthToSpaceLayer& op) const {
        return fmt::format("depth to space {}x{}", op.block, op.block);
    }
};
/// The constant arrays of one layer.
struct Arrays {
    std::string layer;

    using Made = std::vector<CppArray>;
    Made operator()(const quant::ConvolutionLayer& op) const {
        Made made{{"std::int8_t", layer + "_weights", widened(op.weights)},
                  {"std::int32_t", layer + "_bias", widened(op.bias)}};
        addScale(made, op.requantization);
        return made;
    }
    Made operator()(const quant::PoolLayer& op) const {
        Made made;
        if (op.kind == nn::PoolKind::Average) {
            addScale(made, op.requantization);
        }
        return made;
    }
    Made operator()(const quant::TableLayer& op) const {
        return {{"std::int16_t", layer + "_table", widened(op.values)}};
    }
    Made operator()(const quant::SelectLayer& op) const {
        return {{"std::int32_t", layer + "_channels", widened(op.channels)}};
    }
    template <quant::OneOf<quant::AddLayer, quant::ConcatLayer, quant::ExpandLayer, quant::ScaleLayer,
                           quant::SpaceToDepthLayer, quant::DepthToSpaceLayer>
                  Op>
    Made operator()(const Op&) const {
        return {};
    }

  private:
    template <typename T>
    static std::vector<std::int64_t> widened(const std::vector<T>& values) {
        return {values.begin(), values.end()};
    }
    void addScale(Made& made, const quant::Requantization& by) const {
        made.push_back({"std::uint16_t", layer + "_multiplier", widened(by.multiplier)});
        made.push_back({"std::uint8_t", layer + "_shift", widened(by.shift)});
    }
};

} // namespace

std::string cppElementType(const quant::IntegerTensor& tensor) {
    return tensor.format.isSigned ? "std::int8_t" : "std::uint8_t";
}

std::string cppSize(const quant::MapShape& shape) {
    return fmt::format("{}x{}x{}", shape.channels, shape.height, shape.width);
}
std::string cppCalls(const quant::IntegerNetwork& network) {
    return Calls(network).text();
}

std::vector<CppArray> cppArrays(const quant::IntegerNetwork& network) {
    std::vector<CppArray> arrays;
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
        std::ranges::move(std::visit(Arrays{cppLayerName(network, i)}, network.layers[i].op),
                          std::back_inserter(arrays));
    }
    return arrays;
}

std::string cppLayerName(const quant::IntegerNetwork& network, std::size_t layer) {
    return fmt::format("layer{:02}_{}", layer, std::visit(ShortName{}, network.layers.at(layer).op));
}

std::string describeLayer(const quant::IntegerNetwork& network, const quant::IntegerLayer& layer) {
    const quant::MapShape& in = tensorOf(network, layer.inputs[0]).shape;
    const quant::IntegerTensor& out = tensorOf(network, layer.output);
    const std::string kind = std::visit(LongName{}, layer.op);
    constexpr std::size_t kLongestName = 60; // converters chain the names of all operators that they fused
    std::string name = layer.name;
    if (name.size() > kLongestName) {
        name.resize(kLongestName);
        name += "...";
    }
    return fmt::format("{}: {} -> {}, {}, {}-bit output", name, cppSize(in), cppSize(out.shape), kind,
                       out.format.bits);
}

} // namespace tandem::codegen
