// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/layers/fake_quantization.h"
#include "core/train/trainable_network.h"

#include <span>

/// Learned step size quantization (LSQ, Esser et al. 2020): y = step * clamp(floor(x / step + 1/2), lowest,
/// highest), half up as the hardware rounds.
namespace tandem::train {

/// What is rounded to: x is clamped to low .. high first, as an activation would do.
struct RoundingRange {
    int lowest = -128, highest = 127;
    float low = -std::numeric_limits<float>::infinity();
    float high = std::numeric_limits<float>::infinity();
};

/// What a quantizer rounds to.
RoundingRange rangeOf(const ActivationQuantizer& quantizer);

/// Rounds every x; `rounded` may be `values`.
void roundToSteps(std::span<const float> values, float step, const RoundingRange& range,
                  std::span<float> rounded);

/// Given the loss's gradient by what roundToSteps() gives, writes the one by `values` (0 where x was clamped,
/// else as if there were no rounding) and returns the one by the step: sum of gradient * (lowest, highest or,
/// between them, integer - x / step), not yet scaled. `byValues` may be `gradient`.
double roundingGradient(std::span<const float> values, float step, const RoundingRange& range,
                        std::span<const float> gradient, std::span<float> byValues);

/// What LSQ multiplies a step's gradient by: 1 / sqrt(count * Qp) for a step that `count` elements (of one
/// sample) share; Qp is the largest absolute integer.
double stepGradientScale(std::size_t count, int lowest, int highest);

/// The step that LSQ starts from: 2 * mean |x| / sqrt(Qp). 1 where all are 0.
float initialStep(std::span<const float> values, int highest);

/// Rounds a block of weights, output channels first, each channel with its own step.
void quantizeWeights(std::span<const float> weights, std::span<const float> steps, int bits,
                     std::span<float> rounded);

/// Turns the gradient by the rounded weights into the one by the weights themselves, in place, and writes the
/// one by the steps, scaled.
void quantizeWeightsGradient(std::span<const float> weights, std::span<const float> steps, int bits,
                             std::span<float> gradient, std::span<float> stepGradient);

/// A parameter's place among the parameters, by the value it stands for.
std::size_t numberOf(std::span<const Parameter> parameters, nn::ValueId value);

/// The parameters as layers read them: where a quantizer says so, weights are rounded into `rounded`.
void roundWeights(std::span<const Parameter> parameters, std::span<const WeightQuantizer> quantizers,
                  const ParameterBlocks& blocks, ParameterBlocks& rounded);

} // namespace tandem::train
