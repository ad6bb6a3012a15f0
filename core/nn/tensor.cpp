// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/tensor.h"

#include <fmt/ranges.h>

namespace tandem::nn {

std::int64_t elementCount(const Shape& shape) {
    return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::string toString(const Shape& shape) {
    return shape.empty() ? "scalar" : fmt::format("{}", fmt::join(shape, "x"));
}

std::string toString(ElementType type) {
    switch (type) {
    case ElementType::Float32:
        return "float32";
    case ElementType::Int8:
        return "int8";
    case ElementType::UInt8:
        return "uint8";
    case ElementType::Int16:
        return "int16";
    case ElementType::UInt16:
        return "uint16";
    case ElementType::Int32:
        return "int32";
    case ElementType::UInt32:
        return "uint32";
    case ElementType::Int64:
        return "int64";
    case ElementType::UInt64:
        return "uint64";
    case ElementType::Bool:
        return "bool";
    }
    return "unknown";
}

Tensor Tensor::zeros(ElementType type, Shape shape) {
    const auto count = static_cast<std::size_t>(elementCount(shape));
    if (isFloat(type)) {
        return {type, std::move(shape), std::vector<float>(count)};
    }
    return {type, std::move(shape), std::vector<std::int64_t>(count)};
}

Tensor Tensor::ofFloats(Shape shape, std::vector<float> values) {
    return {ElementType::Float32, std::move(shape), std::move(values)};
}

Tensor Tensor::ofIntegers(Shape shape, std::vector<std::int64_t> values, ElementType type) {
    return {type, std::move(shape), std::move(values)};
}

} // namespace tandem::nn
