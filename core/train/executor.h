// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"

#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace tandem::train {

/// A part of a graph: the values that are given, the nodes that run, in their order, and the values that are
/// wanted.
struct GraphPart {
    std::vector<nn::ValueId> inputs;
    std::vector<nn::NodeId> nodes;
    std::vector<nn::ValueId> outputs;
};

/// Executes a graph in float32, any number of times: everything is prepared once for the graph and the batch
/// size. One executor serves one thread at a time; workers each have their own.
class Executor {
  public:
    /// Is shown every computed value, in the order of the nodes.
    using Observer = std::function<void(nn::ValueId, const nn::Tensor&)>;

    /// `batch` samples a run: dimension 0 of inputs and outputs is `batch` times the graph's. A graph whose
    /// nodes do not keep the samples apart is run sample by sample; the results are the same. Throws Error
    /// naming the node that cannot be executed. Runs end by Error (Cancelled) between two nodes once `cancel`
    /// is asked to stop.
    explicit Executor(nn::Graph graph, int batch = 1, std::stop_token cancel = {});
    /// A part of a graph, one sample a run, without a copy of it: `graph` must outlive the executor. Inputs
    /// and outputs are the part's. Throws as the other.
    Executor(const nn::Graph& graph, GraphPart part, std::stop_token cancel);
    ~Executor();
    Executor(Executor&&) noexcept;
    Executor& operator=(Executor&&) noexcept;

    /// The graph's outputs for these inputs, in the graph's order. Throws Error (Input) naming the input
    /// whose number, type or shape is not the graph's.
    std::vector<nn::Tensor> run(std::span<const nn::Tensor> inputs);

    /// The same, and shows `observer` the inputs and what every node computes. When samples run one by one
    /// it sees each of them.
    std::vector<nn::Tensor> run(std::span<const nn::Tensor> inputs, const Observer& observer);

    int batch() const;
    /// How many samples the graph takes at once: batch(), or 1 where samples run one by one.
    int samplesPerRun() const;
    /// The shape of input `index` for one sample.
    const nn::Shape& inputShape(std::size_t index) const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Executes a graph once.
std::vector<nn::Tensor> run(const nn::Graph& graph, std::span<const nn::Tensor> inputs);

} // namespace tandem::train
