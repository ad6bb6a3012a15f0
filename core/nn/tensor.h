// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace tandem::nn {

/// Sizes of a tensor's dimensions, outermost first; empty for a scalar.
using Shape = std::vector<std::int64_t>;

/// Number of elements of a tensor of this shape (1 for a scalar).
std::int64_t elementCount(const Shape& shape);

/// "1x3x32x32"; "scalar" for an empty shape.
std::string toString(const Shape& shape);

/// The element type that the model declares. float16 and float64 arrive as Float32.
enum class ElementType { Float32, Int8, UInt8, Int16, UInt16, Int32, UInt32, Int64, UInt64, Bool };

/// What is known of a tensor before its elements are.
struct TensorType {
    ElementType type = ElementType::Float32;
    Shape shape;
    bool operator==(const TensorType&) const = default;
};

/// Whether tensors of this type hold floats (all others hold 64-bit integers).
inline bool isFloat(ElementType type) {
    return type == ElementType::Float32;
}

/// "float32", "int8", ...
std::string toString(ElementType type);

/// A dense row-major tensor by value. Float32 elements are stored as float; every other type as std::int64_t.
struct Tensor {
    ElementType type = ElementType::Float32;
    Shape shape;
    std::variant<std::vector<float>, std::vector<std::int64_t>> data;

    std::vector<float>& floats() { return std::get<0>(data); }
    const std::vector<float>& floats() const { return std::get<0>(data); }
    std::vector<std::int64_t>& integers() { return std::get<1>(data); }
    const std::vector<std::int64_t>& integers() const { return std::get<1>(data); }

    /// A tensor of zeros.
    static Tensor zeros(ElementType type, Shape shape);
    static Tensor ofFloats(Shape shape, std::vector<float> values);
    static Tensor ofIntegers(Shape shape, std::vector<std::int64_t> values,
                             ElementType type = ElementType::Int64);
};

} // namespace tandem::nn
