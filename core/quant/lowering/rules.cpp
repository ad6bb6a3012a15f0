// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/lowering/rules.h"

#include "core/base/error.h"
#include "core/quant/lowering/movement.h"
#include "core/quant/lowering/pointwise.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace tandem::quant {

namespace {

using Reason = std::optional<std::string>;

bool hasMap(const nn::Graph& graph, nn::ValueId value, std::size_t rank) {
    return graph.value(value).shape.size() == rank && mapOf(graph.value(value).shape).has_value();
}

bool isNegative(const nn::Padding& padding) {
    return std::min({padding.top, padding.left, padding.bottom, padding.right}) < 0;
}

/// The values that this one is a function of, element by element, with itself.
std::set<nn::ValueId> elementSources(const nn::Graph& graph, nn::ValueId value) {
    const std::vector<nn::NodeId> producers = graph.producers();
    std::set<nn::ValueId> sources;
    std::vector<nn::ValueId> open{value};
    while (!open.empty()) {
        const nn::ValueId next = open.back();
        open.pop_back();
        if (isConstant(graph, next) || !sources.insert(next).second) {
            continue;
        }
        const nn::NodeId id = producers[static_cast<std::size_t>(next)];
        if (id >= 0 &&
            (isPointwise(graph, graph.node(id)) || std::holds_alternative<nn::Binary>(graph.node(id).op))) {
            const auto& inputs = graph.node(id).inputs;
            open.insert(open.end(), inputs.begin(), inputs.end());
        }
    }
    return sources;
}

struct Rule {
    const nn::Graph& graph;
    const nn::Node& node;

    const nn::Shape& shape(std::size_t input) const { return graph.value(node.inputs.at(input)).shape; }

    Reason map(std::size_t rank) const {
        return hasMap(graph, node.inputs[0], rank)
                   ? Reason()
                   : "its input is not one feature map: " + nn::toString(shape(0));
    }

    Reason weights(std::size_t rank) const {
        if (!isConstant(graph, node.inputs[1])) {
            return "its weights are not constant";
        }
        const bool hasBias = node.inputs.size() > 2 && node.inputs[2] != nn::kNoValue;
        if (hasBias && !isConstant(graph, node.inputs[2])) {
            return "its bias is not constant";
        }
        return map(rank);
    }

    Reason operator()(const nn::Convolution& op) const {
        return isNegative(op.padding) ? "its padding is negative" : weights(4);
    }
    Reason operator()(const nn::Linear&) const { return weights(2); }

    Reason operator()(const nn::Pool& op) const {
        const nn::Padding& pad = op.padding;
        if (isNegative(pad)) {
            return "its padding is negative";
        }
        if (op.dilation.height != 1 || op.dilation.width != 1) {
            return "a dilated pool has no accelerator engine";
        }
        if (node.outputs.size() > 1) {
            return "the indices of the maxima are read";
        }
        if (op.kind == nn::PoolKind::Average && !op.countPadding && pad != nn::Padding{}) {
            return "an average pool that leaves padded cells out of its divisor has no accelerator engine";
        }
        if (std::max(pad.top, pad.bottom) >= op.kernel.height ||
            std::max(pad.left, pad.right) >= op.kernel.width) {
            return "its padding is not smaller than its window";
        }
        return map(4);
    }
    Reason operator()(const nn::GlobalPool&) const { return map(4); }

    Reason operator()(const nn::ReduceMean& op) const {
        std::vector<int> axes = op.axes;
        std::ranges::sort(axes);
        return hasMap(graph, node.inputs[0], 4) && axes == std::vector<int>{2, 3}
                   ? Reason()
                   : "only a mean over rows and columns has an accelerator engine";
    }

    /// Numbers may be added to a map and multiplied with it, maps only added, or multiplied with one number
    /// per channel; a function of the same element on both sides is a table.
    Reason operator()(const nn::Binary& op) const {
        if (isPointwise(graph, node)) {
            return {};
        }
        if (isConstant(graph, node.inputs[0]) || isConstant(graph, node.inputs[1])) {
            return nn::operatorName(node.op) + " of a constant that no convolution takes up";
        }
        const auto a = mapOf(shape(0)), b = mapOf(shape(1));
        if (a && b && shape(0) == shape(1)) {
            const std::set<nn::ValueId> left = elementSources(graph, node.inputs[0]),
                                        right = elementSources(graph, node.inputs[1]);
            const bool isTable = std::ranges::any_of(left, [&](nn::ValueId v) { return right.contains(v); });
            if (isTable || op.kind == nn::BinaryKind::Add) {
                return {};
            }
        }
        if (op.kind == nn::BinaryKind::Multiply && a && b && isScale(*a, *b)) {
            return {};
        }
        return op.kind == nn::BinaryKind::Add
                   ? "only an addition of two feature maps of one shape has an accelerator engine"
                   : nn::operatorName(node.op) + " of two tensors has no accelerator engine";
    }

    static bool isScale(const MapShape& a, const MapShape& b) {
        const auto isSingle = [](const MapShape& map) { return map.height == 1 && map.width == 1; };
        return a.channels == b.channels && (isSingle(a) || isSingle(b));
    }

    Reason operator()(const nn::Activation& op) const {
        return op.kind == nn::ActivationKind::Clip && op.low > op.high ? Reason("its range is empty")
                                                                       : Reason();
    }
    Reason operator()(const nn::BipolarQuantize&) const {
        return isPointwise(graph, node) ? Reason() : "its scale differs from element to element";
    }
    Reason operator()(const nn::ParametricRelu&) const {
        return isPointwise(graph, node) ? Reason() : "its slope differs from element to element";
    }

    Reason operator()(const nn::Concat& op) const {
        for (const nn::ValueId input : node.inputs) {
            if (isConstant(graph, input) || !hasMap(graph, input, 4)) {
                return "not all of its inputs are feature maps";
            }
        }
        return op.axis == 1 && node.inputs.size() > 1 ? Reason() : "it does not join channels";
    }

    template <typename Op>
    Reason operator()(const Op&) const {
        return isMovement(node) ? Reason() : nn::operatorName(node.op) + " has no accelerator engine";
    }
};

} // namespace

std::vector<int> formatClasses(const Lowering& lowering) {
    std::vector<int> parent(lowering.tensors.size());
    std::iota(parent.begin(), parent.end(), 0);
    const auto root = [&parent](int tensor) {
        while (parent[static_cast<std::size_t>(tensor)] != tensor) {
            tensor = parent[static_cast<std::size_t>(tensor)];
        }
        return tensor;
    };
    for (const LoweredLayer& layer : lowering.layers) {
        if (layer.keepsFormat()) {
            for (const int input : layer.inputs) {
                const auto [first, second] = std::minmax({root(input), root(layer.output)});
                parent[static_cast<std::size_t>(second)] = first;
            }
        }
    }
    for (int& tensor : parent) {
        tensor = root(tensor);
    }
    return parent;
}

std::vector<TensorContent> contentOf(const Lowering& lowering, int tensor) {
    const LoweredTensor& lowered = lowering.tensors.at(static_cast<std::size_t>(tensor));
    if (lowered.value != nn::kNoValue) {
        return {{lowered.value, tensor}};
    }
    const auto producer = std::ranges::find(lowering.layers, tensor, &LoweredLayer::output);
    if (producer == lowering.layers.end() || producer->kind != LayerKind::Concat) {
        throw workError("feature map '{}' has no value in the graph", lowered.name);
    }
    std::vector<TensorContent> content;
    for (const int input : producer->inputs) {
        const std::vector<TensorContent> part = contentOf(lowering, input);
        content.insert(content.end(), part.begin(), part.end());
    }
    return content;
}

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
    return std::visit(Rule{graph, node}, node.op);
}

} // namespace tandem::quant
