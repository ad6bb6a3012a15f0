// SPDX-License-Identifier: GPL-3.0-or-later
// Normalizations and global pools by their plain definitions. They fold constants; networks run on oneDNN.
#include "core/nn/kernels/detail.h"

#include <limits>

namespace tandem::nn::kernels {

namespace {

/// Elements of one channel of a tensor [N,C,...].
std::int64_t cellsOf(const Shape& shape) {
    return elementCount({shape.begin() + 2, shape.end()});
}

} // namespace

std::vector<Tensor> evaluate(const BatchNormalization& op, Inputs inputs, Outputs) {
    Tensor result = *inputs[0];
    const std::int64_t cells = cellsOf(result.shape), channels = result.shape[1];
    for (std::size_t i = 0; i < result.floats().size(); ++i) {
        const auto channel = static_cast<std::size_t>(static_cast<std::int64_t>(i) / cells % channels);
        const auto parameter = [&](std::size_t input) { return double{inputs[input]->floats()[channel]}; };
        const double centred = double{result.floats()[i]} - parameter(3);
        result.floats()[i] = static_cast<float>(
            parameter(1) * centred / std::sqrt(parameter(4) + double{op.epsilon}) + parameter(2));
    }
    return {std::move(result)};
}

std::vector<Tensor> evaluate(const LocalResponseNormalization& op, Inputs inputs, Outputs) {
    const Tensor& x = *inputs[0];
    Tensor result = x;
    const std::int64_t cells = cellsOf(x.shape), channels = x.shape[1];
    for (std::size_t i = 0; i < x.floats().size(); ++i) {
        const std::int64_t at = static_cast<std::int64_t>(i), channel = at / cells % channels;
        const std::int64_t first = std::max<std::int64_t>(0, channel - (op.size - 1) / 2),
                           last = std::min<std::int64_t>(channels - 1, channel + op.size / 2);
        double squares = 0.0;
        for (std::int64_t c = first; c <= last; ++c) {
            const double other = double{x.floats()[static_cast<std::size_t>(at + (c - channel) * cells)]};
            squares += other * other;
        }
        const double base = double{op.bias} + double{op.alpha} / op.size * squares;
        result.floats()[i] = static_cast<float>(double{x.floats()[i]} / std::pow(base, double{op.beta}));
    }
    return {std::move(result)};
}

std::vector<Tensor> evaluate(const GlobalPool& op, Inputs inputs, Outputs outputs) {
    const Tensor& x = *inputs[0];
    Tensor result = Tensor::zeros(ElementType::Float32, outputs[0].shape);
    const std::int64_t cells = cellsOf(x.shape);
    const float* from = x.floats().data();
    for (float& pooled : result.floats()) {
        double sum = 0.0;
        float largest = -std::numeric_limits<float>::infinity();
        for (std::int64_t i = 0; i < cells; ++i) {
            sum += double{from[i]};
            largest = std::max(largest, from[i]);
        }
        pooled =
            op.kind == PoolKind::Maximum ? largest : static_cast<float>(sum / static_cast<double>(cells));
        from += cells;
    }
    return {std::move(result)};
}

} // namespace tandem::nn::kernels
