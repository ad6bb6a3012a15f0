// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/layers/learned_step_size.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace tandem::train {

namespace {

/// Sums are kept in so many lanes, which the compiler makes vectors of; the order of the additions is fixed.
constexpr std::size_t kLanes = 16;

/// Rounding by truncation: x is first moved to be positive.
struct Rounder {
    Rounder(float stepSize, const RoundingRange& range)
        : step(stepSize),
          lowest(static_cast<float>(range.lowest)),
          highest(static_cast<float>(range.highest)),
          low(range.low),
          high(range.high) {}

    float scaled(float x) const { return std::min(std::max(x, low), high) / step; }
    float integer(float v) const {
        const float inside = std::min(std::max(v, lowest), highest);
        return static_cast<float>(static_cast<int>(inside - lowest + 0.5F)) + lowest;
    }

    float step, lowest, highest, low, high;
};

RoundingRange weightRange(int bits) {
    const int limit = (1 << (bits - 1)) - 1;
    return {-limit, limit};
}

} // namespace

RoundingRange rangeOf(const ActivationQuantizer& quantizer) {
    return {quantizer.lowest, quantizer.highest, static_cast<float>(quantizer.low),
            static_cast<float>(quantizer.high)};
}

void roundToSteps(std::span<const float> values, float step, const RoundingRange& range,
                  std::span<float> rounded) {
    const Rounder rounder(step, range);
    for (std::size_t i = 0; i < values.size(); ++i) {
        rounded[i] = step * rounder.integer(rounder.scaled(values[i]));
    }
}

double roundingGradient(std::span<const float> values, float step, const RoundingRange& range,
                        std::span<const float> gradient, std::span<float> byValues) {
    const Rounder rounder(step, range);
    std::array<float, kLanes> sums{};
    const auto one = [&](std::size_t i, float& sum) {
        const float x = values[i], slope = gradient[i];
        const float v = rounder.scaled(x);
        const bool isInside = v > rounder.lowest && v < rounder.highest;
        const float byStep =
            isInside ? rounder.integer(v) - v : std::min(std::max(v, rounder.lowest), rounder.highest);
        sum += slope * byStep;
        byValues[i] = isInside && x > rounder.low && x < rounder.high ? slope : 0.0F;
    };
    double total = 0.0;
    constexpr std::size_t kBlock = 64 * kLanes;
    std::size_t i = 0;
    while (i + kLanes <= values.size()) {
        const std::size_t end = std::min(values.size() - values.size() % kLanes, i + kBlock);
        for (; i < end; i += kLanes) {
            for (std::size_t lane = 0; lane < kLanes; ++lane) {
                one(i + lane, sums[lane]);
            }
        }
        for (float& sum : sums) {
            total += static_cast<double>(sum);
            sum = 0.0F;
        }
    }
    for (; i < values.size(); ++i) {
        one(i, sums[0]);
    }
    return total + static_cast<double>(sums[0]);
}

double stepGradientScale(std::size_t count, int lowest, int highest) {
    return 1.0 / std::sqrt(static_cast<double>(count) * std::max({-lowest, highest, 1}));
}

float initialStep(std::span<const float> values, int highest) {
    double sum = 0.0;
    for (const float x : values) {
        sum += std::abs(static_cast<double>(x));
    }
    const double step =
        2.0 * sum / (static_cast<double>(std::max<std::size_t>(1, values.size())) * std::sqrt(highest));
    return step > 0.0 ? static_cast<float>(step) : 1.0F;
}

void quantizeWeights(std::span<const float> weights, std::span<const float> steps, int bits,
                     std::span<float> rounded) {
    const std::size_t perChannel = weights.size() / steps.size();
    for (std::size_t channel = 0; channel < steps.size(); ++channel) {
        const std::size_t first = channel * perChannel;
        roundToSteps(weights.subspan(first, perChannel), steps[channel], weightRange(bits),
                     rounded.subspan(first, perChannel));
    }
}

void quantizeWeightsGradient(std::span<const float> weights, std::span<const float> steps, int bits,
                             std::span<float> gradient, std::span<float> stepGradient) {
    const std::size_t perChannel = weights.size() / steps.size();
    const RoundingRange range = weightRange(bits);
    const double scale = stepGradientScale(perChannel, range.lowest, range.highest);
    for (std::size_t channel = 0; channel < steps.size(); ++channel) {
        const std::span<float> own = gradient.subspan(channel * perChannel, perChannel);
        const double byStep = roundingGradient(weights.subspan(channel * perChannel, perChannel),
                                               steps[channel], range, own, own);
        stepGradient[channel] = static_cast<float>(scale * byStep);
    }
}

std::size_t numberOf(std::span<const Parameter> parameters, nn::ValueId value) {
    return static_cast<std::size_t>(std::ranges::find(parameters, value, &Parameter::value) -
                                    parameters.begin());
}

void roundWeights(std::span<const Parameter> parameters, std::span<const WeightQuantizer> quantizers,
                  const ParameterBlocks& blocks, ParameterBlocks& rounded) {
    rounded = blocks;
    for (const WeightQuantizer& quantizer : quantizers) {
        const std::size_t weights = numberOf(parameters, quantizer.weights);
        quantizeWeights(blocks[weights], blocks[numberOf(parameters, quantizer.steps)], quantizer.bits,
                        rounded[weights]);
    }
}

} // namespace tandem::train
