// SPDX-License-Identifier: GPL-3.0-or-later
// Sums of products by their plain definitions. They fold constants; networks run on oneDNN.
#include "core/nn/kernels/detail.h"

namespace tandem::nn::kernels {

namespace {

/// What products are summed in before they become floats.
using Sums = std::vector<double>;

Tensor rounded(const Sums& sums, const TensorType& output) {
    Tensor result = Tensor::zeros(ElementType::Float32, output.shape);
    std::ranges::transform(sums, result.floats().begin(), [](double sum) { return static_cast<float>(sum); });
    return result;
}

const Tensor* optionalInput(Inputs inputs, std::size_t i) {
    return i < inputs.size() ? inputs[i] : nullptr;
}

/// One value per channel of a map [N,C,H,W], 0 where there is no bias.
Sums startingAtBias(const Tensor* bias, const Shape& shape) {
    Sums sums(static_cast<std::size_t>(elementCount(shape)), 0.0);
    const std::int64_t area = shape[2] * shape[3];
    for (std::size_t i = 0; bias != nullptr && i < sums.size(); ++i) {
        sums[i] =
            double{bias->floats()[static_cast<std::size_t>(static_cast<std::int64_t>(i) / area % shape[1])]};
    }
    return sums;
}

/// visit(channel of x, channel of the output, index of the kernel) for all that a group of weights joins.
/// `weights` is [O, C/groups, KH, KW].
template <typename Visit>
void forEachKernel(const Shape& weights, int groups, const Visit& visit) {
    const std::int64_t outputs = weights[0] / groups;
    for (std::int64_t o = 0; o < weights[0]; ++o) {
        for (std::int64_t c = 0; c < weights[1]; ++c) {
            visit(o / outputs * weights[1] + c, o, o * weights[1] + c);
        }
    }
}

/// The cells of x that a tap reads for the outputs along one axis: at = output * stride + offset.
struct TapAxis {
    std::int64_t stride, offset, size;
    std::int64_t at(std::int64_t output) const { return output * stride + offset; }
    bool holds(std::int64_t output) const { return at(output) >= 0 && at(output) < size; }
};

/// visit(cell, tapped cell) for every cell of a plane of height x width whose tap lies inside of the other
/// plane.
template <typename Visit>
void forEachCell(const TapAxis& rows, const TapAxis& columns, std::int64_t height, std::int64_t width,
                 const Visit& visit) {
    for (std::int64_t i = 0; i < height; ++i) {
        for (std::int64_t j = 0; rows.holds(i) && j < width; ++j) {
            if (columns.holds(j)) {
                visit(static_cast<std::size_t>(i * width + j),
                      static_cast<std::size_t>(rows.at(i) * columns.size + columns.at(j)));
            }
        }
    }
}

/// A matrix with its steps from row to row and from column to column.
struct Matrix {
    const float* first;
    std::int64_t row, column;
    double at(std::int64_t i, std::int64_t j) const { return double{first[i * row + j * column]}; }
};

Matrix matrix(const float* first, std::int64_t columns, bool isTransposed) {
    return isTransposed ? Matrix{first, 1, columns} : Matrix{first, columns, 1};
}

double product(const Matrix& a, const Matrix& b, std::int64_t i, std::int64_t j, std::int64_t inner) {
    double sum = 0.0;
    for (std::int64_t k = 0; k < inner; ++k) {
        sum += a.at(i, k) * b.at(k, j);
    }
    return sum;
}

} // namespace

std::vector<Tensor> evaluate(const Convolution& op, Inputs inputs, Outputs outputs) {
    const Tensor &x = *inputs[0], &weights = *inputs[1];
    const Shape &in = x.shape, &out = outputs[0].shape;
    const std::int64_t inArea = in[2] * in[3], outArea = out[2] * out[3];
    const std::int64_t taps = weights.shape[2] * weights.shape[3];
    Sums sums = startingAtBias(optionalInput(inputs, 2), out);
    for (std::int64_t n = 0; n < in[0]; ++n) {
        forEachKernel(weights.shape, op.groups, [&](std::int64_t c, std::int64_t o, std::int64_t kernel) {
            const float* from = x.floats().data() + (n * in[1] + c) * inArea;
            double* to = sums.data() + (n * out[1] + o) * outArea;
            for (std::int64_t tap = 0; tap < taps; ++tap) {
                const double weight = double{weights.floats()[static_cast<std::size_t>(kernel * taps + tap)]};
                const std::int64_t i = tap / op.kernel.width, j = tap % op.kernel.width;
                forEachCell({op.stride.height, i * op.dilation.height - op.padding.top, in[2]},
                            {op.stride.width, j * op.dilation.width - op.padding.left, in[3]}, out[2], out[3],
                            [&](std::size_t target, std::size_t source) {
                                to[target] += weight * double{from[source]};
                            });
            }
        });
    }
    return {rounded(sums, outputs[0])};
}

std::vector<Tensor> evaluate(const TransposedConvolution& op, Inputs inputs, Outputs outputs) {
    const Tensor &x = *inputs[0], &weights = *inputs[1];
    const Shape &in = x.shape, &out = outputs[0].shape;
    const std::int64_t inArea = in[2] * in[3], outArea = out[2] * out[3];
    const std::int64_t taps = weights.shape[2] * weights.shape[3];
    Sums sums = startingAtBias(optionalInput(inputs, 2), out);
    for (std::int64_t n = 0; n < in[0]; ++n) {
        // The weights are [C, O/groups, ...]: seen from the output, a convolution's with both sides swapped.
        forEachKernel(weights.shape, op.groups, [&](std::int64_t o, std::int64_t c, std::int64_t kernel) {
            const float* from = x.floats().data() + (n * in[1] + c) * inArea;
            double* to = sums.data() + (n * out[1] + o) * outArea;
            for (std::int64_t tap = 0; tap < taps; ++tap) {
                const double weight = double{weights.floats()[static_cast<std::size_t>(kernel * taps + tap)]};
                const std::int64_t i = tap / op.kernel.width, j = tap % op.kernel.width;
                forEachCell({op.stride.height, i * op.dilation.height - op.padding.top, out[2]},
                            {op.stride.width, j * op.dilation.width - op.padding.left, out[3]}, in[2], in[3],
                            [&](std::size_t source, std::size_t target) {
                                to[target] += weight * double{from[source]};
                            });
            }
        });
    }
    return {rounded(sums, outputs[0])};
}

std::vector<Tensor> evaluate(const Linear&, Inputs inputs, Outputs outputs) {
    const Shape& out = outputs[0].shape;
    const std::int64_t inner = inputs[0]->shape[1];
    const Tensor* bias = optionalInput(inputs, 2);
    const Matrix a = matrix(inputs[0]->floats().data(), inner, false),
                 b = matrix(inputs[1]->floats().data(), inner, true);
    Sums sums;
    for (std::int64_t i = 0; i < out[0]; ++i) {
        for (std::int64_t j = 0; j < out[1]; ++j) {
            const double start = bias != nullptr ? double{bias->floats()[static_cast<std::size_t>(j)]} : 0.0;
            sums.push_back(start + product(a, b, i, j, inner));
        }
    }
    return {rounded(sums, outputs[0])};
}

std::vector<Tensor> evaluate(const Gemm& op, Inputs inputs, Outputs outputs) {
    const Shape& out = outputs[0].shape;
    const Matrix a = matrix(inputs[0]->floats().data(), inputs[0]->shape[1], op.transposeA),
                 b = matrix(inputs[1]->floats().data(), inputs[1]->shape[1], op.transposeB);
    const std::int64_t inner = inputs[0]->shape[op.transposeA ? 0 : 1];
    const Tensor* offset = optionalInput(inputs, 2);
    const Tensor added =
        offset != nullptr ? broadcast(*offset, out) : Tensor::zeros(ElementType::Float32, out);
    Sums sums;
    for (std::int64_t i = 0; i < out[0]; ++i) {
        for (std::int64_t j = 0; j < out[1]; ++j) {
            sums.push_back(double{op.alpha} * product(a, b, i, j, inner) +
                           double{op.beta} * double{added.floats()[sums.size()]});
        }
    }
    return {rounded(sums, outputs[0])};
}

std::vector<Tensor> evaluate(const MatrixProduct&, Inputs inputs, Outputs outputs) {
    const Shape& out = outputs[0].shape;
    const std::int64_t rows = out[out.size() - 2], columns = out.back(), inner = inputs[0]->shape.back();
    const auto stacked = [&](const Tensor& tensor, std::int64_t height, std::int64_t width) {
        Shape shape(out.begin(), out.end() - 2);
        shape.insert(shape.end(), {height, width});
        return broadcast(tensor, shape);
    };
    const Tensor left = stacked(*inputs[0], rows, inner), right = stacked(*inputs[1], inner, columns);
    const std::int64_t count = elementCount({out.begin(), out.end() - 2});
    Sums sums;
    for (std::int64_t n = 0; n < count; ++n) {
        const Matrix a = matrix(left.floats().data() + n * rows * inner, inner, false),
                     b = matrix(right.floats().data() + n * inner * columns, columns, false);
        for (std::int64_t i = 0; i < rows; ++i) {
            for (std::int64_t j = 0; j < columns; ++j) {
                sums.push_back(product(a, b, i, j, inner));
            }
        }
    }
    return {rounded(sums, outputs[0])};
}

} // namespace tandem::nn::kernels
