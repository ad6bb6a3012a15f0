// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/operators.h"

#include <cmath>

namespace tandem::nn {

namespace {

std::string nameOf(ActivationKind kind) {
    switch (kind) {
    case ActivationKind::Relu:
        return "Relu";
    case ActivationKind::LeakyRelu:
        return "LeakyRelu";
    case ActivationKind::Clip:
        return "Clip";
    case ActivationKind::Sigmoid:
        return "Sigmoid";
    case ActivationKind::HardSigmoid:
        return "HardSigmoid";
    case ActivationKind::HardSwish:
        return "HardSwish";
    case ActivationKind::Tanh:
        return "Tanh";
    }
    return "Activation";
}

std::string nameOf(BinaryKind kind) {
    switch (kind) {
    case BinaryKind::Add:
        return "Add";
    case BinaryKind::Subtract:
        return "Subtract";
    case BinaryKind::Multiply:
        return "Multiply";
    case BinaryKind::Divide:
        return "Divide";
    case BinaryKind::Maximum:
        return "Maximum";
    }
    return "Binary";
}

struct Name {
    std::string operator()(const Convolution&) const { return "Convolution"; }
    std::string operator()(const TransposedConvolution&) const { return "TransposedConvolution"; }
    std::string operator()(const Linear&) const { return "Linear"; }
    std::string operator()(const MatrixProduct&) const { return "MatrixProduct"; }
    std::string operator()(const Gemm&) const { return "Gemm"; }
    std::string operator()(const BatchNormalization&) const { return "BatchNormalization"; }
    std::string operator()(const Activation& op) const { return nameOf(op.kind); }
    std::string operator()(const ParametricRelu&) const { return "ParametricRelu"; }
    std::string operator()(const Softmax& op) const { return op.logarithm ? "LogSoftmax" : "Softmax"; }
    std::string operator()(const Binary& op) const { return nameOf(op.kind); }
    std::string operator()(const Pool& op) const {
        return op.kind == PoolKind::Maximum ? "MaximumPool" : "AveragePool";
    }
    std::string operator()(const GlobalPool& op) const {
        return op.kind == PoolKind::Maximum ? "GlobalMaximumPool" : "GlobalAveragePool";
    }
    std::string operator()(const ReduceMean&) const { return "ReduceMean"; }
    std::string operator()(const Concat&) const { return "Concat"; }
    std::string operator()(const Split&) const { return "Split"; }
    std::string operator()(const Slice&) const { return "Slice"; }
    std::string operator()(const Gather&) const { return "Gather"; }
    std::string operator()(const Reshape&) const { return "Reshape"; }
    std::string operator()(const Transpose&) const { return "Transpose"; }
    std::string operator()(const Pad&) const { return "Pad"; }
    std::string operator()(const Resize&) const { return "Resize"; }
    std::string operator()(const LocalResponseNormalization&) const { return "LocalResponseNormalization"; }
    std::string operator()(const Quantize&) const { return "Quantize"; }
    std::string operator()(const Dequantize&) const { return "Dequantize"; }
    std::string operator()(const FakeQuantize&) const { return "FakeQuantize"; }
    std::string operator()(const BipolarQuantize&) const { return "BipolarQuantize"; }
    std::string operator()(const Truncate&) const { return "Truncate"; }
    std::string operator()(const Cast&) const { return "Cast"; }
    std::string operator()(const Identity&) const { return "Identity"; }
};

template <typename Op>
inline constexpr bool kIsQuantizer =
    std::same_as<Op, Quantize> || std::same_as<Op, Dequantize> || std::same_as<Op, FakeQuantize> ||
    std::same_as<Op, BipolarQuantize> || std::same_as<Op, Truncate>;

} // namespace

double IntegerFormat::low() const {
    return isSigned ? -std::exp2(bits - 1) + (isNarrow ? 1.0 : 0.0) : 0.0;
}

double IntegerFormat::high() const {
    return isSigned ? std::exp2(bits - 1) - 1.0 : std::exp2(bits) - (isNarrow ? 2.0 : 1.0);
}

bool isQuantizer(const Operator& op) {
    return std::visit([]<typename Op>(const Op&) { return kIsQuantizer<Op>; }, op);
}

std::string operatorName(const Operator& op) {
    return std::visit(Name{}, op);
}

} // namespace tandem::nn
