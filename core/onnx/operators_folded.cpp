// SPDX-License-Identifier: GPL-3.0-or-later
// Operators that are only computed in advance: exporters leave them where a network computes shapes or
// weights.
#include "core/base/error.h"
#include "core/nn/kernels/detail.h"
#include "core/nn/shapes.h"
#include "core/onnx/builder.h"
#include "core/onnx/constant_functions.h"

#include <limits>

namespace tandem::onnx {

namespace {

constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();

/// An input's elements; throws Error where it is computed while the network runs.
const nn::Tensor& constantInput(NodeImport& node, std::size_t i) {
    const nn::Tensor* tensor = node.builder().known(node.input(i));
    if (tensor == nullptr) {
        throw inputError(
            "the operator is only supported between constants; its input '{}' is computed while the "
            "network runs",
            node.value(i).name);
    }
    return *tensor;
}

template <UnaryFunction Function>
void importUnary(NodeImport& node) {
    node.emitConstant(0, apply(Function, constantInput(node, 0)));
}

void emitBinary(NodeImport& node, BinaryFunction function) {
    const nn::Tensor &a = constantInput(node, 0), &b = constantInput(node, 1);
    nn::checkedElementCount(nn::broadcastShape(a.shape, b.shape));
    node.emitConstant(0, apply(function, a, b));
}

template <BinaryFunction Function>
void importBinary(NodeImport& node) {
    emitBinary(node, Function);
}

void importMinimum(NodeImport& node) {
    nn::Tensor least = constantInput(node, 0);
    for (std::size_t i = 1; i < node.inputCount(); ++i) {
        const nn::Tensor& next = constantInput(node, i);
        nn::checkedElementCount(nn::broadcastShape(least.shape, next.shape));
        least = apply(BinaryFunction::Min, least, next);
    }
    node.emitConstant(0, std::move(least));
}

void importModulo(NodeImport& node) {
    emitBinary(node,
               node.attributes.integer("fmod", 0, 0, 1) == 1 ? BinaryFunction::Fmod : BinaryFunction::Mod);
}

/// The numbers of a Reduce operator's axes come as an attribute below `Since`, from there on as an input.
template <Reduction Kind, int Since>
void importReduction(NodeImport& node) {
    const nn::Tensor& x = constantInput(node, 0);
    const auto axes = reducedAxes(node, Since);
    const bool keeps = node.attributes.integer("keepdims", std::int64_t{1}) != 0;
    node.emitConstant(0, axes ? reduce(Kind, x, *axes, keeps) : x);
}

void importWhere(NodeImport& node) {
    const nn::Tensor &condition = constantInput(node, 0), &a = constantInput(node, 1),
                     &b = constantInput(node, 2);
    nn::checkedElementCount(nn::broadcastShape(condition.shape, nn::broadcastShape(a.shape, b.shape)));
    node.emitConstant(0, choose(condition, a, b));
}

/// What is expanded to the shape that it has stays in the network.
void importExpand(NodeImport& node) {
    const nn::Shape shape = nn::broadcastShape(node.shape(0), node.needIntegers(1, "the shape"));
    nn::checkedElementCount(shape);
    if (shape == node.shape(0)) {
        node.emit(nn::Identity{}, {node.input(0)});
        return;
    }
    const nn::Tensor& x = constantInput(node, 0);
    node.builder().reserveConstant(shape);
    node.emitConstant(0, nn::kernels::broadcast(x, shape));
}

void importTile(NodeImport& node) {
    const nn::Tensor& x = constantInput(node, 0);
    const std::vector<std::int64_t> repeats = node.needIntegers(1, "the list of repeats");
    if (repeats.size() != x.shape.size()) {
        throw inputError("{} repeats are given for a tensor of {} dimensions", repeats.size(),
                         x.shape.size());
    }
    nn::Shape shape = repeats;
    shape.insert(shape.end(), x.shape.begin(), x.shape.end());
    nn::checkedElementCount(shape);
    node.builder().reserveConstant(shape);
    node.emitConstant(0, tiled(x, repeats));
}

/// start, start + delta, ...; integers wrap.
nn::Tensor rangeOf(const nn::Tensor& start, const nn::Tensor& delta, std::int64_t count) {
    nn::Tensor result = nn::Tensor::zeros(start.type, {count});
    for (std::int64_t i = 0; i < count; ++i) {
        const auto at = static_cast<std::size_t>(i);
        if (nn::isFloat(start.type)) {
            result.floats()[at] = start.floats()[0] + static_cast<float>(i) * delta.floats()[0];
        } else {
            const auto step = static_cast<std::uint64_t>(i) * static_cast<std::uint64_t>(delta.integers()[0]);
            result.integers()[at] =
                static_cast<std::int64_t>(static_cast<std::uint64_t>(start.integers()[0]) + step);
        }
    }
    return result;
}

void importRange(NodeImport& node) {
    const nn::Tensor &start = constantInput(node, 0), &limit = constantInput(node, 1),
                     &delta = constantInput(node, 2);
    const auto number = [](const nn::Tensor& tensor) {
        if (nn::checkedElementCount(tensor.shape) != 1) {
            throw inputError("an end of the range has shape {}; one value is needed", toString(tensor.shape));
        }
        return nn::isFloat(tensor.type) ? double{tensor.floats()[0]}
                                        : static_cast<double>(tensor.integers()[0]);
    };
    const double count = std::ceil((number(limit) - number(start)) / number(delta));
    if (start.type != limit.type || start.type != delta.type || !(std::abs(count) < 1e9)) {
        throw inputError("a range of {} {} from {} in steps of {} has no end", toString(start.type),
                         number(limit), number(start), number(delta));
    }
    const auto whole = static_cast<std::int64_t>(std::max(0.0, count));
    node.builder().reserveConstant({whole});
    node.emitConstant(0, rangeOf(start, delta, whole));
}

void importSize(NodeImport& node) {
    node.emitConstant(0, nn::Tensor::ofIntegers({}, {nn::checkedElementCount(node.shape(0))}));
}

} // namespace

RuleTable foldedRules() {
    using enum UnaryFunction;
    using enum BinaryFunction;
    return {
        {"Abs", {6, 1, 1, importUnary<Abs>}},
        {"Neg", {6, 1, 1, importUnary<Neg>}},
        {"Sign", {9, 1, 1, importUnary<Sign>}},
        {"Floor", {6, 1, 1, importUnary<Floor>}},
        {"Ceil", {6, 1, 1, importUnary<Ceil>}},
        {"Round", {11, 1, 1, importUnary<Round>}},
        {"Sqrt", {6, 1, 1, importUnary<Sqrt>}},
        {"Reciprocal", {6, 1, 1, importUnary<Reciprocal>}},
        {"Exp", {6, 1, 1, importUnary<Exp>}},
        {"Log", {6, 1, 1, importUnary<Log>}},
        {"Not", {1, 1, 1, importUnary<Not>}},
        {"Min", {6, kAny, 1, importMinimum}},
        {"Pow", {7, 2, 1, importBinary<Pow>}},
        {"Mod", {10, 2, 1, importModulo}},
        {"Equal", {7, 2, 1, importBinary<Equal>}},
        {"Less", {7, 2, 1, importBinary<Less>}},
        {"LessOrEqual", {12, 2, 1, importBinary<LessOrEqual>}},
        {"Greater", {7, 2, 1, importBinary<Greater>}},
        {"GreaterOrEqual", {12, 2, 1, importBinary<GreaterOrEqual>}},
        {"And", {7, 2, 1, importBinary<And>}},
        {"Or", {7, 2, 1, importBinary<Or>}},
        {"Xor", {7, 2, 1, importBinary<Xor>}},
        {"ReduceSum", {1, 2, 1, importReduction<Reduction::Sum, 13>}},
        {"ReduceProd", {1, 2, 1, importReduction<Reduction::Product, 18>}},
        {"ReduceMax", {1, 2, 1, importReduction<Reduction::Maximum, 18>}},
        {"ReduceMin", {1, 2, 1, importReduction<Reduction::Minimum, 18>}},
        {"Where", {9, 3, 1, importWhere}},
        {"Expand", {8, 2, 1, importExpand}},
        {"Tile", {6, 2, 1, importTile}},
        {"Range", {11, 3, 1, importRange}},
        {"Size", {1, 1, 1, importSize}},
    };
}

} // namespace tandem::onnx
