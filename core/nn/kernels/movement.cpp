// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/kernels/detail.h"

namespace tandem::nn::kernels {

std::vector<std::int64_t> stridesOf(const Shape& shape) {
    std::vector<std::int64_t> strides(shape.size(), 1);
    for (std::size_t i = shape.size(); i-- > 1;) {
        strides[i - 1] = strides[i] * shape[i];
    }
    return strides;
}

Tensor gatherStrided(const Tensor& source, const TensorType& output, const std::vector<std::int64_t>& strides,
                     std::int64_t start) {
    Tensor result = Tensor::zeros(source.type, output.shape);
    std::visit(
        [&](const auto& from) {
            auto& to = std::get<std::decay_t<decltype(from)>>(result.data);
            auto next = to.begin();
            forEachOffset(output.shape, strides, start,
                          [&](std::int64_t offset) { *next++ = from[static_cast<std::size_t>(offset)]; });
        },
        source.data);
    return result;
}

namespace {

/// Elements in front of `axis` and behind it.
std::pair<std::int64_t, std::int64_t> around(const Shape& shape, int axis) {
    std::int64_t outer = 1;
    std::int64_t inner = 1;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (static_cast<int>(i) < axis) {
            outer *= shape[i];
        } else if (static_cast<int>(i) > axis) {
            inner *= shape[i];
        }
    }
    return {outer, inner};
}

/// Copies `count` elements; both tensors hold the same kind of element.
void copyRun(const Tensor& from, std::int64_t fromStart, Tensor& to, std::int64_t toStart,
             std::int64_t count) {
    std::visit(
        [&](const auto& source) {
            auto& target = std::get<std::decay_t<decltype(source)>>(to.data);
            std::copy_n(source.begin() + fromStart, count, target.begin() + toStart);
        },
        from.data);
}

} // namespace

std::vector<Tensor> evaluate(const Identity&, Inputs inputs, Outputs) {
    return {*inputs[0]};
}

std::vector<Tensor> evaluate(const Reshape&, Inputs inputs, Outputs outputs) {
    Tensor result = *inputs[0];
    result.shape = outputs[0].shape;
    return {std::move(result)};
}

std::vector<Tensor> evaluate(const Transpose& op, Inputs inputs, Outputs outputs) {
    const auto strides = stridesOf(inputs[0]->shape);
    std::vector<std::int64_t> permuted;
    for (const int axis : op.permutation) {
        permuted.push_back(strides[static_cast<std::size_t>(axis)]);
    }
    return {gatherStrided(*inputs[0], outputs[0], permuted, 0)};
}

std::vector<Tensor> evaluate(const Slice& op, Inputs inputs, Outputs outputs) {
    auto strides = stridesOf(inputs[0]->shape);
    std::int64_t start = 0;
    for (std::size_t i = 0; i < strides.size(); ++i) {
        start += op.starts[i] * strides[i];
        strides[i] *= op.steps[i];
    }
    return {gatherStrided(*inputs[0], outputs[0], strides, start)};
}

std::vector<Tensor> evaluate(const Concat& op, Inputs inputs, Outputs outputs) {
    const Shape& shape = outputs[0].shape;
    const int axis = op.axis < 0 ? op.axis + static_cast<int>(shape.size()) : op.axis;
    const auto [outer, inner] = around(shape, axis);
    const std::int64_t row = shape[static_cast<std::size_t>(axis)] * inner;
    Tensor result = Tensor::zeros(outputs[0].type, shape);
    std::int64_t start = 0;
    for (const Tensor* input : inputs) {
        const std::int64_t part = input->shape[static_cast<std::size_t>(axis)] * inner;
        for (std::int64_t i = 0; i < outer; ++i) {
            copyRun(*input, i * part, result, i * row + start, part);
        }
        start += part;
    }
    return {std::move(result)};
}

std::vector<Tensor> evaluate(const Split& op, Inputs inputs, Outputs outputs) {
    const Shape& shape = inputs[0]->shape;
    const int axis = op.axis < 0 ? op.axis + static_cast<int>(shape.size()) : op.axis;
    const auto [outer, inner] = around(shape, axis);
    const std::int64_t row = shape[static_cast<std::size_t>(axis)] * inner;
    std::vector<Tensor> results;
    std::int64_t start = 0;
    for (std::size_t k = 0; k < outputs.size(); ++k) {
        const std::int64_t part = op.sizes[k] * inner;
        results.push_back(Tensor::zeros(outputs[k].type, outputs[k].shape));
        for (std::int64_t i = 0; i < outer; ++i) {
            copyRun(*inputs[0], i * row + start, results.back(), i * part, part);
        }
        start += part;
    }
    return results;
}

std::vector<Tensor> evaluate(const Gather& op, Inputs inputs, Outputs outputs) {
    const Shape& shape = inputs[0]->shape;
    const int axis = op.axis < 0 ? op.axis + static_cast<int>(shape.size()) : op.axis;
    const auto [outer, inner] = around(shape, axis);
    const std::int64_t row = shape[static_cast<std::size_t>(axis)] * inner;
    Tensor result = Tensor::zeros(outputs[0].type, outputs[0].shape);
    std::int64_t next = 0;
    for (std::int64_t i = 0; i < outer; ++i) {
        for (const std::int64_t index : op.indices.integers()) {
            copyRun(*inputs[0], i * row + index * inner, result, next, inner);
            next += inner;
        }
    }
    return {std::move(result)};
}

namespace {

/// For every output index along one axis the input index it reads, or -1 for the padding value.
std::vector<std::int64_t> padSources(PadMode mode, std::int64_t before, std::int64_t size,
                                     std::int64_t outputSize) {
    std::vector<std::int64_t> sources;
    // A negative count crops first, so what is reflected or repeated is the cropped edge.
    const std::int64_t first = std::max<std::int64_t>(0, -before);
    const std::int64_t after = outputSize - size - before;
    const std::int64_t last = size - 1 - std::max<std::int64_t>(0, -after);
    for (std::int64_t i = 0; i < outputSize; ++i) {
        std::int64_t source = i - before;
        if (source < first || source > last) {
            if (mode == PadMode::Constant) {
                source = -1;
            } else if (mode == PadMode::Edge) {
                source = std::clamp(source, first, last);
            } else {
                source = source < first ? 2 * first - source : 2 * last - source;
            }
        }
        sources.push_back(source);
    }
    return sources;
}

} // namespace

std::vector<Tensor> evaluate(const Pad& op, Inputs inputs, Outputs outputs) {
    const Shape& from = inputs[0]->shape;
    const Shape& shape = outputs[0].shape;
    const auto strides = stridesOf(from);
    std::vector<std::vector<std::int64_t>> sources;
    for (std::size_t i = 0; i < from.size(); ++i) {
        sources.push_back(padSources(op.mode, op.before[i], from[i], shape[i]));
    }
    Tensor result = Tensor::zeros(outputs[0].type, shape);
    std::vector<std::size_t> index(shape.size(), 0);
    std::visit(
        [&](const auto& source) {
            auto& target = std::get<std::decay_t<decltype(source)>>(result.data);
            using Element = typename std::decay_t<decltype(source)>::value_type;
            for (auto& element : target) {
                std::int64_t offset = 0;
                for (std::size_t i = 0; i < index.size() && offset >= 0; ++i) {
                    const std::int64_t at = sources[i][index[i]];
                    offset = at < 0 ? -1 : offset + at * strides[i];
                }
                element =
                    offset < 0 ? static_cast<Element>(op.value) : source[static_cast<std::size_t>(offset)];
                for (std::size_t i = index.size(); i-- > 0;) {
                    if (++index[i] < sources[i].size()) {
                        break;
                    }
                    index[i] = 0;
                }
            }
        },
        inputs[0]->data);
    return {std::move(result)};
}

} // namespace tandem::nn::kernels
