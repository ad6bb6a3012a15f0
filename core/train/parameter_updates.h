// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/optimizer.h"
#include "core/train/step_size_optimizer.h"
#include "core/train/trainable_network.h"
#include "core/train/trainer.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace tandem::train {

/// How a training moves its parameters from step to step: each as its role asks, at rates that follow the
/// schedule, and the moving average of them that comes out in the end.
class ParameterUpdates {
  public:
    /// `blocks`: the parameters at the start, one of `roles` each.
    ParameterUpdates(const TrainingOptions& options, std::vector<ParameterRole> roles,
                     const ParameterBlocks& blocks);

    /// To be called before the updates of a step: the schedule leaves `share` of the rates.
    void beginStep(double share);
    /// Moves a block against its gradient. Running statistics stay as they are.
    void update(std::size_t number, std::vector<float>& block, const std::vector<float>& gradient);
    /// Takes the parameters into the average after step `step`, from 0. A step keeps min(averaging,
    /// (1 + step) / (10 + step)) of the average, as TensorFlow's ExponentialMovingAverage, so that the first
    /// parameters are soon forgotten.
    void average(const ParameterBlocks& blocks, std::int64_t step);

    /// The average, or the parameters themselves where there is none.
    const ParameterBlocks& result(const ParameterBlocks& blocks) const;

    void save(CheckpointWriter& checkpoint) const;
    void load(CheckpointReader& checkpoint);

  private:
    double learningRate_, stepSizeRate_, weightDecay_, averaging_;
    double share_ = 1.0;
    std::vector<ParameterRole> roles_;
    ParameterBlocks started_;  ///< the step sizes at first; empty blocks for other parameters
    ParameterBlocks averaged_; ///< empty without averaging
    std::unique_ptr<Optimizer> optimizer_;
    StepSizeOptimizer stepSizes_;
};

} // namespace tandem::train
