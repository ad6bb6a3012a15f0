// SPDX-License-Identifier: GPL-3.0-or-later
// The quantizers of QONNX (github.com/fastmachinelearning/qonnx, docs/qonnx-custom-ops), as Brevitas exports
// them.
#include "core/base/error.h"
#include "core/nn/shapes.h"
#include "core/onnx/builder.h"

#include <cmath>
#include <limits>

namespace tandem::onnx {

namespace {

/// The whole number in [1, 32] at an input.
int needBits(const NodeImport& node, std::size_t input, const char* what) {
    const float bits = node.needScalar(input, what);
    if (!(bits >= 1.0F && bits <= 32.0F) || bits != std::floor(bits)) {
        throw inputError("{} is {}; a whole number from 1 to 32 is needed", what, bits);
    }
    return static_cast<int>(bits);
}

nn::Rounding needRounding(const NodeImport& node, const char* fallback) {
    const std::string name = node.attributes.text("rounding_mode", fallback);
    const auto rounding = nn::roundingOf(name);
    if (!rounding) {
        throw inputError("rounding_mode is '{}'; accepted are ROUND, CEIL, FLOOR, UP, DOWN, HALF_UP and "
                         "HALF_DOWN",
                         ModelBuilder::shown(name));
    }
    return *rounding;
}

nn::IntegerFormat formatOf(const NodeImport& node, int bits) {
    return {bits, node.attributes.integer("signed", 1, 0, 1) != 0,
            node.attributes.integer("narrow", 0, 0, 1) != 0};
}

/// An input as floats: some exporters write scales, zero points and even what is quantized as integers.
nn::ValueId floatInput(NodeImport& node, std::size_t input) {
    const nn::ValueId id = node.input(input);
    return nn::isFloat(node.value(input).type) ? id : node.add(nn::Cast{nn::ElementType::Float32}, {id});
}

void importQuant(NodeImport& node) {
    const nn::FakeQuantize op{formatOf(node, needBits(node, 3, "the bit width")),
                              needRounding(node, "ROUND")};
    node.emit(op, {floatInput(node, 0), floatInput(node, 1), floatInput(node, 2)});
}

void importBipolarQuant(NodeImport& node) {
    node.emit(nn::BipolarQuantize{}, {floatInput(node, 0), floatInput(node, 1)});
}

/// Version 1: the kept bits are the upper ones, and the scale stays, so that the values shrink.
void importTruncationOfBits(NodeImport& node) {
    nn::Truncate op;
    const int before = needBits(node, 3, "the input's bit width");
    op.format.bits = needBits(node, 4, "the output's bit width");
    op.droppedBits = before - op.format.bits;
    op.rounding = needRounding(node, "FLOOR");
    if (op.droppedBits < 0) {
        throw inputError("it makes {} bits of {}; truncation does not add any", op.format.bits, before);
    }
    const nn::ValueId scale = floatInput(node, 1), zero = floatInput(node, 2);
    node.emit(op, {floatInput(node, 0), scale, zero, scale, zero});
}

/// How many bits lie between two scales, which must be the same number for all of them.
int bitsBetween(const nn::Tensor& scale, const nn::Tensor& outputScale) {
    if (nn::checkedElementCount(scale.shape) == 0 || nn::checkedElementCount(outputScale.shape) == 0) {
        throw inputError("a scale of no elements is given");
    }
    std::optional<int> bits;
    const std::vector<float>&from = scale.floats(), &to = outputScale.floats();
    for (std::size_t i = 0; i < std::max(from.size(), to.size()); ++i) {
        const double ratio = double{to[i % to.size()]} / double{from[i % from.size()]};
        if (!(ratio > 0.0) || !std::isfinite(ratio) || (bits && *bits != std::lround(std::log2(ratio)))) {
            throw inputError("the output's scale {} is not one power of two times the input's {}",
                             to[i % to.size()], from[i % from.size()]);
        }
        bits = static_cast<int>(std::lround(std::log2(ratio)));
    }
    return bits.value_or(0);
}

/// Version 2: an output scale of its own, and a clamp.
void importTruncationToScale(NodeImport& node) {
    nn::Truncate op;
    op.format = formatOf(node, needBits(node, 5, "the output's bit width"));
    op.clamps = true;
    op.rounding = needRounding(node, "FLOOR");
    node.needKnown(1, "the scale");
    node.needKnown(2, "the zero point");
    node.needKnown(4, "the output scale");
    const nn::ValueId x = floatInput(node, 0), scale = floatInput(node, 1), zeroPoint = floatInput(node, 2),
                      outputScale = floatInput(node, 4);
    op.droppedBits = bitsBetween(*node.builder().known(scale), *node.builder().known(outputScale));
    nn::Tensor zero = *node.builder().known(zeroPoint);
    for (float& element : zero.floats()) {
        element = std::ldexp(element, -op.droppedBits);
    }
    node.emit(op, {x, scale, zeroPoint, outputScale, node.addConstant(std::move(zero))});
}

void importTrunc(NodeImport& node) {
    return node.inputCount() > 5 ? importTruncationToScale(node) : importTruncationOfBits(node);
}

const RuleTable& rules() {
    static const RuleTable table{
        {"Quant", {1, 4, 1, importQuant}},
        {"IntQuant", {1, 4, 1, importQuant}},
        {"BipolarQuant", {1, 2, 1, importBipolarQuant}},
        {"Trunc", {1, 6, 1, importTrunc}},
    };
    return table;
}

} // namespace

bool isQonnxDomain(const std::string& domain) {
    return domain == "qonnx.custom_op.general" || domain == "onnx.brevitas" ||
           domain == "finn.custom_op.general";
}

const OperatorRule* findQonnxRule(const std::string& operatorType) {
    const auto found = rules().find(operatorType);
    return found == rules().end() ? nullptr : &found->second;
}

} // namespace tandem::onnx
