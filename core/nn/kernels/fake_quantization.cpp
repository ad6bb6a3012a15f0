// SPDX-License-Identifier: GPL-3.0-or-later
// QONNX's quantizers: integers that are held as floats. All arithmetic but the rounding is in float, as in
// QONNX's own definition.
#include "core/nn/kernels/detail.h"

#include <algorithm>
#include <cmath>

namespace tandem::nn::kernels {

namespace {

float clamped(float x, const IntegerFormat& format) {
    return std::clamp(x, static_cast<float>(format.low()), static_cast<float>(format.high()));
}

float rounded(float x, Rounding rounding) {
    return static_cast<float>(nn::rounded(double{x}, rounding));
}

} // namespace

std::vector<Tensor> evaluate(const FakeQuantize& op, Inputs inputs, Outputs outputs) {
    Tensor result = *inputs[0];
    const Tensor scale = broadcast(*inputs[1], outputs[0].shape);
    const Tensor zero = broadcast(*inputs[2], outputs[0].shape);
    const bool isBipolar = op.format.bits == 1 && op.format.isSigned;
    for (std::size_t i = 0; i < result.floats().size(); ++i) {
        const float s = scale.floats()[i], z = zero.floats()[i];
        float& x = result.floats()[i];
        const float steps = x / s + z;
        const float integer =
            isBipolar ? (steps >= 0.0F ? 1.0F : -1.0F) : rounded(clamped(steps, op.format), op.rounding);
        x = (integer - z) * s;
    }
    return {std::move(result)};
}

std::vector<Tensor> evaluate(const BipolarQuantize&, Inputs inputs, Outputs outputs) {
    Tensor result = *inputs[0];
    const Tensor scale = broadcast(*inputs[1], outputs[0].shape);
    std::ranges::transform(result.floats(), scale.floats(), result.floats().begin(),
                           [](float x, float s) { return x >= 0.0F ? s : -s; });
    return {std::move(result)};
}

std::vector<Tensor> evaluate(const Truncate& op, Inputs inputs, Outputs outputs) {
    Tensor result = *inputs[0];
    std::vector<Tensor> parameters;
    for (std::size_t i = 1; i < 5; ++i) {
        parameters.push_back(broadcast(*inputs[i], outputs[0].shape));
    }
    for (std::size_t i = 0; i < result.floats().size(); ++i) {
        const auto parameter = [&](std::size_t which) { return parameters[which].floats()[i]; };
        float& x = result.floats()[i];
        const float integer = rounded(x / parameter(0) + parameter(1), Rounding::HalfEven);
        const float kept = std::ldexp(integer, -op.droppedBits);
        x = (rounded(op.clamps ? clamped(kept, op.format) : kept, op.rounding) - parameter(3)) * parameter(2);
    }
    return {std::move(result)};
}

} // namespace tandem::nn::kernels
