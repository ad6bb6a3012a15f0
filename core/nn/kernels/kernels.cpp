// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/kernels/kernels.h"

#include "core/nn/graph.h"
#include "core/nn/kernels/detail.h"

namespace tandem::nn::kernels {

namespace {

/// Products or comparisons that a plain kernel does in about a second.
constexpr double kMostFoldedSteps = 5e8;

/// Steps beyond one or a few for each element of an output.
double stepsOf(const Operator& op, std::span<const TensorType> inputs, std::span<const TensorType> outputs) {
    const auto elements = static_cast<double>(elementCount(outputs[0].shape));
    if (const auto* pool = std::get_if<Pool>(&op)) {
        return elements * pool->kernel.height * pool->kernel.width;
    }
    if (const auto* response = std::get_if<LocalResponseNormalization>(&op)) {
        return elements * response->size;
    }
    return static_cast<double>(multiplyAccumulates(op, inputs, outputs[0].shape));
}

} // namespace

bool isFoldable(const Operator& op, std::span<const TensorType> inputs, std::span<const TensorType> outputs) {
    return !isQuantizer(op) && !outputs.empty() && stepsOf(op, inputs, outputs) <= kMostFoldedSteps;
}

std::vector<Tensor> evaluate(const Operator& op, std::span<const Tensor* const> inputs,
                             std::span<const TensorType> outputs) {
    return std::visit([&](const auto& typed) { return evaluate(typed, inputs, outputs); }, op);
}

} // namespace tandem::nn::kernels
