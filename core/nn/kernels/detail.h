// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/operators.h"
#include "core/nn/tensor.h"

#include <cstdint>
#include <span>
#include <vector>

/// The kernels behind evaluate(), one function per operator. Shapes have been checked by inference.
namespace tandem::nn::kernels {

using Inputs = std::span<const Tensor* const>;
using Outputs = std::span<const TensorType>;

/// Row-major strides, in elements.
std::vector<std::int64_t> stridesOf(const Shape& shape);

/// For every element of `shape`, in order, calls visit(offset) with offset = start + sum of index * stride.
template <typename Visit>
void forEachOffset(const Shape& shape, const std::vector<std::int64_t>& strides, std::int64_t start,
                   const Visit& visit) {
    std::int64_t count = 1;
    for (const std::int64_t size : shape) {
        count *= size;
    }
    if (count == 0) {
        return;
    }
    if (shape.empty()) {
        visit(start);
        return;
    }
    const std::size_t last = shape.size() - 1;
    std::vector<std::int64_t> index(shape.size(), 0);
    std::int64_t offset = start;
    for (;;) {
        for (std::int64_t i = 0; i < shape[last]; ++i) {
            visit(offset + i * strides[last]);
        }
        std::size_t axis = last;
        for (;;) {
            if (axis == 0) {
                return;
            }
            --axis;
            offset += strides[axis];
            if (++index[axis] < shape[axis]) {
                break;
            }
            offset -= strides[axis] * shape[axis];
            index[axis] = 0;
        }
    }
}

/// The elements of `source` at forEachOffset's offsets, as a tensor.
Tensor gatherStrided(const Tensor& source, const TensorType& output, const std::vector<std::int64_t>& strides,
                     std::int64_t start);

/// `input` repeated to a shape that it broadcasts to (numpy).
Tensor broadcast(const Tensor& input, const Shape& output);

/// `value` wrapped to the range of an integer type.
std::int64_t wrapped(std::int64_t value, ElementType type);
/// `value` rounded by the caller, clamped to the range of an integer type.
std::int64_t saturated(double value, ElementType type);

std::vector<Tensor> evaluate(const Convolution& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const TransposedConvolution& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const Linear& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const MatrixProduct& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const Gemm& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const BatchNormalization& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const GlobalPool& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const LocalResponseNormalization& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const Activation& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const ParametricRelu& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const Softmax& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const Binary& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const Pool& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const ReduceMean& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const Concat& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const Split& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const Slice& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const Gather& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const Reshape& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const Transpose& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const Pad& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const Resize& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const Quantize& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const Dequantize& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const FakeQuantize& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const BipolarQuantize& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const Truncate& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const Cast& op, Inputs inputs, Outputs outputs);
std::vector<Tensor> evaluate(const Identity& op, Inputs inputs, Outputs outputs);

} // namespace tandem::nn::kernels
