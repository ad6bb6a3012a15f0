// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/optimizer.h"

namespace tandem::train {

/// Learns step sizes by their logarithms with Adam, as trained quantization thresholds are (Jain et al.
/// 2020): a step stays positive, and how fast it moves depends neither on its own size nor on that of the
/// gradients, which differ by orders of magnitude between weights and activations, first and last layers,
/// many and few bits.
class StepSizeOptimizer {
  public:
    /// To be called once before the updates of a step.
    void beginStep() { adam_.beginStep(); }
    /// Moves the step sizes of block `number` against their gradient: by at most about `rate` of their size,
    /// and never further than a factor of 16 from `start`. As `number`, the block's own in every step.
    void update(std::size_t number, std::span<float> sizes, std::span<const float> gradient,
                std::span<const float> start, double rate);
    void save(CheckpointWriter& checkpoint) const { adam_.save(checkpoint); }
    void load(CheckpointReader& checkpoint) { adam_.load(checkpoint); }

  private:
    Adam adam_;
    std::vector<float> logarithms_, slopes_; ///< of the block at hand
};

} // namespace tandem::train
