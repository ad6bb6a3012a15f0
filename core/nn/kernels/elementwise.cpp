// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/kernels/detail.h"

#include <limits>

namespace tandem::nn::kernels {

namespace {

struct Range {
    double low, high;
};

Range rangeOf(ElementType type) {
    switch (type) {
    case ElementType::Int8:
        return {-128.0, 127.0};
    case ElementType::UInt8:
        return {0.0, 255.0};
    case ElementType::Int16:
        return {-32768.0, 32767.0};
    case ElementType::UInt16:
        return {0.0, 65535.0};
    case ElementType::Int32:
        return {-2147483648.0, 2147483647.0};
    case ElementType::UInt32:
        return {0.0, 4294967295.0};
    case ElementType::Bool:
        return {0.0, 1.0};
    default:
        return {-9223372036854775808.0, 9223372036854774784.0};
    }
}

float applied(const Activation& op, float x) {
    switch (op.kind) {
    case ActivationKind::Relu:
        return x < 0.0F ? 0.0F : x;
    case ActivationKind::LeakyRelu:
        return x < 0.0F ? op.alpha * x : x;
    case ActivationKind::Clip:
        return std::min(std::max(x, op.low), op.high);
    case ActivationKind::Sigmoid:
        return 1.0F / (1.0F + std::exp(-x));
    case ActivationKind::HardSigmoid:
        return std::min(std::max(op.alpha * x + op.beta, 0.0F), 1.0F);
    case ActivationKind::HardSwish:
        return x * std::min(std::max(x / 6.0F + 0.5F, 0.0F), 1.0F);
    case ActivationKind::Tanh:
        return std::tanh(x);
    }
    return x;
}

/// The strides with which an input is read when it is broadcast to `output`.
std::vector<std::int64_t> broadcastStrides(const Shape& input, const Shape& output) {
    const auto strides = stridesOf(input);
    std::vector<std::int64_t> result(output.size(), 0);
    for (std::size_t i = 0; i < input.size(); ++i) {
        if (input[i] != 1) {
            result[output.size() - input.size() + i] = strides[i];
        }
    }
    return result;
}

/// combine(a, b) for all elements of the broadcast inputs. `Elements` is one of Tensor::data's vectors.
template <typename Elements, typename Combine>
Tensor combined(const Tensor& a, const Tensor& b, const TensorType& output, const Combine& combine) {
    Tensor result = a.shape == output.shape ? a : broadcast(a, output.shape);
    result.type = output.type;
    auto& target = std::get<Elements>(result.data);
    const auto& other = std::get<Elements>(b.data);
    if (b.shape == output.shape) {
        std::ranges::transform(target, other, target.begin(), combine);
    } else {
        auto next = target.begin();
        forEachOffset(output.shape, broadcastStrides(b.shape, output.shape), 0, [&](std::int64_t offset) {
            *next = combine(*next, other[static_cast<std::size_t>(offset)]);
            ++next;
        });
    }
    return result;
}

std::int64_t wrappedOperation(BinaryKind kind, ElementType type, std::int64_t a, std::int64_t b) {
    const auto ua = static_cast<std::uint64_t>(a);
    const auto ub = static_cast<std::uint64_t>(b);
    const bool isUnsigned64 = type == ElementType::UInt64;
    switch (kind) {
    case BinaryKind::Add:
        return wrapped(static_cast<std::int64_t>(ua + ub), type);
    case BinaryKind::Subtract:
        return wrapped(static_cast<std::int64_t>(ua - ub), type);
    case BinaryKind::Multiply:
        return wrapped(static_cast<std::int64_t>(ua * ub), type);
    case BinaryKind::Divide:
        if (b == 0) {
            return 0;
        }
        if (isUnsigned64) {
            return static_cast<std::int64_t>(ua / ub);
        }
        return b == -1 ? wrapped(static_cast<std::int64_t>(0 - ua), type) : a / b;
    case BinaryKind::Maximum:
        return isUnsigned64 ? static_cast<std::int64_t>(std::max(ua, ub)) : std::max(a, b);
    }
    return 0;
}

float floatOperation(BinaryKind kind, float a, float b) {
    switch (kind) {
    case BinaryKind::Add:
        return a + b;
    case BinaryKind::Subtract:
        return a - b;
    case BinaryKind::Multiply:
        return a * b;
    case BinaryKind::Divide:
        return a / b;
    case BinaryKind::Maximum:
        return std::max(a, b);
    }
    return 0.0F;
}

/// One scale (and zero point) per element run along `axis`: which parameter the element at a flat index uses.
struct ParameterIndex {
    std::int64_t inner = 1;
    std::int64_t count = 1;

    ParameterIndex(const Shape& shape, int axis, std::int64_t parameters) : count(parameters) {
        for (std::size_t i = static_cast<std::size_t>(axis) + 1; i < shape.size(); ++i) {
            inner *= shape[i];
        }
    }
    std::size_t operator()(std::size_t flat) const {
        return count == 1 ? 0 : static_cast<std::size_t>(static_cast<std::int64_t>(flat) / inner % count);
    }
};

std::int64_t zeroPointAt(Inputs inputs, std::size_t index) {
    if (inputs.size() < 3 || inputs[2] == nullptr) {
        return 0;
    }
    return inputs[2]->integers()[index];
}

} // namespace

Tensor broadcast(const Tensor& input, const Shape& output) {
    return gatherStrided(input, {input.type, output}, broadcastStrides(input.shape, output), 0);
}

std::int64_t wrapped(std::int64_t value, ElementType type) {
    switch (type) {
    case ElementType::Int8:
        return static_cast<std::int8_t>(value);
    case ElementType::UInt8:
        return static_cast<std::uint8_t>(value);
    case ElementType::Int16:
        return static_cast<std::int16_t>(value);
    case ElementType::UInt16:
        return static_cast<std::uint16_t>(value);
    case ElementType::Int32:
        return static_cast<std::int32_t>(value);
    case ElementType::UInt32:
        return static_cast<std::uint32_t>(value);
    case ElementType::Bool:
        return value != 0 ? 1 : 0;
    default:
        return value;
    }
}

std::int64_t saturated(double value, ElementType type) {
    if (std::isnan(value)) {
        return 0;
    }
    const Range range = rangeOf(type);
    return static_cast<std::int64_t>(std::clamp(value, range.low, range.high));
}

std::vector<Tensor> evaluate(const Activation& op, Inputs inputs, Outputs) {
    Tensor result = *inputs[0];
    if (isFloat(result.type)) {
        std::ranges::transform(result.floats(), result.floats().begin(),
                               [&](float x) { return applied(op, x); });
        return {std::move(result)};
    }
    const bool isClip = op.kind == ActivationKind::Clip;
    const std::int64_t low = isClip ? saturated(double{op.low}, result.type) : 0;
    const std::int64_t high =
        saturated(isClip ? double{op.high} : std::numeric_limits<double>::max(), result.type);
    for (std::int64_t& x : result.integers()) {
        x = std::min(std::max(x, low), high);
    }
    return {std::move(result)};
}

std::vector<Tensor> evaluate(const ParametricRelu&, Inputs inputs, Outputs outputs) {
    return {combined<std::vector<float>>(*inputs[0], *inputs[1], outputs[0],
                                         [](float x, float slope) { return x < 0.0F ? slope * x : x; })};
}

std::vector<Tensor> evaluate(const Binary& op, Inputs inputs, Outputs outputs) {
    const Tensor& a = *inputs[0];
    const Tensor& b = *inputs[1];
    if (isFloat(a.type)) {
        return {combined<std::vector<float>>(
            a, b, outputs[0], [&](float x, float y) { return floatOperation(op.kind, x, y); })};
    }
    return {combined<std::vector<std::int64_t>>(a, b, outputs[0], [&](std::int64_t x, std::int64_t y) {
        return wrappedOperation(op.kind, a.type, x, y);
    })};
}

std::vector<Tensor> evaluate(const Cast& op, Inputs inputs, Outputs) {
    const Tensor& input = *inputs[0];
    Tensor result = Tensor::zeros(op.to, input.shape);
    if (isFloat(input.type) && isFloat(op.to)) {
        return {input};
    }
    if (isFloat(input.type)) {
        std::ranges::transform(input.floats(), result.integers().begin(), [&](float x) {
            if (op.to == ElementType::Bool) {
                return std::int64_t{x != 0.0F};
            }
            return wrapped(saturated(std::trunc(double{x}), ElementType::Int64), op.to);
        });
    } else if (isFloat(op.to)) {
        std::ranges::transform(input.integers(), result.floats().begin(), [&](std::int64_t x) {
            return input.type == ElementType::UInt64 ? static_cast<float>(static_cast<std::uint64_t>(x))
                                                     : static_cast<float>(x);
        });
    } else {
        std::ranges::transform(input.integers(), result.integers().begin(),
                               [&](std::int64_t x) { return wrapped(x, op.to); });
    }
    return {std::move(result)};
}

std::vector<Tensor> evaluate(const Quantize& op, Inputs inputs, Outputs outputs) {
    const Tensor& x = *inputs[0];
    const auto& scales = inputs[1]->floats();
    const ParameterIndex parameter(x.shape, op.axis, static_cast<std::int64_t>(scales.size()));
    Tensor result = Tensor::zeros(outputs[0].type, x.shape);
    for (std::size_t i = 0; i < x.floats().size(); ++i) {
        const std::size_t p = parameter(i);
        // ONNX: round half to even, then add the zero point, then saturate. The quotient is taken in float.
        const double rounded = std::nearbyint(double{x.floats()[i] / scales[p]});
        result.integers()[i] =
            saturated(rounded + static_cast<double>(zeroPointAt(inputs, p)), outputs[0].type);
    }
    return {std::move(result)};
}

std::vector<Tensor> evaluate(const Dequantize& op, Inputs inputs, Outputs) {
    const Tensor& q = *inputs[0];
    const auto& scales = inputs[1]->floats();
    const ParameterIndex parameter(q.shape, op.axis, static_cast<std::int64_t>(scales.size()));
    Tensor result = Tensor::zeros(ElementType::Float32, q.shape);
    for (std::size_t i = 0; i < q.integers().size(); ++i) {
        const std::size_t p = parameter(i);
        result.floats()[i] = static_cast<float>(q.integers()[i] - zeroPointAt(inputs, p)) * scales[p];
    }
    return {std::move(result)};
}

} // namespace tandem::nn::kernels
