// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/lowering_rules.h"

#include <algorithm>

namespace tandem::quant {

namespace {

bool hasMap(const nn::Graph& graph, nn::ValueId value, std::size_t rank) {
    return graph.value(value).shape.size() == rank && mapOf(graph.value(value).shape).has_value();
}

bool isAverageOverMap(const nn::Graph& graph, const nn::Node& node, const nn::ReduceMean& op) {
    std::vector<int> axes = op.axes;
    std::ranges::sort(axes);
    return hasMap(graph, node.inputs[0], 4) && axes == std::vector<int>{2, 3};
}

std::optional<std::string> whyNotConvolution(const nn::Graph& graph, const nn::Node& node, std::size_t rank) {
    if (!isConstant(graph, node.inputs[1])) {
        return "its weights are not constant";
    }
    const bool hasBias = node.inputs.size() > 2 && node.inputs[2] != nn::kNoValue;
    if (hasBias && !isConstant(graph, node.inputs[2])) {
        return "its bias is not constant";
    }
    if (!hasMap(graph, node.inputs[0], rank)) {
        return "its input is not one feature map: " + nn::toString(graph.value(node.inputs[0]).shape);
    }
    return {};
}

std::optional<std::string> whyNotPool(const nn::Graph& graph, const nn::Node& node, const nn::Pool& op) {
    const nn::Padding& pad = op.padding;
    if (!hasMap(graph, node.inputs[0], 4)) {
        return "its input is not one feature map: " + nn::toString(graph.value(node.inputs[0]).shape);
    }
    if (op.dilation.height != 1 || op.dilation.width != 1) {
        return "a dilated pool has no accelerator engine";
    }
    if (op.kind == nn::PoolKind::Average && !op.countPadding && pad != nn::Padding{}) {
        return "an average pool that leaves padded cells out of its divisor has no accelerator engine";
    }
    if (std::max(pad.top, pad.bottom) >= op.kernel.height ||
        std::max(pad.left, pad.right) >= op.kernel.width) {
        return "its padding is not smaller than its window";
    }
    return {};
}

bool isNegative(const nn::Padding& padding) {
    return std::min({padding.top, padding.left, padding.bottom, padding.right}) < 0;
}

} // namespace

std::optional<MapShape> mapOf(const nn::Shape& shape) {
    if (shape.size() == 4 && shape[0] == 1) {
        return MapShape{static_cast<int>(shape[1]), static_cast<int>(shape[2]), static_cast<int>(shape[3])};
    }
    if (shape.size() == 2 && shape[0] == 1) {
        return MapShape{static_cast<int>(shape[1]), 1, 1};
    }
    return {};
}

bool isConstant(const nn::Graph& graph, nn::ValueId value) {
    return value != nn::kNoValue && graph.value(value).constant.has_value();
}

std::optional<std::string> whyHost(const nn::Graph& graph, const nn::Node& node) {
    if (const auto* op = std::get_if<nn::Convolution>(&node.op)) {
        return isNegative(op->padding) ? "its padding is negative" : whyNotConvolution(graph, node, 4);
    }
    if (std::holds_alternative<nn::Linear>(node.op)) {
        return whyNotConvolution(graph, node, 2);
    }
    if (const auto* op = std::get_if<nn::Pool>(&node.op)) {
        return isNegative(op->padding) ? "its padding is negative" : whyNotPool(graph, node, *op);
    }
    if (std::holds_alternative<nn::GlobalPool>(node.op) && !hasMap(graph, node.inputs[0], 4)) {
        return "its input is not one feature map: " + nn::toString(graph.value(node.inputs[0]).shape);
    }
    if (const auto* op = std::get_if<nn::ReduceMean>(&node.op)) {
        return isAverageOverMap(graph, node, *op)
                   ? std::nullopt
                   : std::optional<std::string>(
                         "only a mean over rows and columns has an accelerator engine");
    }
    if (const auto* op = std::get_if<nn::Binary>(&node.op)) {
        const bool isSum = op->kind == nn::BinaryKind::Add && !isConstant(graph, node.inputs[0]) &&
                           !isConstant(graph, node.inputs[1]) &&
                           graph.value(node.inputs[0]).shape == graph.value(node.inputs[1]).shape &&
                           mapOf(graph.value(node.inputs[0]).shape);
        return isSum ? std::nullopt
                     : std::optional<std::string>(
                           "only an addition of two feature maps of one shape has an accelerator engine");
    }
    if (const auto* op = std::get_if<nn::Activation>(&node.op)) {
        const bool folds = op->kind == nn::ActivationKind::Relu || op->kind == nn::ActivationKind::Clip;
        return folds ? std::nullopt
                     : std::optional<std::string>(node.sourceOperator + " has no accelerator engine");
    }
    const bool maps =
        std::holds_alternative<nn::GlobalPool>(node.op) || std::holds_alternative<nn::Reshape>(node.op) ||
        std::holds_alternative<nn::Identity>(node.op) || std::holds_alternative<nn::Transpose>(node.op);
    return maps ? std::nullopt
                : std::optional<std::string>(node.sourceOperator + " has no accelerator engine");
}

} // namespace tandem::quant
