// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/train/executor.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace tandem::quant {

/// How many inputs a float network takes at once: many where its maps are small, since calls cost more than
/// products then; few where maps would fill the caches or one node would run so long that a wish to stop
/// waits.
std::size_t batchSize(const nn::Graph& graph);

/// The inputs one after the other along dimension 0, as an executor of such a batch takes them.
nn::Tensor joined(std::span<const nn::Tensor> inputs);

/// Runs a float network with one input over inputs in batches. Serves one thread at a time.
class BatchExecutor {
  public:
    /// `graph` must outlive it. It computes these values, or the graph's outputs where there are none.
    explicit BatchExecutor(const nn::Graph& graph, std::stop_token cancel = {},
                           std::vector<nn::ValueId> outputs = {});

    /// The outputs for all of these inputs as one batch.
    std::vector<nn::Tensor> run(std::span<const nn::Tensor> inputs);
    /// Every value for all of them, each for the whole batch; empty where a node computes nothing.
    std::vector<std::optional<nn::Tensor>> record(std::span<const nn::Tensor> inputs);

  private:
    train::Executor& executorOf(std::size_t batch);

    const nn::Graph* graph_;
    std::stop_token cancel_;
    std::vector<nn::ValueId> outputs_;
    std::optional<train::Executor> executor_; ///< of the last batch's size
};

/// The part of a batch's elements that belongs to its sample `index` of `count`.
std::span<const float> sampleOf(const nn::Tensor& batch, std::size_t index, std::size_t count);

} // namespace tandem::quant
