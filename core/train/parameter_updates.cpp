// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/parameter_updates.h"

namespace tandem::train {

namespace {

std::unique_ptr<Optimizer> makeOptimizer(const TrainingOptions& options) {
    if (options.optimizer == OptimizerKind::Adam) {
        return std::make_unique<Adam>();
    }
    return std::make_unique<Sgd>(options.momentum, options.nesterov);
}

} // namespace

ParameterUpdates::ParameterUpdates(const TrainingOptions& options, std::vector<ParameterRole> roles,
                                   const ParameterBlocks& blocks)
    : learningRate_(options.learningRate),
      stepSizeRate_(options.stepSizeRate),
      weightDecay_(options.weightDecay),
      averaging_(options.averaging),
      roles_(std::move(roles)),
      optimizer_(makeOptimizer(options)) {
    if (averaging_ > 0.0) {
        averaged_ = blocks;
    }
    for (std::size_t i = 0; i < roles_.size(); ++i) {
        started_.push_back(roles_[i] == ParameterRole::StepSize ? blocks[i] : std::vector<float>());
    }
}

void ParameterUpdates::beginStep(double share) {
    share_ = share;
    optimizer_->beginStep();
    stepSizes_.beginStep();
}

void ParameterUpdates::update(std::size_t number, std::vector<float>& block,
                              const std::vector<float>& gradient) {
    switch (roles_[number]) {
    case ParameterRole::Weight:
        return optimizer_->update(number, block, gradient, share_ * learningRate_, weightDecay_);
    case ParameterRole::Offset:
        return optimizer_->update(number, block, gradient, share_ * learningRate_, 0.0);
    case ParameterRole::StepSize:
        return stepSizes_.update(number, block, gradient, started_[number], share_ * stepSizeRate_);
    case ParameterRole::RunningMean:
    case ParameterRole::RunningVariance:
        return;
    }
}

void ParameterUpdates::average(const ParameterBlocks& blocks, std::int64_t step) {
    const auto now = static_cast<double>(step);
    const auto kept = static_cast<float>(std::min(averaging_, (1.0 + now) / (10.0 + now)));
    for (std::size_t i = 0; i < averaged_.size(); ++i) {
        for (std::size_t k = 0; k < averaged_[i].size(); ++k) {
            averaged_[i][k] = kept * averaged_[i][k] + (1.0F - kept) * blocks[i][k];
        }
    }
}

const ParameterBlocks& ParameterUpdates::result(const ParameterBlocks& blocks) const {
    return averaged_.empty() ? blocks : averaged_;
}

void ParameterUpdates::save(CheckpointWriter& checkpoint) const {
    checkpoint.blocks(averaged_);
    optimizer_->save(checkpoint);
    stepSizes_.save(checkpoint);
}

void ParameterUpdates::load(CheckpointReader& checkpoint) {
    averaged_ = checkpoint.blocks();
    optimizer_->load(checkpoint);
    stepSizes_.load(checkpoint);
}

} // namespace tandem::train
