// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/kernels/kernels.h"
#include "core/nn/passes/edit.h"
#include "core/nn/passes/passes.h"
#include "core/nn/passes/precision.h"

#include <cmath>

namespace tandem::nn::passes {

namespace {

/// The one axis of x along which a parameter that broadcasts to it differs (-1: none); nothing where it
/// differs along several.
std::optional<int> axisOf(const Shape& parameter, const Shape& x) {
    int axis = -1;
    for (std::size_t i = 0; i < parameter.size(); ++i) {
        if (parameter[i] != 1) {
            if (axis >= 0) {
                return std::nullopt;
            }
            axis = static_cast<int>(x.size() - parameter.size() + i);
        }
    }
    return axis;
}

/// A precision with these scales and zero points; nothing when they are computed, not whole, or differ along
/// several axes.
std::optional<Quantization> precisionOf(const Graph& graph, const Node& node, const IntegerFormat& format,
                                        ValueId scale, ValueId zero, Rounding rounding) {
    const Shape& x = graph.value(node.inputs[0]).shape;
    const Tensor* scales = constantOf(graph, scale);
    const Tensor* zeros = constantOf(graph, zero);
    if (scales == nullptr || (zeros == nullptr && zero != kNoValue) || elementCount(x) == 0) {
        return std::nullopt;
    }
    const auto axis = axisOf(scales->shape, x);
    const auto zeroAxis = zeros != nullptr ? axisOf(zeros->shape, x) : -1;
    if (!axis || !zeroAxis || (*zeroAxis >= 0 && *zeroAxis != *axis)) {
        return std::nullopt;
    }
    Quantization result{format.bits,        format.isSigned, scales->floats(), {},
                        std::max(0, *axis), format.isNarrow, rounding};
    for (std::size_t i = 0; i < result.scales.size(); ++i) {
        const float point = zeros != nullptr ? zeros->floats()[i % zeros->floats().size()] : 0.0F;
        if (point != std::floor(point)) {
            return std::nullopt;
        }
        result.zeroPoints.push_back(static_cast<std::int64_t>(point));
    }
    return result;
}

/// What the node quantizes to. One bit of -1 and 1 is held as two bits that leave out 0.
std::optional<Quantization> precisionOf(const Graph& graph, const Node& node) {
    constexpr IntegerFormat kBipolar{2, true, true};
    if (const auto* op = std::get_if<FakeQuantize>(&node.op)) {
        const bool isBipolar = op->format.bits == 1 && op->format.isSigned;
        return precisionOf(graph, node, isBipolar ? kBipolar : op->format, node.inputs[1], node.inputs[2],
                           op->rounding);
    }
    if (std::holds_alternative<BipolarQuantize>(node.op)) {
        return precisionOf(graph, node, kBipolar, node.inputs[1], kNoValue, Rounding::HalfEven);
    }
    if (const auto* op = std::get_if<Truncate>(&node.op)) {
        IntegerFormat format = op->format;
        format.isSigned = op->clamps ? format.isSigned : !isNonNegative(Wiring(graph), node.inputs[0]);
        return precisionOf(graph, node, format, node.inputs[3], node.inputs[4], op->rounding);
    }
    return std::nullopt;
}

bool isFakeQuantizer(const Operator& op) {
    return isQuantizer(op) && !std::holds_alternative<Quantize>(op) &&
           !std::holds_alternative<Dequantize>(op);
}

/// Constants behind quantizers: constants that carry their precision.
bool foldWeights(Graph& graph) {
    std::vector<bool> gone(graph.nodes.size(), false);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const Node& node = graph.nodes[i];
        std::vector<const Tensor*> inputs;
        for (const ValueId input : node.inputs) {
            inputs.push_back(constantOf(graph, input));
        }
        if (!isFakeQuantizer(node.op) || std::ranges::find(inputs, nullptr) != inputs.end()) {
            continue;
        }
        Value& value = graph.value(node.outputs[0]);
        const TensorType type{value.type, value.shape};
        value.quantization = precisionOf(graph, node);
        value.constant = std::move(kernels::evaluate(node.op, inputs, {&type, 1}).front());
        gone[i] = true;
    }
    eraseNodes(graph, gone);
    return std::ranges::find(gone, true) != gone.end();
}

/// The factor by which a Truncate changes values beyond rounding them; nothing when it differs by channel.
std::optional<float> factorOf(const Graph& graph, const Node& node, const Truncate& op) {
    const std::vector<float>& from = constantOf(graph, node.inputs[1])->floats();
    const std::vector<float>& to = constantOf(graph, node.inputs[3])->floats();
    std::optional<float> factor;
    for (std::size_t i = 0; i < std::max(from.size(), to.size()); ++i) {
        const float own = std::ldexp(to[i % to.size()] / from[i % from.size()], -op.droppedBits);
        if (factor && *factor != own) {
            return std::nullopt;
        }
        factor = own;
    }
    return factor;
}

/// Multiplications by one positive number that only the Truncate at `index` reads: takes them out in front of
/// it and gives their product. Brevitas writes the sum over a pool's window as its average times its area.
float takeFactors(Graph& graph, std::size_t index) {
    float product = 1.0F;
    while (true) {
        const Wiring wiring(graph);
        ValueId& input = graph.nodes[index].inputs[0];
        const NodeId id = wiring.soleProducer<Binary>(input);
        if (id < 0 || std::get<Binary>(graph.node(id).op).kind != BinaryKind::Multiply) {
            return product;
        }
        const Node& multiply = graph.node(id);
        const bool isFirst = constantOf(graph, multiply.inputs[0]) != nullptr;
        const Tensor* number = constantOf(graph, multiply.inputs[isFirst ? 0 : 1]);
        const ValueId other = multiply.inputs[isFirst ? 1 : 0];
        if (number == nullptr || number->floats().size() != 1 || !(number->floats()[0] > 0.0F) ||
            graph.value(other).shape != graph.value(input).shape) {
            return product;
        }
        product *= number->floats()[0];
        input = other;
    }
}

/// The quantizer at `index` becomes a precision; a bipolar one, which is a function of its own, stays and its
/// output takes it. False when nothing changes.
bool foldActivation(Graph& graph, std::size_t index) {
    const Node& node = graph.nodes[index];
    auto quantization = precisionOf(graph, node);
    if (!quantization || quantization->scales.size() != 1) {
        return false;
    }
    const auto* fake = std::get_if<FakeQuantize>(&node.op);
    if (std::holds_alternative<BipolarQuantize>(node.op) ||
        (fake != nullptr && fake->format.bits == 1 && fake->format.isSigned)) {
        Value& output = graph.value(node.outputs[0]);
        return !std::exchange(output.quantization, quantization).has_value();
    }
    if (const auto* truncate = std::get_if<Truncate>(&node.op)) {
        const auto factor =
            constantOf(graph, node.inputs[1]) != nullptr ? factorOf(graph, node, *truncate) : std::nullopt;
        if (!factor) {
            return false;
        }
        const float remaining = *factor * takeFactors(graph, index);
        quantization = precisionOf(graph, graph.nodes[index]); // its sign may show only now
        if (remaining != 1.0F) {
            const std::string name = freshName(graph, graph.nodes[index].name + "/factor");
            const ValueId by = graph.addConstant(name, Tensor::ofFloats({}, {remaining}));
            Node& changed = graph.nodes[index];
            graph.value(changed.outputs[0]).quantization = quantization;
            changed.inputs = {changed.inputs[0], by};
            changed.op = Binary{BinaryKind::Multiply};
            return true;
        }
    }
    replaceByPrecision(graph, index, *quantization);
    return true;
}

} // namespace

bool foldFakeQuantization(Graph& graph) {
    bool changed = foldWeights(graph);
    for (std::size_t i = 0; i < graph.nodes.size();) {
        const std::size_t before = graph.nodes.size();
        changed = (isFakeQuantizer(graph.nodes[i].op) && foldActivation(graph, i)) || changed;
        i = before == graph.nodes.size() ? i + 1 : i;
    }
    return changed;
}

} // namespace tandem::nn::passes
