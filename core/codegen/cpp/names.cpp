// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/cpp/cpp.h"
#include "core/codegen/cpp/texts.h"
#include "core/codegen/text_files.h"

namespace tandem::codegen {

namespace {

const quant::IntegerTensor& tensorOf(const quant::IntegerNetwork& network, int tensor) {
    return network.tensors.at(static_cast<std::size_t>(tensor));
}

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

} // namespace

std::string cppElementType(const quant::IntegerTensor& tensor) {
    return tensor.format.isSigned ? "std::int8_t" : "std::uint8_t";
}

std::string cppSize(const quant::MapShape& shape) {
    return fmt::format("{}x{}x{}", shape.channels, shape.height, shape.width);
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

std::string cppHostText(const nn::Graph& part) {
    std::string text;
    for (const nn::Node& node : part.nodes) {
        text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", commentText(node.name),
                            commentText(node.sourceOperator));
    }
    return text.empty() ? "nothing" : text;
}

const quant::IntegerTensor& CppProgram::input() const {
    return tensorOf(network, packed.input);
}
const quant::IntegerTensor& CppProgram::output() const {
    return tensorOf(network, packed.output);
}
std::string CppProgram::name() const {
    return "net_" + identifier(network.name);
}
std::string CppProgram::banner(const std::string& what) const {
    return fmt::format(
        "// {}: {}\n// Generated by Tandem. This file belongs to you: use it under any terms you "
        "like.\n",
        commentText(network.name), what);
}

} // namespace tandem::codegen
