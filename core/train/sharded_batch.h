// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/trainable_network.h"
#include "core/train/trainer.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace tandem::train {

/// Computes batches in shards on several threads: each shard has a replica of the network and its own part of
/// the batch; the gradients are summed in fixed order.
class ShardedBatch {
  public:
    /// `dataset` must outlive this.
    ShardedBatch(const nn::Graph& graph, const data::Dataset& dataset, const TrainingOptions& options);
    ~ShardedBatch();

    struct Result {
        double loss = 0.0; ///< sum over the batch
        int correct = 0;   ///< of the augmented samples
    };

    /// Forward and backward pass over `samples` (options.batch of them). `stream` numbers the batch among all
    /// of the training: it decides what augmentation does. Leaves the gradient of the mean loss by every
    /// parameter in gradients(); in the blocks of running statistics the sums of the shards' statistics.
    /// `taught`: scores() of another network for the same samples and stream, to learn from in the place of a
    /// teacher's; empty: none.
    Result run(const ParameterBlocks& parameters, std::span<const std::size_t> samples, std::uint64_t stream,
               std::span<const float> taught = {});

    /// What the last run() gave its augmented samples, [batch][classes].
    std::span<const float> scores() const;

    const ParameterBlocks& gradients() const;
    int shards() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace tandem::train
