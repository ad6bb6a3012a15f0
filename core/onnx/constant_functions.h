// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/tensor.h"

#include <vector>

/// Functions of constants, by ONNX's definitions, that no network executes: they only fold. Integer results
/// wrap to their type; shapes broadcast as numpy's do. All throw Error (Input) with the reason when inputs do
/// not fit.
namespace tandem::onnx {

enum class UnaryFunction { Abs, Neg, Sign, Floor, Ceil, Round, Sqrt, Reciprocal, Exp, Log, Not };

nn::Tensor apply(UnaryFunction function, const nn::Tensor& x);

enum class BinaryFunction {
    Min,
    Pow,
    Mod,  ///< the sign of the divisor
    Fmod, ///< the sign of the dividend
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
    Xor
};

nn::Tensor apply(BinaryFunction function, const nn::Tensor& a, const nn::Tensor& b);

enum class Reduction { Sum, Product, Maximum, Minimum };

/// Reduces the axes (each in [0, rank)); they stay as axes of one cell where `keepDimensions`.
nn::Tensor reduce(Reduction reduction, const nn::Tensor& x, const std::vector<int>& axes,
                  bool keepDimensions);

/// a where the condition holds, else b.
nn::Tensor choose(const nn::Tensor& condition, const nn::Tensor& a, const nn::Tensor& b);

/// x repeated as often as `repeats` says along each axis.
nn::Tensor tiled(const nn::Tensor& x, const std::vector<std::int64_t>& repeats);

} // namespace tandem::onnx
