// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/kernels/detail.h"

#include <limits>

namespace tandem::nn::kernels {

namespace {

/// The cells of one window that lie inside of the map, along one axis: input index = first + k * dilation.
struct WindowAxis {
    std::int64_t first, dilation, kernel, size;
    bool inside(std::int64_t k) const {
        const std::int64_t at = first + k * dilation;
        return at >= 0 && at < size;
    }
};

struct WindowResult {
    double sum = 0.0;
    std::int64_t count = 0;
    std::int64_t best = -1; ///< offset in the map of the maximum
};

template <typename Element>
WindowResult reduceWindow(const Element* map, const WindowAxis& rows, const WindowAxis& columns) {
    WindowResult result;
    for (std::int64_t i = 0; i < rows.kernel; ++i) {
        if (!rows.inside(i)) {
            continue;
        }
        for (std::int64_t j = 0; j < columns.kernel; ++j) {
            if (!columns.inside(j)) {
                continue;
            }
            const std::int64_t at =
                (rows.first + i * rows.dilation) * columns.size + columns.first + j * columns.dilation;
            result.sum += static_cast<double>(map[at]);
            ++result.count;
            if (result.best < 0 || map[at] > map[result.best]) {
                result.best = at;
            }
        }
    }
    return result;
}

} // namespace

std::vector<Tensor> evaluate(const Pool& op, Inputs inputs, Outputs outputs) {
    const Tensor& x = *inputs[0];
    const Shape& shape = outputs[0].shape;
    const std::int64_t height = x.shape[2];
    const std::int64_t width = x.shape[3];
    const std::int64_t area = std::int64_t{op.kernel.height} * op.kernel.width;
    std::vector<Tensor> results;
    for (const TensorType& output : outputs) {
        results.push_back(Tensor::zeros(output.type, output.shape));
    }
    const auto window = [&](const auto* map, std::int64_t plane, std::int64_t i, std::int64_t j,
                            std::size_t to) {
        const WindowAxis rows{i * op.stride.height - op.padding.top, op.dilation.height, op.kernel.height,
                              height};
        const WindowAxis columns{j * op.stride.width - op.padding.left, op.dilation.width, op.kernel.width,
                                 width};
        const WindowResult found = reduceWindow(map, rows, columns);
        using Element = std::decay_t<decltype(*map)>;
        auto& values = std::get<std::vector<Element>>(results[0].data);
        if (op.kind == PoolKind::Average) {
            const std::int64_t divisor = op.countPadding ? area : std::max<std::int64_t>(1, found.count);
            values[to] = static_cast<Element>(found.sum / static_cast<double>(divisor));
            return;
        }
        values[to] = found.best >= 0 ? map[found.best]
                                     : (std::numeric_limits<Element>::has_infinity
                                            ? -std::numeric_limits<Element>::infinity()
                                            : std::numeric_limits<Element>::lowest());
        if (results.size() > 1) {
            const std::int64_t best = std::max<std::int64_t>(0, found.best);
            const std::int64_t at = op.columnMajorIndices ? best % width * height + best / width : best;
            results[1].integers()[to] = plane * height * width + at;
        }
    };
    std::visit(
        [&](const auto& elements) {
            std::size_t to = 0;
            for (std::int64_t plane = 0; plane < shape[0] * shape[1]; ++plane) {
                for (std::int64_t i = 0; i < shape[2]; ++i) {
                    for (std::int64_t j = 0; j < shape[3]; ++j, ++to) {
                        window(elements.data() + plane * height * width, plane, i, j, to);
                    }
                }
            }
        },
        x.data);
    return results;
}

} // namespace tandem::nn::kernels
