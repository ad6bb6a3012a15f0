// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/nn/graph.h"

namespace tandem::train::reference {

/// Uniform in [-1, 1).
nn::Tensor randomTensor(const nn::Shape& shape, std::uint64_t seed);

// The operators written down as their definitions say, in double precision.
nn::Tensor convolution(const nn::Tensor& x, const nn::Tensor& weights, const nn::Tensor& bias,
                       const nn::Convolution& op, const nn::Shape& result);
nn::Tensor transposedConvolution(const nn::Tensor& x, const nn::Tensor& weights, const nn::Tensor& bias,
                                 const nn::TransposedConvolution& op, const nn::Shape& result);
nn::Tensor pool(const nn::Tensor& x, const nn::Pool& op, const nn::Shape& result);

} // namespace tandem::train::reference
