// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/optimizer.h"

#include <cmath>
#include <numbers>

namespace tandem::train {

namespace {

/// The state of tensor `number`, zeros when it is new.
std::vector<float>& stateOf(std::vector<std::vector<float>>& states, std::size_t number, std::size_t size) {
    if (states.size() <= number) {
        states.resize(number + 1);
    }
    states[number].resize(size, 0.0F);
    return states[number];
}

} // namespace

void Sgd::update(std::size_t number, std::span<float> values, std::span<const float> gradient,
                 double learningRate, double weightDecay) {
    std::vector<float>& velocity = stateOf(velocity_, number, values.size());
    const auto rate = static_cast<float>(learningRate);
    const auto decay = static_cast<float>(weightDecay);
    const auto momentum = static_cast<float>(momentum_);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const float slope = gradient[i] + decay * values[i];
        velocity[i] = momentum * velocity[i] + slope;
        values[i] -= rate * (nesterov_ ? slope + momentum * velocity[i] : velocity[i]);
    }
}

void Sgd::save(CheckpointWriter& checkpoint) const {
    checkpoint.blocks(velocity_);
}

void Sgd::load(CheckpointReader& checkpoint) {
    velocity_ = checkpoint.blocks();
}

void Adam::update(std::size_t number, std::span<float> values, std::span<const float> gradient,
                  double learningRate, double weightDecay) {
    std::vector<float>& first = stateOf(first_, number, values.size());
    std::vector<float>& second = stateOf(second_, number, values.size());
    const double firstScale = 1.0 / (1.0 - std::pow(beta1_, static_cast<double>(step_)));
    const double secondScale = 1.0 / (1.0 - std::pow(beta2_, static_cast<double>(step_)));
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto slope = static_cast<double>(gradient[i]);
        const double mean = beta1_ * static_cast<double>(first[i]) + (1.0 - beta1_) * slope;
        const double square = beta2_ * static_cast<double>(second[i]) + (1.0 - beta2_) * slope * slope;
        first[i] = static_cast<float>(mean);
        second[i] = static_cast<float>(square);
        const double move = mean * firstScale / (std::sqrt(square * secondScale) + epsilon_) +
                            weightDecay * static_cast<double>(values[i]);
        values[i] -= static_cast<float>(learningRate * move);
    }
}

void Adam::save(CheckpointWriter& checkpoint) const {
    checkpoint.number(step_);
    checkpoint.blocks(first_);
    checkpoint.blocks(second_);
}

void Adam::load(CheckpointReader& checkpoint) {
    step_ = checkpoint.number<std::int64_t>();
    first_ = checkpoint.blocks();
    second_ = checkpoint.blocks();
}

double cosineRate(double peak, std::int64_t step, std::int64_t steps, std::int64_t warmUp) {
    if (step < warmUp) {
        return peak * static_cast<double>(step + 1) / static_cast<double>(warmUp);
    }
    const double done =
        static_cast<double>(step - warmUp) / static_cast<double>(std::max<std::int64_t>(1, steps - warmUp));
    return 0.5 * peak * (1.0 + std::cos(std::numbers::pi * std::min(done, 1.0)));
}

} // namespace tandem::train
