// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/operators.h"
#include "core/nn/tensor.h"

#include <span>
#include <vector>

namespace tandem::nn::kernels {

/// Whether evaluate() executes `op`: all data movement, element-wise functions, Softmax, ReduceMean, Resize,
/// Quantize, Dequantize and QONNX's quantizers, and Pool (the reference; use it where elements are integers
/// or the node has a second output, the indices of the maxima). Not: Convolution, TransposedConvolution,
/// Linear, MatrixProduct, Gemm, BatchNormalization, GlobalPool, LocalResponseNormalization.
bool supports(const Operator& op);

/// Executes one operator by the plain definition. `inputs` has one entry per input of the node, null where an
/// optional input is absent; `outputs` gives the type and shape of each output, as shape inference found
/// them. Integer arithmetic wraps to the output's type. Throws Error (Work) when supports(op) is false.
std::vector<Tensor> evaluate(const Operator& op, std::span<const Tensor* const> inputs,
                             std::span<const TensorType> outputs);

} // namespace tandem::nn::kernels
