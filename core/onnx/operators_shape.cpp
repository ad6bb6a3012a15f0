// SPDX-License-Identifier: GPL-3.0-or-later
// Operators that give the same elements another shape, and those that make constants.
#include "core/base/error.h"
#include "core/nn/shapes.h"
#include "core/onnx/builder.h"
#include "core/onnx/tensors.h"

namespace tandem::onnx {

namespace {

void importReshape(NodeImport& node) {
    const nn::Shape from = node.shape(0);
    nn::Shape target = node.needIntegers(1, "the shape");
    const bool keepsZero = node.attributes.integer("allowzero", std::int64_t{0}) != 0;
    std::optional<std::size_t> open;
    for (std::size_t i = 0; i < target.size(); ++i) {
        if (target[i] == 0 && !keepsZero) {
            if (i >= from.size()) {
                throw inputError("the shape copies dimension {} of an input of shape {}", i, toString(from));
            }
            target[i] = from[i];
        } else if (target[i] == -1) {
            if (open) {
                throw inputError("the shape has more than one -1");
            }
            open = i;
            target[i] = 1;
        }
    }
    if (open) {
        const std::int64_t rest = nn::checkedElementCount(target);
        const std::int64_t count = nn::checkedElementCount(from);
        if (rest == 0 || count % rest != 0) {
            throw inputError("{} elements of shape {} cannot be split into parts of {}", count,
                             toString(from), rest);
        }
        target[*open] = count / rest;
    }
    node.emitReshape(node.input(0), target);
}

void importFlatten(NodeImport& node) {
    const nn::Shape& shape = node.shape(0);
    const std::int64_t axis = node.attributes.integer("axis", std::int64_t{1});
    const auto rank = static_cast<std::int64_t>(shape.size());
    if (axis < -rank || axis > rank) {
        throw inputError("axis {} is outside of a tensor of {} dimensions", axis, rank);
    }
    const auto middle = shape.begin() + (axis < 0 ? axis + rank : axis);
    node.emitReshape(node.input(0), {nn::checkedElementCount({shape.begin(), middle}),
                                     nn::checkedElementCount({middle, shape.end()})});
}

/// The `axes` of Squeeze and Unsqueeze: an attribute up to opset 12, an input from 13.
std::optional<std::vector<std::int64_t>> readAxes(const NodeImport& node) {
    if (node.opset < 13) {
        return node.attributes.integers("axes");
    }
    return node.has(1) ? std::optional(node.needIntegers(1, "the list of axes")) : std::nullopt;
}

std::vector<bool> markAxes(const std::vector<std::int64_t>& axes, std::size_t rank) {
    std::vector<bool> marked(rank, false);
    for (const std::int64_t axis : axes) {
        const auto index = static_cast<std::size_t>(nn::settledAxis(axis, rank));
        if (marked[index]) {
            throw inputError("axis {} is named twice", axis);
        }
        marked[index] = true;
    }
    return marked;
}

void importSqueeze(NodeImport& node) {
    const nn::Shape from = node.shape(0);
    const auto axes = readAxes(node);
    std::vector<bool> dropped(from.size());
    std::transform(from.begin(), from.end(), dropped.begin(), [](std::int64_t size) { return size == 1; });
    if (axes) {
        dropped = markAxes(*axes, from.size());
    }
    nn::Shape target;
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (!dropped[i]) {
            target.push_back(from[i]);
        } else if (from[i] != 1) {
            throw inputError("axis {} of shape {} is not 1", i, toString(from));
        }
    }
    node.emitReshape(node.input(0), target);
}

void importUnsqueeze(NodeImport& node) {
    const nn::Shape from = node.shape(0);
    const auto axes = readAxes(node);
    if (!axes) {
        throw inputError("the list of axes is missing");
    }
    const std::vector<bool> added = markAxes(*axes, from.size() + axes->size());
    nn::Shape target;
    auto next = from.begin();
    for (const bool isNew : added) {
        target.push_back(isNew ? 1 : *next++);
    }
    node.emitReshape(node.input(0), target);
}

void importShape(NodeImport& node) {
    const nn::Shape& shape = node.shape(0);
    const auto rank = static_cast<std::int64_t>(shape.size());
    const auto settled = [&](const char* name, std::int64_t fallback) {
        const std::int64_t index = node.attributes.integer(name, fallback);
        return std::clamp<std::int64_t>(index < 0 ? index + rank : index, 0, rank);
    };
    const std::int64_t start = settled("start", 0);
    const std::int64_t end = std::max(start, settled("end", rank));
    nn::Shape part(shape.begin() + start, shape.begin() + end);
    const auto count = static_cast<std::int64_t>(part.size());
    node.emitConstant(0, nn::Tensor::ofIntegers({count}, std::move(part)));
}

nn::Tensor constantOf(const NodeImport& node, const std::filesystem::path& folder) {
    if (const auto* proto = node.attributes.tensor("value")) {
        return toTensor(*proto, folder);
    }
    if (node.attributes.has("value_float")) {
        return nn::Tensor::ofFloats({}, {node.attributes.real("value_float", 0.0F)});
    }
    if (node.attributes.has("value_int")) {
        return nn::Tensor::ofIntegers({}, {node.attributes.integer("value_int", std::int64_t{0})});
    }
    if (auto reals = node.attributes.reals("value_floats")) {
        const auto count = static_cast<std::int64_t>(reals->size());
        return nn::Tensor::ofFloats({count}, std::move(*reals));
    }
    if (auto integers = node.attributes.integers("value_ints")) {
        const auto count = static_cast<std::int64_t>(integers->size());
        return nn::Tensor::ofIntegers({count}, std::move(*integers));
    }
    throw inputError("it has no value that is a dense tensor of numbers");
}

void importConstant(NodeImport& node) {
    node.emitConstant(0, constantOf(node, node.builder().folder()));
}

void importConstantOfShape(NodeImport& node) {
    const nn::Shape shape = node.needIntegers(0, "the shape");
    nn::Tensor value = nn::Tensor::zeros(nn::ElementType::Float32, {1});
    if (const auto* proto = node.attributes.tensor("value")) {
        value = toTensor(*proto, node.builder().folder());
    }
    if (nn::elementCount(value.shape) != 1) {
        throw inputError("attribute 'value' has shape {}; one value is needed", toString(value.shape));
    }
    node.builder().reserveConstant(shape);
    nn::Tensor result = nn::Tensor::zeros(value.type, shape);
    std::visit([&](auto& to) { std::ranges::fill(to, std::get<std::decay_t<decltype(to)>>(value.data)[0]); },
               result.data);
    node.emitConstant(0, std::move(result));
}

} // namespace

RuleTable shapeRules() {
    return {
        {"Reshape", {5, 2, 1, importReshape}},
        {"Flatten", {1, 1, 1, importFlatten}},
        {"Squeeze", {1, 2, 1, importSqueeze}},
        {"Unsqueeze", {1, 2, 1, importUnsqueeze}},
        {"Shape", {1, 1, 1, importShape}},
        {"Constant", {1, 0, 1, importConstant}},
        {"ConstantOfShape", {9, 1, 1, importConstantOfShape}},
    };
}

} // namespace tandem::onnx
