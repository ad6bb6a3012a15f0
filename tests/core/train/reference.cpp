// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/train/reference.h"

#include <limits>

namespace tandem::train::reference {

namespace {

using nn::Shape;
using nn::Tensor;

std::size_t at(const Shape& shape, std::int64_t n, std::int64_t c, std::int64_t y, std::int64_t x) {
    return static_cast<std::size_t>(((n * shape[1] + c) * shape[2] + y) * shape[3] + x);
}

bool inside(const Shape& shape, std::int64_t y, std::int64_t x) {
    return y >= 0 && x >= 0 && y < shape[2] && x < shape[3];
}

/// Calls body(n, c, y, x) for every element of a feature map.
template <typename Body>
void forEach(const Shape& shape, const Body& body) {
    for (std::int64_t n = 0; n < shape[0]; ++n) {
        for (std::int64_t c = 0; c < shape[1]; ++c) {
            for (std::int64_t y = 0; y < shape[2]; ++y) {
                for (std::int64_t x = 0; x < shape[3]; ++x) {
                    body(n, c, y, x);
                }
            }
        }
    }
}

} // namespace

Tensor randomTensor(const Shape& shape, std::uint64_t seed) {
    Random random(seed);
    Tensor tensor = Tensor::zeros(nn::ElementType::Float32, shape);
    for (float& element : tensor.floats()) {
        element = static_cast<float>(2.0 * random.uniform() - 1.0);
    }
    return tensor;
}

Tensor convolution(const Tensor& x, const Tensor& weights, const Tensor& bias, const nn::Convolution& op,
                   const Shape& result) {
    Tensor y = Tensor::zeros(nn::ElementType::Float32, result);
    const std::int64_t inputs = weights.shape[1];
    const std::int64_t outputs = weights.shape[0] / op.groups;
    forEach(result, [&](std::int64_t n, std::int64_t o, std::int64_t row, std::int64_t column) {
        double sum = bias.floats()[static_cast<std::size_t>(o)];
        forEach({1, inputs, op.kernel.height, op.kernel.width}, [&](std::int64_t, std::int64_t i,
                                                                    std::int64_t kr, std::int64_t kc) {
            const std::int64_t r = row * op.stride.height + kr * op.dilation.height - op.padding.top;
            const std::int64_t c = column * op.stride.width + kc * op.dilation.width - op.padding.left;
            if (inside(x.shape, r, c)) {
                sum += static_cast<double>(x.floats()[at(x.shape, n, o / outputs * inputs + i, r, c)]) *
                       static_cast<double>(weights.floats()[at(weights.shape, o, i, kr, kc)]);
            }
        });
        y.floats()[at(result, n, o, row, column)] = static_cast<float>(sum);
    });
    return y;
}

Tensor transposedConvolution(const Tensor& x, const Tensor& weights, const Tensor& bias,
                             const nn::TransposedConvolution& op, const Shape& result) {
    std::vector<double> sums(static_cast<std::size_t>(nn::elementCount(result)));
    const std::int64_t inputs = x.shape[1] / op.groups;
    const std::int64_t outputs = weights.shape[1];
    forEach(x.shape, [&](std::int64_t n, std::int64_t i, std::int64_t row, std::int64_t column) {
        forEach({1, outputs, op.kernel.height, op.kernel.width}, [&](std::int64_t, std::int64_t o,
                                                                     std::int64_t kr, std::int64_t kc) {
            const std::int64_t r = row * op.stride.height + kr * op.dilation.height - op.padding.top;
            const std::int64_t c = column * op.stride.width + kc * op.dilation.width - op.padding.left;
            if (inside(result, r, c)) {
                sums[at(result, n, i / inputs * outputs + o, r, c)] +=
                    static_cast<double>(x.floats()[at(x.shape, n, i, row, column)]) *
                    static_cast<double>(weights.floats()[at(weights.shape, i, o, kr, kc)]);
            }
        });
    });
    Tensor y = Tensor::zeros(nn::ElementType::Float32, result);
    forEach(result, [&](std::int64_t n, std::int64_t o, std::int64_t row, std::int64_t column) {
        const std::size_t index = at(result, n, o, row, column);
        y.floats()[index] =
            static_cast<float>(sums[index] + static_cast<double>(bias.floats()[static_cast<std::size_t>(o)]));
    });
    return y;
}

Tensor pool(const Tensor& x, const nn::Pool& op, const Shape& result) {
    Tensor y = Tensor::zeros(nn::ElementType::Float32, result);
    forEach(result, [&](std::int64_t n, std::int64_t channel, std::int64_t row, std::int64_t column) {
        double sum = 0.0;
        float largest = -std::numeric_limits<float>::infinity();
        int cells = 0;
        forEach({1, 1, op.kernel.height, op.kernel.width}, [&](std::int64_t, std::int64_t, std::int64_t kr,
                                                               std::int64_t kc) {
            const std::int64_t r = row * op.stride.height + kr * op.dilation.height - op.padding.top;
            const std::int64_t c = column * op.stride.width + kc * op.dilation.width - op.padding.left;
            if (inside(x.shape, r, c)) {
                const float cell = x.floats()[at(x.shape, n, channel, r, c)];
                sum += static_cast<double>(cell);
                largest = std::max(largest, cell);
                ++cells;
            }
        });
        const int divisor = op.countPadding ? op.kernel.height * op.kernel.width : cells;
        y.floats()[at(result, n, channel, row, column)] =
            op.kind == nn::PoolKind::Maximum ? largest : static_cast<float>(sum / divisor);
    });
    return y;
}

} // namespace tandem::train::reference
