// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/passes/edit.h"
#include "core/nn/passes/passes.h"

namespace tandem::nn::passes {

namespace {

/// y = scale[c] * x + shift[c] for every channel c (axis 1).
struct Affine {
    std::vector<float> scale, shift;
};

std::optional<Affine> affineOf(const Graph& graph, const BatchNormalization& op, const Node& node) {
    std::array<const Tensor*, 4> parameters{};
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        parameters[i] = constantOf(graph, node.inputs[i + 1]);
        if (parameters[i] == nullptr) {
            return std::nullopt;
        }
    }
    const auto& [scale, shift, mean, variance] = parameters;
    Affine affine;
    for (std::size_t c = 0; c < scale->floats().size(); ++c) {
        const double factor =
            double{scale->floats()[c]} / std::sqrt(double{variance->floats()[c]} + double{op.epsilon});
        affine.scale.push_back(static_cast<float>(factor));
        affine.shift.push_back(
            static_cast<float>(double{shift->floats()[c]} - factor * double{mean->floats()[c]}));
    }
    return affine;
}

/// A constant that varies only along axis 1 of `shape`, one value per channel.
std::optional<std::vector<float>> channelVector(const Tensor& tensor, const Shape& shape) {
    if (!isFloat(tensor.type) || shape.size() < 2 || tensor.shape.size() > shape.size()) {
        return std::nullopt;
    }
    const auto channels = static_cast<std::size_t>(shape[1]);
    if (elementCount(tensor.shape) == 1) {
        return std::vector<float>(channels, tensor.floats()[0]);
    }
    const std::size_t missing = shape.size() - tensor.shape.size();
    for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
        if (tensor.shape[i] != (i + missing == 1 ? shape[1] : 1)) {
            return std::nullopt;
        }
    }
    return tensor.floats();
}

/// What Binary with a constant at input 1 - `side` does to input `side`.
std::optional<Affine> affineOf(const Graph& graph, const Binary& op, const Node& node, std::size_t side) {
    const Tensor* constant = constantOf(graph, node.inputs[1 - side]);
    const Shape& shape = graph.value(node.inputs[side]).shape;
    if (constant == nullptr || graph.value(node.outputs[0]).shape != shape) {
        return std::nullopt;
    }
    auto values = channelVector(*constant, shape);
    if (!values) {
        return std::nullopt;
    }
    Affine affine{std::vector<float>(values->size(), 1.0F), std::vector<float>(values->size(), 0.0F)};
    switch (op.kind) {
    case BinaryKind::Add:
        affine.shift = std::move(*values);
        return affine;
    case BinaryKind::Subtract:
        if (side == 0) {
            std::ranges::transform(*values, affine.shift.begin(), std::negate<>());
        } else {
            std::ranges::fill(affine.scale, -1.0F);
            affine.shift = std::move(*values);
        }
        return affine;
    case BinaryKind::Multiply:
        affine.scale = std::move(*values);
        return affine;
    case BinaryKind::Divide:
        if (side != 0 || std::ranges::find(*values, 0.0F) != values->end()) {
            return std::nullopt;
        }
        std::ranges::transform(*values, affine.scale.begin(), [](float x) { return 1.0F / x; });
        return affine;
    case BinaryKind::Maximum:
        break;
    }
    return std::nullopt;
}

/// Every weight times the factor of the output channel it belongs to.
void scaleWeights(Tensor& weights, const Operator& op, const std::vector<float>& scale) {
    const auto channels = static_cast<std::int64_t>(scale.size());
    const auto* transposed = std::get_if<TransposedConvolution>(&op);
    const std::int64_t outer = weights.shape[0];
    const std::int64_t row = outer == 0 ? 0 : elementCount(weights.shape) / outer;
    for (std::int64_t o = 0; o < outer; ++o) {
        for (std::int64_t i = 0; i < row; ++i) {
            std::int64_t channel = o;
            if (transposed != nullptr) {
                const std::int64_t perGroup = weights.shape[1];
                const std::int64_t group = o / (outer / transposed->groups);
                channel = group * perGroup + i / (row / perGroup);
            }
            weights.floats()[static_cast<std::size_t>(o * row + i)] *=
                scale[static_cast<std::size_t>(channel % channels)];
        }
    }
}

std::vector<float> scaled(const Tensor* bias, const Affine& affine) {
    std::vector<float> result = affine.shift;
    for (std::size_t c = 0; bias != nullptr && c < result.size(); ++c) {
        result[c] += bias->floats()[c] * affine.scale[c];
    }
    return result;
}

bool isWeighted(const Operator& op) {
    return std::holds_alternative<Convolution>(op) || std::holds_alternative<TransposedConvolution>(op) ||
           std::holds_alternative<Linear>(op);
}

/// Folds `affine` into the node that computes its input; the node then computes `output`.
bool foldInto(Graph& graph, Node& target, const Affine& affine, ValueId output) {
    const auto channels = static_cast<std::int64_t>(affine.scale.size());
    const bool isNormalization = std::holds_alternative<BatchNormalization>(target.op);
    if (!isWeighted(target.op) && !isNormalization) {
        return false;
    }
    const bool hasBias = target.inputs.size() > 2 && target.inputs[2] != kNoValue;
    const Tensor* weights = constantOf(graph, target.inputs[1]);
    const Tensor* bias = hasBias ? constantOf(graph, target.inputs[2]) : nullptr;
    if (weights == nullptr || (hasBias && bias == nullptr)) {
        return false;
    }
    Tensor newWeights = *weights;
    Tensor newBias = Tensor::ofFloats({channels}, scaled(bias, affine));
    if (isNormalization) {
        std::ranges::transform(newWeights.floats(), affine.scale, newWeights.floats().begin(),
                               std::multiplies<>());
    } else {
        scaleWeights(newWeights, target.op, affine.scale);
    }
    const bool isScaled = std::ranges::any_of(affine.scale, [](float x) { return x != 1.0F; });
    if (isScaled) {
        target.inputs[1] =
            graph.addConstant(graph.value(target.inputs[1]).name + "/folded", std::move(newWeights));
    }
    target.inputs.resize(std::max<std::size_t>(3, target.inputs.size()), kNoValue);
    target.inputs[2] = graph.addConstant(target.name + "/bias", std::move(newBias));
    target.outputs[0] = output;
    return true;
}

bool foldNode(Graph& graph, const Wiring& wiring, const Node& node) {
    for (std::size_t side = 0; side < 2; ++side) {
        std::optional<Affine> affine;
        if (const auto* normalization = std::get_if<BatchNormalization>(&node.op);
            normalization && side == 0) {
            affine = affineOf(graph, *normalization, node);
        } else if (const auto* binary = std::get_if<Binary>(&node.op)) {
            affine = affineOf(graph, *binary, node, side);
        }
        const ValueId input = affine ? node.inputs[side] : kNoValue;
        if (affine && wiring.uses(input) == 1 && wiring.producerId(input) >= 0) {
            Node& target = graph.nodes[static_cast<std::size_t>(wiring.producerId(input))];
            if (foldInto(graph, target, *affine, node.outputs[0])) {
                return true;
            }
        }
    }
    return false;
}

/// Whether a weighted node stands anywhere in front of the value.
bool isBehindWeights(const Graph& graph, const Wiring& wiring, ValueId value) {
    std::vector<bool> seen(graph.nodes.size(), false);
    std::vector<ValueId> open{value};
    while (!open.empty()) {
        const ValueId next = open.back();
        open.pop_back();
        const NodeId id = next == kNoValue ? -1 : wiring.producerId(next);
        if (id < 0 || seen[static_cast<std::size_t>(id)]) {
            continue;
        }
        seen[static_cast<std::size_t>(id)] = true;
        const Node& node = graph.node(id);
        if (isWeighted(node.op)) {
            return true;
        }
        open.insert(open.end(), node.inputs.begin(), node.inputs.end());
    }
    return false;
}

} // namespace

bool normalizeByConvolution(Graph& graph) {
    bool changed = false;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const Node node = graph.nodes[i];
        const auto* normalization = std::get_if<BatchNormalization>(&node.op);
        const auto affine = normalization != nullptr && graph.value(node.inputs[0]).shape.size() == 4
                                ? affineOf(graph, *normalization, node)
                                : std::nullopt;
        if (!affine || !isBehindWeights(graph, Wiring(graph), node.inputs[0])) {
            continue;
        }
        const auto channels = static_cast<std::int64_t>(affine->scale.size());
        Node& convolution = graph.nodes[i];
        convolution.op = Convolution{{1, 1}, {1, 1}, {1, 1}, {}, static_cast<int>(channels)};
        convolution.inputs = {node.inputs[0],
                              graph.addConstant(freshName(graph, node.name + "/scale"),
                                                Tensor::ofFloats({channels, 1, 1, 1}, affine->scale)),
                              graph.addConstant(freshName(graph, node.name + "/shift"),
                                                Tensor::ofFloats({channels}, affine->shift))};
        changed = true;
    }
    return changed;
}

bool foldBatchNormalization(Graph& graph) {
    bool changed = false;
    for (std::size_t i = 0; i < graph.nodes.size();) {
        const Node node = graph.nodes[i];
        const bool isCandidate =
            std::holds_alternative<BatchNormalization>(node.op) || std::holds_alternative<Binary>(node.op);
        if (isCandidate && foldNode(graph, Wiring(graph), node)) {
            graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(i));
            changed = true;
        } else {
            ++i;
        }
    }
    return changed;
}

} // namespace tandem::nn::passes
