// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/train/layers/fake_quantization.h"

#include <memory>
#include <span>
#include <vector>

namespace tandem::train {

class WeightLayouts;

/// What a constant of the graph is to the trainer.
enum class ParameterRole {
    Weight,          ///< of a convolution or linear layer: weight decay applies
    Offset,          ///< a bias, or scale and shift of a batch norm: no weight decay
    RunningMean,     ///< of a batch norm: follows the batches' means
    RunningVariance, ///< of a batch norm: follows the batches' variances
    StepSize         ///< of a quantizer: no weight decay, stays positive
};

/// One number block per parameter, row-major, in the order of parametersOf().
using ParameterBlocks = std::vector<std::vector<float>>;

struct Parameter {
    nn::ValueId value;
    ParameterRole role;
};

/// The parameters of a graph's convolutions, linear layers and batch norms in the order of its nodes, then
/// the quantizers' step sizes.
std::vector<Parameter> parametersOf(const nn::Graph& graph, const FakeQuantization& quantization = {});

/// Reads the parameters' values out of a graph, and writes them back.
ParameterBlocks readParameters(const nn::Graph& graph, std::span<const Parameter> parameters);
void writeParameters(nn::Graph& graph, std::span<const Parameter> parameters, const ParameterBlocks& blocks);

/// What batch norms normalize with.
enum class BatchStatistics {
    OfBatch, ///< mean and variance of the samples at hand: training
    Running  ///< the running ones: inference, or training with frozen batch norms
};

struct NetworkOptions {
    BatchStatistics statistics = BatchStatistics::OfBatch;
    /// Activations are rounded accordingly. Weights are not: whoever calls forward() gives rounded ones (see
    /// quantizeWeights()).
    FakeQuantization quantization;
    /// Shared with other replicas, and then refreshed by whoever shares them; null: the network's own.
    std::shared_ptr<WeightLayouts> weights;
};

/// A network prepared for forward and backward passes over `samples` samples at once. After the first pass
/// nothing is allocated any more (except by oneDNN itself). It holds no parameters of its own: replicas on
/// several threads read the same blocks.
class TrainableNetwork {
  public:
    /// The graph (batch 1) has one input and one output. A softmax that ends it is left out: the output is
    /// the scores before it. Throws Error (Input) naming the node that cannot be trained.
    TrainableNetwork(const nn::Graph& graph, int samples, const NetworkOptions& options = {});
    ~TrainableNetwork();
    TrainableNetwork(TrainableNetwork&&) noexcept;
    TrainableNetwork& operator=(TrainableNetwork&&) noexcept;

    int samples() const;
    /// Shape of the scores, samples first.
    const nn::Shape& scoresShape() const;

    /// To be filled, row-major, before forward().
    std::span<float> input();
    /// The scores for that input, row-major; they stay until the next call.
    std::span<const float> forward(const ParameterBlocks& parameters);
    /// To be filled, row-major, before backward().
    std::span<float> scoresGradient();
    /// After forward() with the same parameters: writes the gradient by every parameter, given the loss's
    /// gradient by the scores. Blocks of running statistics receive this batch's statistics (mean, biased
    /// variance) instead.
    void backward(const ParameterBlocks& parameters, ParameterBlocks& gradients);

    /// After forward(): writes this batch's statistics (mean, biased variance) into the blocks of the running
    /// ones and leaves the others as they are.
    void readStatistics(ParameterBlocks& blocks) const;

    /// The same with tensors. Throws Error (Input) where the input's shape is not the network's.
    nn::Tensor forward(const ParameterBlocks& parameters, const nn::Tensor& input);
    void backward(const ParameterBlocks& parameters, const nn::Tensor& scoresGradient,
                  ParameterBlocks& gradients);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace tandem::train
