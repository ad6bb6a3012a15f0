// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/quant/lowering/lowering.h"
#include "core/quant/quantize/agreement.h"

#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace tandem::judge {

/// What a network computes for a batch of inputs, kept for networks that begin like it: of those only what
/// follows the first difference is run.
class SharedPrefix {
  public:
    /// Runs the network. `graph` must outlive this.
    SharedPrefix(const nn::Graph& graph, std::span<const nn::Tensor> inputs, const std::stop_token& cancel);

    std::size_t inputs() const { return count_; }

    /// The outputs of a changed network for these inputs, as quant::referenceOutputs() gives them: its values
    /// have the names that they have in the graph. From any thread.
    quant::Outputs outputsOf(const nn::Graph& changed, const quant::Lowering& lowering,
                             const std::stop_token& cancel) const;

    /// How many nodes of the changed network that runs.
    std::size_t nodesRun(const nn::Graph& changed, const quant::Lowering& lowering) const;

  private:
    std::vector<nn::ValueId> counterparts(const nn::Graph& changed) const;

    const nn::Graph* graph_;
    std::size_t count_;
    std::vector<std::optional<nn::Tensor>> values_; ///< of the graph, for the whole batch
};

} // namespace tandem::judge
