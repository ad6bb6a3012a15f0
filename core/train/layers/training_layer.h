// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/train/steps/one_dnn.h"
#include "core/train/steps/weight_layouts.h"
#include "core/train/trainable_network.h"

#include <memory>
#include <vector>

namespace tandem::train {

/// Keeps a memory in the layout that a primitive wants; converts only where layouts differ. Sources may come
/// from different places but have one layout.
class Conversion {
  public:
    Conversion() = default;
    explicit Conversion(dnnl::memory::desc wanted) : wanted_(std::move(wanted)) {}
    const dnnl::memory& operator()(const dnnl::memory& source, const OneDnn& oneDnn);

  private:
    dnnl::memory::desc wanted_;
    dnnl::memory converted_;
    PreparedCall conversion_;
};

/// A value of the network during training: what was computed and the loss's gradient by it, in one layout.
class Activations {
  public:
    Activations() = default;
    Activations(const dnnl::memory::desc& layout, const OneDnn& oneDnn, bool wantsGradient);

    const dnnl::memory& value() const { return value_; }
    dnnl::memory::desc layout() const { return value_.get_desc(); }
    const dnnl::memory& gradient() const { return gradient_; }
    bool wantsGradient() const { return wantsGradient_; }

    void clearGradient() { hasGradient_ = false; }
    bool hasGradient() const { return hasGradient_; }
    /// Adds a consumer's share, in this layout, to the gradient. The share's memory must stay as it is until
    /// this backward pass is over: the first one is not copied.
    void addGradient(const dnnl::memory& share, const OneDnn& oneDnn);

  private:
    dnnl::memory value_, gradient_, sum_;
    bool wantsGradient_ = false, hasGradient_ = false;
};

/// How a layer hands its share of the gradient to an input.
class GradientShare {
  public:
    GradientShare() = default;
    GradientShare(Activations& input, const dnnl::memory::desc& layout)
        : input_(&input), layout_(layout), toInput_(input.layout()) {}

    bool isWanted() const { return input_->wantsGradient(); }
    /// Memory of the layer's own to write the share into, made when it is first asked for.
    const dnnl::memory& own(const OneDnn& oneDnn);
    /// Adds this memory, which has the layout that was given, to the input's gradient.
    void deliver(const dnnl::memory& share, const OneDnn& oneDnn) {
        input_->addGradient(toInput_(share, oneDnn), oneDnn);
    }

  private:
    Activations* input_ = nullptr;
    dnnl::memory::desc layout_;
    dnnl::memory own_;
    Conversion toInput_;
};

/// A parameter's block as a oneDNN memory without a copy.
class ParameterView {
  public:
    ParameterView() = default;
    ParameterView(int number, const dnnl::memory::desc& layout, const OneDnn& oneDnn)
        : number_(number), memory_(layout, oneDnn.engine, nullptr) {}

    explicit operator bool() const { return number_ >= 0; }
    const dnnl::memory& memory() const { return memory_; }
    /// The parameter's block among these.
    std::vector<float>& in(ParameterBlocks& blocks) const {
        return blocks.at(static_cast<std::size_t>(number_));
    }
    /// From now on memory() is this block.
    void follow(const ParameterBlocks& blocks) {
        memory_.set_data_handle(const_cast<float*>(blocks.at(static_cast<std::size_t>(number_)).data()));
    }

  private:
    int number_ = -1;
    dnnl::memory memory_;
};

/// What layers are made from, node after node.
struct LayerContext {
    const nn::Graph& graph; ///< of one shard: dimension 0 is the shard's size
    OneDnn& oneDnn;
    std::vector<Activations>& activations; ///< one per value; a layer makes its output's
    const std::vector<int>& parameterOf;   ///< per value its parameter number, or -1
    WeightLayouts& weights;
    BatchStatistics statistics = BatchStatistics::OfBatch;
    int samples = 1;

    const nn::Shape& shape(nn::ValueId id) const { return graph.value(id).shape; }
    Activations& at(nn::ValueId id) const { return activations.at(static_cast<std::size_t>(id)); }
    bool isComputed(nn::ValueId id) const { return static_cast<bool>(at(id).value()); }
    /// The parameter number of a node's input, or -1 where it is absent. Throws Error (Input) when the input
    /// is not a constant.
    int parameter(const nn::Node& node, std::size_t input) const;
    /// Makes a value's activations in this layout.
    Activations& make(nn::ValueId id, const dnnl::memory::desc& layout) const;
};

/// One node's forward and backward pass for one shard.
class TrainingLayer {
  public:
    virtual ~TrainingLayer() = default;
    virtual void forward(const ParameterBlocks& parameters) = 0;
    /// Adds to the inputs' gradients and writes the gradients of its own parameters.
    virtual void backward(const ParameterBlocks& parameters, ParameterBlocks& gradients) = 0;
    /// Writes the statistics of this shard, which the last forward pass used, into the blocks of the running
    /// ones.
    virtual void readStatistics(ParameterBlocks&) const {}
};

/// The layer for `node`. Throws Error (Input) naming the node when there is no gradient for its operator.
std::unique_ptr<TrainingLayer> makeTrainingLayer(const LayerContext& context, const nn::Node& node);

/// The layer for `node`, which rounds what it reads as `quantizer` says.
std::unique_ptr<TrainingLayer> makeQuantizerLayer(const LayerContext& context, const nn::Node& node,
                                                  const ActivationQuantizer& quantizer);

/// The layer for `node` and the Relu that alone reads it and computes `rectified`, or null where the two are
/// no faster as one.
std::unique_ptr<TrainingLayer> makeRectifiedLayer(const LayerContext& context, const nn::Node& node,
                                                  nn::ValueId rectified);

// What these choose from.
std::unique_ptr<TrainingLayer> trainConvolution(const LayerContext& context, const nn::Node& node,
                                                const nn::Convolution& op);
std::unique_ptr<TrainingLayer> trainTransposedConvolution(const LayerContext& context, const nn::Node& node,
                                                          const nn::TransposedConvolution& op);
std::unique_ptr<TrainingLayer> trainLinear(const LayerContext& context, const nn::Node& node);
/// `output` is the node's own or, with `rectifies`, that of the Relu behind it.
std::unique_ptr<TrainingLayer> trainBatchNormalization(const LayerContext& context, const nn::Node& node,
                                                       const nn::BatchNormalization& op, nn::ValueId output,
                                                       bool rectifies);
std::unique_ptr<TrainingLayer> trainPool(const LayerContext& context, const nn::Node& node,
                                         const nn::Pool& op);
std::unique_ptr<TrainingLayer> trainActivation(const LayerContext& context, const nn::Node& node,
                                               const nn::Activation& op);
/// Of two computed values of one shape; `output` as above.
std::unique_ptr<TrainingLayer> trainAdd(const LayerContext& context, const nn::Node& node, nn::ValueId output,
                                        bool rectifies);
/// Any shapes and constants.
std::unique_ptr<TrainingLayer> trainBinary(const LayerContext& context, const nn::Node& node,
                                           const nn::Binary& op);
std::unique_ptr<TrainingLayer> trainConcat(const LayerContext& context, const nn::Node& node,
                                           const nn::Concat& op);
/// Operators that only move elements, leave some out or put zeros between them.
std::unique_ptr<TrainingLayer> trainMovement(const LayerContext& context, const nn::Node& node);
std::unique_ptr<TrainingLayer> trainReshape(const LayerContext& context, const nn::Node& node);

} // namespace tandem::train
