// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/kernels/detail.h"

namespace tandem::nn::kernels {

namespace {

/// One output position along one axis: the input cells it reads and their weights; none means the
/// extrapolation value.
struct Tap {
    std::vector<std::int64_t> cells;
    std::vector<float> weights;
};

/// Where an output index falls in the input, by ONNX's coordinate_transformation_mode.
double coordinateOf(const Resize& op, std::size_t axis, std::int64_t index, std::int64_t size,
                    std::int64_t outputSize) {
    const double x = static_cast<double>(index);
    const ResizeScale& scale = op.scales[axis];
    // One rounding behind exact products: what falls between two cells in whole numbers does so here, too.
    const auto inCells = [&scale](double outputs) { return outputs * scale.over / scale.of; };
    const double extent = static_cast<double>(size);
    const double resized = extent * scale.of / scale.over;
    if (op.coordinates == "asymmetric") {
        return inCells(x);
    }
    if (op.coordinates == "align_corners") {
        // ONNX's reference divides by the resized extent before it is rounded down to the output's size.
        return outputSize == 1 ? 0.0 : x * (extent - 1.0) / (resized - 1.0);
    }
    if (op.coordinates == "pytorch_half_pixel") {
        return outputSize > 1 ? inCells(x + 0.5) - 0.5 : 0.0;
    }
    if (op.coordinates == "tf_half_pixel_for_nn") {
        return inCells(x + 0.5);
    }
    if (op.coordinates == "half_pixel_symmetric") {
        const double adjustment = static_cast<double>(outputSize) / resized;
        const double center = extent / 2.0;
        return center * (1.0 - adjustment) + inCells(x + 0.5) - 0.5;
    }
    if (op.coordinates == "tf_crop_and_resize") {
        const double start = double{op.region[axis]};
        const double end = double{op.region[axis + op.scales.size()]};
        return outputSize > 1 ? start * (extent - 1.0) + x * (end - start) * (extent - 1.0) /
                                                             (static_cast<double>(outputSize) - 1.0)
                              : 0.5 * (start + end) * (extent - 1.0);
    }
    return inCells(x + 0.5) - 0.5;
}

std::int64_t nearestCell(const Resize& op, double x) {
    if (op.nearest == "floor") {
        return static_cast<std::int64_t>(std::floor(x));
    }
    if (op.nearest == "ceil") {
        return static_cast<std::int64_t>(std::ceil(x));
    }
    if (op.nearest == "round_prefer_ceil") {
        return static_cast<std::int64_t>(std::floor(x + 0.5));
    }
    return static_cast<std::int64_t>(std::ceil(x - 0.5));
}

/// The weights of the four cells around a point `t` behind the second (Keys 1981, as ONNX defines it).
std::vector<double> cubicWeights(double a, double t) {
    return {((a * (t + 1) - 5 * a) * (t + 1) + 8 * a) * (t + 1) - 4 * a, ((a + 2) * t - (a + 3)) * t * t + 1,
            ((a + 2) * (1 - t) - (a + 3)) * (1 - t) * (1 - t) + 1,
            ((a * (2 - t) - 5 * a) * (2 - t) + 8 * a) * (2 - t) - 4 * a};
}

Tap tapOf(const Resize& op, double x, std::int64_t size) {
    const auto inside = [&](std::int64_t cell) { return std::clamp<std::int64_t>(cell, 0, size - 1); };
    if (op.mode == ResizeMode::Nearest) {
        return {{inside(nearestCell(op, x))}, {1.0F}};
    }
    const auto base = static_cast<std::int64_t>(std::floor(x));
    const double fraction = x - std::floor(x);
    const std::vector<double> weights = op.mode == ResizeMode::Linear
                                            ? std::vector<double>{1.0 - fraction, fraction}
                                            : cubicWeights(double{op.cubicCoefficient}, fraction);
    const std::int64_t first = op.mode == ResizeMode::Linear ? base : base - 1;
    Tap tap;
    double total = 0.0;
    for (std::size_t k = 0; k < weights.size(); ++k) {
        const std::int64_t cell = first + static_cast<std::int64_t>(k);
        if (op.excludeOutside && cell != inside(cell)) {
            continue;
        }
        tap.cells.push_back(inside(cell));
        tap.weights.push_back(static_cast<float>(weights[k]));
        total += weights[k];
    }
    if (op.excludeOutside && total != 0.0) {
        for (float& weight : tap.weights) {
            weight = static_cast<float>(double{weight} / total);
        }
    }
    return tap;
}

std::vector<Tap> tapsOf(const Resize& op, std::size_t axis, std::int64_t size, std::int64_t outputSize) {
    std::vector<Tap> taps;
    for (std::int64_t i = 0; i < outputSize; ++i) {
        const double x = coordinateOf(op, axis, i, size, outputSize);
        const bool outside =
            op.coordinates == "tf_crop_and_resize" && (x < 0.0 || x > static_cast<double>(size) - 1.0);
        taps.push_back(outside ? Tap{} : tapOf(op, x, size));
    }
    return taps;
}

/// Resizes one axis.
template <typename Element>
std::vector<Element> resizeAxis(const std::vector<Element>& input, std::int64_t outer, std::int64_t size,
                                std::int64_t inner, const std::vector<Tap>& taps, Element extrapolation) {
    const auto outputSize = static_cast<std::int64_t>(taps.size());
    std::vector<Element> result(static_cast<std::size_t>(outer * outputSize * inner));
    for (std::int64_t i = 0; i < outer; ++i) {
        for (std::int64_t j = 0; j < outputSize; ++j) {
            const Tap& tap = taps[static_cast<std::size_t>(j)];
            Element* to = result.data() + (i * outputSize + j) * inner;
            for (std::int64_t k = 0; k < inner; ++k) {
                const Element* from = input.data() + i * size * inner + k;
                if (tap.cells.size() == 1 && tap.weights[0] == 1.0F) {
                    to[k] = from[tap.cells[0] * inner];
                    continue;
                }
                double sum = 0.0;
                for (std::size_t t = 0; t < tap.cells.size(); ++t) {
                    sum += double{tap.weights[t]} * static_cast<double>(from[tap.cells[t] * inner]);
                }
                to[k] = tap.cells.empty() ? extrapolation : static_cast<Element>(sum);
            }
        }
    }
    return result;
}

} // namespace

std::vector<Tensor> evaluate(const Resize& op, Inputs inputs, Outputs outputs) {
    const Tensor& x = *inputs[0];
    const Shape& shape = outputs[0].shape;
    Tensor result = x;
    // The last axes first, so that a cell that an outer axis reads from outside overrides what inner axes
    // computed.
    for (std::size_t axis = shape.size(); axis-- > 0;) {
        const auto taps = tapsOf(op, axis, x.shape[axis], shape[axis]);
        if (shape[axis] == x.shape[axis] && op.scales[axis] == ResizeScale() &&
            op.coordinates != "tf_crop_and_resize") {
            continue;
        }
        std::int64_t outer = 1;
        std::int64_t inner = 1;
        for (std::size_t i = 0; i < shape.size(); ++i) {
            if (i < axis) {
                outer *= x.shape[i];
            } else if (i > axis) {
                inner *= shape[i];
            }
        }
        std::visit(
            [&](auto& elements) {
                using Element = typename std::decay_t<decltype(elements)>::value_type;
                elements = resizeAxis(elements, outer, x.shape[axis], inner, taps,
                                      static_cast<Element>(op.extrapolation));
            },
            result.data);
    }
    result.shape = shape;
    return {std::move(result)};
}

} // namespace tandem::nn::kernels
