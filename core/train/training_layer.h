// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/train/one_dnn.h"
#include "core/train/trainable_network.h"

#include <memory>
#include <vector>

namespace tandem::train {

/// A value of the network during training: what was computed and the loss's gradient by it, in one layout.
class Activations {
  public:
    Activations() = default;
    Activations(const dnnl::memory::desc& layout, OneDnn& oneDnn, bool wantsGradient);

    const dnnl::memory& value() const { return value_; }
    const dnnl::memory& gradient() const { return gradient_; }
    bool wantsGradient() const { return wantsGradient_; }

    void clearGradient() { hasGradient_ = false; }
    bool hasGradient() const { return hasGradient_; }
    /// Adds a consumer's share (any layout) to the gradient. The share's memory must stay as it is until this
    /// backward pass is over.
    void addGradient(const dnnl::memory& share, OneDnn& oneDnn);

  private:
    dnnl::memory& own(dnnl::memory& storage, OneDnn& oneDnn) const;

    dnnl::memory value_, gradient_, sum_, scratch_;
    bool wantsGradient_ = false, hasGradient_ = false;
};

/// Keeps a memory in the layout that a primitive wants; converts only where layouts differ.
class Conversion {
  public:
    Conversion() = default;
    explicit Conversion(dnnl::memory::desc wanted) : wanted_(std::move(wanted)) {}
    const dnnl::memory& operator()(const dnnl::memory& source, OneDnn& oneDnn);

  private:
    dnnl::memory::desc wanted_;
    dnnl::memory converted_;
    dnnl::reorder conversion_;
};

/// What layers are made from, node after node.
struct LayerContext {
    const nn::Graph& graph; ///< of one shard: dimension 0 is the shard's size
    OneDnn& oneDnn;
    std::vector<Activations>& activations; ///< one per value; a layer makes its output's
    const std::vector<int>& parameterOf;   ///< per value its parameter number, or -1

    const nn::Shape& shape(nn::ValueId id) const { return graph.value(id).shape; }
    Activations& at(nn::ValueId id) const { return activations.at(static_cast<std::size_t>(id)); }
    /// The parameter number of a node's input, or -1 where it is absent. Throws Error (Input) when the input
    /// is not a constant.
    int parameter(const nn::Node& node, std::size_t input) const;
    /// Makes the output's activations in this layout.
    Activations& makeOutput(const nn::Node& node, const dnnl::memory::desc& layout) const;
};

/// One node's forward and backward pass for one shard.
class TrainingLayer {
  public:
    virtual ~TrainingLayer() = default;
    virtual void forward(const ParameterBlocks& parameters) = 0;
    /// Adds to the inputs' gradients and writes the gradients of its own parameters. (For the running
    /// statistics of a batch norm it writes the statistics of this shard instead.)
    virtual void backward(const ParameterBlocks& parameters, ParameterBlocks& gradients) = 0;
};

/// The layer for `node`. Throws Error (Input) naming the node when there is no gradient for its operator.
std::unique_ptr<TrainingLayer> makeTrainingLayer(const LayerContext& context, const nn::Node& node);

// What makeTrainingLayer chooses from.
std::unique_ptr<TrainingLayer> trainConvolution(const LayerContext& context, const nn::Node& node,
                                                const nn::Convolution& op);
std::unique_ptr<TrainingLayer> trainLinear(const LayerContext& context, const nn::Node& node);
std::unique_ptr<TrainingLayer> trainBatchNormalization(const LayerContext& context, const nn::Node& node,
                                                       const nn::BatchNormalization& op);
std::unique_ptr<TrainingLayer> trainPool(const LayerContext& context, const nn::Node& node,
                                         const nn::Pool& op);
std::unique_ptr<TrainingLayer> trainActivation(const LayerContext& context, const nn::Node& node,
                                               const nn::Activation& op);
std::unique_ptr<TrainingLayer> trainAdd(const LayerContext& context, const nn::Node& node);
std::unique_ptr<TrainingLayer> trainConcat(const LayerContext& context, const nn::Node& node,
                                           const nn::Concat& op);
std::unique_ptr<TrainingLayer> trainReshape(const LayerContext& context, const nn::Node& node);

} // namespace tandem::train
