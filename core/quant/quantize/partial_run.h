// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/train/executor.h"

#include <functional>
#include <optional>
#include <stop_token>
#include <vector>

namespace tandem::quant {

/// What has to run of a graph for `outputs` where the values v with isKnown[v] are given.
train::GraphPart partFor(const nn::Graph& graph, const std::vector<bool>& isKnown,
                         const std::vector<nn::ValueId>& outputs);

/// The part of a float network that has to run where some of its values are known already: what follows a
/// change, while what stands before it is taken from an earlier run. Serves one thread at a time.
class PartialRun {
  public:
    /// Gives a known value for the whole batch.
    using Known = std::function<const nn::Tensor&(nn::ValueId)>;

    /// Computes `outputs` of `graph`, which must outlive it, from the values v with isKnown[v], `batch`
    /// samples at once.
    PartialRun(const nn::Graph& graph, const std::vector<bool>& isKnown, std::vector<nn::ValueId> outputs,
               std::size_t batch, std::stop_token cancel = {});

    /// How many of the graph's nodes it runs.
    std::size_t nodeCount() const { return nodeCount_; }

    /// The outputs. `known` is asked for values with isKnown only.
    std::vector<nn::Tensor> run(const Known& known);

  private:
    std::vector<nn::ValueId> outputs_;
    std::vector<bool> isComputed_;        ///< of each output; the others are known
    std::vector<nn::ValueId> entering_;   ///< known values that the part reads
    std::optional<train::Executor> part_; ///< none where every output is known
    std::size_t nodeCount_ = 0;
};

} // namespace tandem::quant
