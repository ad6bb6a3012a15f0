// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/step_size_optimizer.h"

#include <algorithm>
#include <cmath>

namespace tandem::train {

void StepSizeOptimizer::update(std::size_t number, std::span<float> sizes, std::span<const float> gradient,
                               std::span<const float> start, double rate) {
    constexpr float kMostFactor = 16.0F;
    logarithms_.resize(sizes.size());
    slopes_.resize(sizes.size());
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        logarithms_[i] = std::log(sizes[i]);
        slopes_[i] = gradient[i] * sizes[i];
    }
    adam_.update(number, logarithms_, slopes_, rate, 0.0);
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        sizes[i] = std::clamp(std::exp(logarithms_[i]), start[i] / kMostFactor, start[i] * kMostFactor);
    }
}

} // namespace tandem::train
