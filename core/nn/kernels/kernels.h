// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/operators.h"
#include "core/nn/tensor.h"

#include <span>
#include <vector>

namespace tandem::nn::kernels {

/// Whether an operator whose inputs are all constant becomes a constant: all but quantizers (they carry the
/// model's precision) and those of more than some hundred million products, which take a plain kernel too
/// long.
bool isFoldable(const Operator& op, std::span<const TensorType> inputs, std::span<const TensorType> outputs);

/// Executes one operator by the plain definition: the reference, what folds constants, and what executes the
/// operators (and Pool of integers or with indices) that have no faster kernel. `inputs` has one entry per
/// input of the node, null where an optional input is absent; `outputs` gives the type and shape of each
/// output, as shape inference found them. Integer arithmetic wraps to the output's type.
std::vector<Tensor> evaluate(const Operator& op, std::span<const Tensor* const> inputs,
                             std::span<const TensorType> outputs);

} // namespace tandem::nn::kernels
