// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"

#include <memory>
#include <span>
#include <vector>

namespace tandem::train {

/// What a constant of the graph is to the trainer.
enum class ParameterRole {
    Weight,         ///< of a convolution or linear layer: weight decay applies
    Offset,         ///< a bias, or scale and shift of a batch norm: no weight decay
    RunningMean,    ///< of a batch norm: follows the batches' means
    RunningVariance ///< of a batch norm: follows the batches' variances
};

/// One number block per parameter, row-major, in the order of parametersOf().
using ParameterBlocks = std::vector<std::vector<float>>;

struct Parameter {
    nn::ValueId value;
    ParameterRole role;
};

/// The parameters of a graph's convolutions, linear layers and batch norms, in the order of its nodes.
std::vector<Parameter> parametersOf(const nn::Graph& graph);

/// Reads the parameters' values out of a graph, and writes them back.
ParameterBlocks readParameters(const nn::Graph& graph, std::span<const Parameter> parameters);
void writeParameters(nn::Graph& graph, std::span<const Parameter> parameters, const ParameterBlocks& blocks);

/// A network prepared for forward and backward passes over `samples` samples at once, batch norms in training
/// mode. It holds no parameters of its own: replicas on several threads read the same blocks.
class TrainableNetwork {
  public:
    /// The graph (batch 1) has one input and one output. A softmax that ends it is left out: the output is
    /// the scores before it. Throws Error (Input) naming the node that cannot be trained.
    TrainableNetwork(const nn::Graph& graph, int samples);
    ~TrainableNetwork();
    TrainableNetwork(TrainableNetwork&&) noexcept;
    TrainableNetwork& operator=(TrainableNetwork&&) noexcept;

    int samples() const;

    /// The scores [samples, ...] for this input.
    nn::Tensor forward(const ParameterBlocks& parameters, const nn::Tensor& input);

    /// After forward() with the same parameters: writes the gradient by every parameter, given the loss's
    /// gradient by the scores. Blocks of running statistics receive this batch's statistics (mean, biased
    /// variance) instead.
    void backward(const ParameterBlocks& parameters, const nn::Tensor& scoresGradient,
                  ParameterBlocks& gradients);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace tandem::train
