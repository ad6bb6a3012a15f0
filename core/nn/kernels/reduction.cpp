// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/kernels/detail.h"

#include <limits>

namespace tandem::nn::kernels {

std::vector<Tensor> evaluate(const ReduceMean& op, Inputs inputs, Outputs outputs) {
    const Tensor& x = *inputs[0];
    const std::size_t rank = x.shape.size();
    std::vector<bool> reduced(rank, false);
    for (const int axis : op.axes) {
        reduced[static_cast<std::size_t>(axis < 0 ? axis + static_cast<int>(rank) : axis)] = true;
    }
    // Strides of the output seen from the input: 0 along the axes that are summed.
    std::vector<std::int64_t> strides(rank, 0);
    std::int64_t stride = 1;
    std::int64_t summed = 1;
    for (std::size_t i = rank; i-- > 0;) {
        if (reduced[i]) {
            summed *= x.shape[i];
        } else {
            strides[i] = stride;
            stride *= x.shape[i];
        }
    }
    std::vector<double> sums(static_cast<std::size_t>(stride), 0.0);
    auto next = x.floats().begin();
    forEachOffset(x.shape, strides, 0,
                  [&](std::int64_t offset) { sums[static_cast<std::size_t>(offset)] += double{*next++}; });
    Tensor result = Tensor::zeros(ElementType::Float32, outputs[0].shape);
    std::ranges::transform(sums, result.floats().begin(),
                           [&](double sum) { return static_cast<float>(sum / static_cast<double>(summed)); });
    return {std::move(result)};
}

std::vector<Tensor> evaluate(const Softmax& op, Inputs inputs, Outputs) {
    Tensor result = *inputs[0];
    const Shape& shape = result.shape;
    const int axis = op.axis < 0 ? op.axis + static_cast<int>(shape.size()) : op.axis;
    std::int64_t outer = 1;
    std::int64_t row = 1;
    std::int64_t inner = 1;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const int at = static_cast<int>(i);
        (at < axis ? outer : (at == axis || op.flattened) ? row : inner) *= shape[i];
    }
    if (row == 0) {
        return {std::move(result)};
    }
    for (std::int64_t i = 0; i < outer; ++i) {
        for (std::int64_t j = 0; j < inner; ++j) {
            float* first = result.floats().data() + i * row * inner + j;
            float largest = -std::numeric_limits<float>::infinity();
            for (std::int64_t k = 0; k < row; ++k) {
                largest = std::max(largest, first[k * inner]);
            }
            double sum = 0.0;
            for (std::int64_t k = 0; k < row; ++k) {
                sum += std::exp(double{first[k * inner]} - double{largest});
            }
            for (std::int64_t k = 0; k < row; ++k) {
                const double shifted = double{first[k * inner]} - double{largest};
                first[k * inner] =
                    static_cast<float>(op.logarithm ? shifted - std::log(sum) : std::exp(shifted) / sum);
            }
        }
    }
    return {std::move(result)};
}

} // namespace tandem::nn::kernels
