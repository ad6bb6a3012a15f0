// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/kernels/kernels.h"

#include "core/base/error.h"
#include "core/nn/kernels/detail.h"

namespace tandem::nn::kernels {

namespace {

/// Operator is implicitly made from each alternative, so overload resolution cannot tell which have a kernel.
template <typename Op>
inline constexpr bool kHasKernel =
    !(std::same_as<Op, Convolution> || std::same_as<Op, TransposedConvolution> || std::same_as<Op, Linear> ||
      std::same_as<Op, MatrixProduct> || std::same_as<Op, Gemm> || std::same_as<Op, BatchNormalization> ||
      std::same_as<Op, GlobalPool> || std::same_as<Op, LocalResponseNormalization>);

} // namespace

bool supports(const Operator& op) {
    return std::visit([]<typename Op>(const Op&) { return kHasKernel<Op>; }, op);
}

std::vector<Tensor> evaluate(const Operator& op, std::span<const Tensor* const> inputs,
                             std::span<const TensorType> outputs) {
    return std::visit(
        [&]<typename Op>(const Op& typed) -> std::vector<Tensor> {
            if constexpr (kHasKernel<Op>) {
                return evaluate(typed, inputs, outputs);
            } else {
                throw workError("{} has no reference kernel", operatorName(op));
            }
        },
        op);
}

} // namespace tandem::nn::kernels
