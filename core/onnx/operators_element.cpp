// SPDX-License-Identifier: GPL-3.0-or-later
// Element-wise operators, soft-max and quantization.
#include "core/base/error.h"
#include "core/nn/shapes.h"
#include "core/onnx/builder.h"
#include "core/onnx/tensors.h"

#include <limits>

namespace tandem::onnx {

namespace {

template <nn::ActivationKind Kind>
void importActivation(NodeImport& node) {
    nn::Activation op;
    op.kind = Kind;
    if (Kind == nn::ActivationKind::LeakyRelu) {
        op.alpha = node.attributes.real("alpha", 0.01F);
    } else if (Kind == nn::ActivationKind::HardSigmoid) {
        op.alpha = node.attributes.real("alpha", 0.2F);
        op.beta = node.attributes.real("beta", 0.5F);
    }
    node.emit(op, {node.input(0)});
}

void importClip(NodeImport& node) {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    nn::Activation op;
    op.kind = nn::ActivationKind::Clip;
    if (node.opset < 11) {
        op.low = node.attributes.real("min", -kInfinity);
        op.high = node.attributes.real("max", kInfinity);
    } else {
        op.low = node.has(1) ? node.needScalar(1, "the lower limit") : -kInfinity;
        op.high = node.has(2) ? node.needScalar(2, "the upper limit") : kInfinity;
    }
    node.emit(op, {node.input(0)});
}

template <bool Logarithm>
void importSoftmax(NodeImport& node) {
    nn::Softmax op;
    op.logarithm = Logarithm;
    op.flattened = node.opset < 13;
    const std::size_t rank = node.shape(0).size();
    const std::int64_t axis = node.attributes.integer("axis", std::int64_t{op.flattened ? 1 : -1});
    op.axis = op.flattened && axis == static_cast<std::int64_t>(rank) ? static_cast<int>(rank)
                                                                      : nn::settledAxis(axis, rank);
    node.emit(op, {node.input(0)});
}

template <nn::BinaryKind Kind>
void importBinary(NodeImport& node) {
    node.emit(nn::Binary{Kind}, {node.input(0), node.input(1)});
}

/// Sum and Max of any number of inputs: a chain of two at a time.
template <nn::BinaryKind Kind>
void importChain(NodeImport& node) {
    const std::vector<nn::ValueId> inputs = node.allInputs();
    if (inputs.size() == 1) {
        node.emit(nn::Identity{}, {inputs[0]});
        return;
    }
    nn::ValueId sum = inputs[0];
    for (std::size_t i = 1; i + 1 < inputs.size(); ++i) {
        sum = node.add(nn::Binary{Kind}, {sum, inputs[i]});
    }
    node.emit(nn::Binary{Kind}, {sum, inputs.back()});
}

void importCast(NodeImport& node) {
    if (!node.attributes.has("to")) {
        throw inputError("attribute 'to' is missing");
    }
    const int to = node.attributes.integer("to", 0, 0, std::numeric_limits<int>::max());
    node.emit(nn::Cast{elementTypeOf(to)}, {node.input(0)});
}

void importIdentity(NodeImport& node) {
    node.emit(nn::Identity{}, {node.input(0)});
}

void importDropout(NodeImport& node) {
    const bool isTraining =
        node.opset >= 12 && node.has(2) && node.needScalar(2, "the training mode") != 0.0F;
    if (isTraining && (!node.has(1) || node.needScalar(1, "the ratio") != 0.0F)) {
        throw inputError("it drops elements at random (training mode); only inference is executed");
    }
    if (node.wantsOutput(1)) {
        const nn::ElementType type = node.opset < 10 ? node.value(0).type : nn::ElementType::Bool;
        nn::checkedElementCount(node.shape(0));
        node.builder().reserveConstant(node.shape(0));
        nn::Tensor mask = nn::Tensor::zeros(type, node.shape(0));
        std::visit([](auto& elements) { std::ranges::fill(elements, 1); }, mask.data);
        node.emitConstant(1, std::move(mask));
    }
    node.emit(nn::Identity{}, {node.input(0)});
}

/// The axis counts only where there is more than one scale.
int quantizationAxis(const NodeImport& node) {
    const std::int64_t axis = node.attributes.integer("axis", std::int64_t{1});
    return nn::checkedElementCount(node.shape(1)) == 1 ? 0 : nn::settledAxis(axis, node.shape(0).size());
}

template <typename Op>
void importQuantization(NodeImport& node) {
    std::vector<nn::ValueId> inputs{node.input(0), node.input(1)};
    if (node.has(2)) {
        inputs.push_back(node.input(2));
        if (nn::isFloat(node.value(2).type)) {
            throw inputError("the zero point has type float; an integer type is needed");
        }
    }
    node.emit(Op{quantizationAxis(node)}, std::move(inputs));
}

} // namespace

RuleTable elementRules() {
    using enum nn::ActivationKind;
    using enum nn::BinaryKind;
    constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();
    return {
        {"Relu", {6, 1, 1, importActivation<Relu>}},
        {"LeakyRelu", {6, 1, 1, importActivation<LeakyRelu>}},
        {"Sigmoid", {6, 1, 1, importActivation<Sigmoid>}},
        {"HardSigmoid", {6, 1, 1, importActivation<HardSigmoid>}},
        {"HardSwish", {14, 1, 1, importActivation<HardSwish>}},
        {"Tanh", {6, 1, 1, importActivation<Tanh>}},
        {"Clip", {6, 3, 1, importClip}},
        {"PRelu",
         {7, 2, 1,
          [](NodeImport& node) {
              node.emit(nn::ParametricRelu{}, {node.input(0), node.input(1)});
          }}},
        {"Softmax", {1, 1, 1, importSoftmax<false>}},
        {"LogSoftmax", {1, 1, 1, importSoftmax<true>}},
        {"Add", {7, 2, 1, importBinary<Add>}},
        {"Sub", {7, 2, 1, importBinary<Subtract>}},
        {"Mul", {7, 2, 1, importBinary<Multiply>}},
        {"Div", {7, 2, 1, importBinary<Divide>}},
        {"Sum", {6, kAny, 1, importChain<Add>}},
        {"Max", {6, kAny, 1, importChain<Maximum>}},
        {"Cast", {6, 1, 1, importCast}},
        {"Identity", {1, 1, 1, importIdentity}},
        {"Dropout", {7, 3, 2, importDropout}},
        {"QuantizeLinear", {10, 3, 1, importQuantization<nn::Quantize>}},
        {"DequantizeLinear", {10, 3, 1, importQuantization<nn::Dequantize>}},
    };
}

} // namespace tandem::onnx
