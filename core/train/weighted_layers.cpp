// SPDX-License-Identifier: GPL-3.0-or-later
// Layers with weights: convolution, linear, batch normalization.
#include "core/train/training_layer.h"

namespace tandem::train {

namespace {

using dnnl::memory;

memory viewOf(const memory::desc& layout, const std::vector<float>& block, OneDnn& oneDnn) {
    return {layout, oneDnn.engine, const_cast<float*>(block.data())};
}

/// y = op(x, weights) + bias with oneDNN's three primitives; serves convolution and linear layers alike.
template <typename Forward, typename BackwardData, typename BackwardWeights>
class WeightedLayer : public TrainingLayer {
  public:
    struct Parts {
        typename Forward::primitive_desc forward;
        typename BackwardData::primitive_desc backwardData;
        typename BackwardWeights::primitive_desc backwardWeights;
    };

    WeightedLayer(const LayerContext& context, const nn::Node& node, const Parts& parts,
                  memory::desc weightsView)
        : oneDnn_(context.oneDnn),
          input_(context.at(node.inputs.at(0))),
          weights_(context.parameter(node, 1)),
          bias_(context.parameter(node, 2)),
          weightsView_(std::move(weightsView)),
          forward_(parts.forward),
          backwardData_(parts.backwardData),
          backwardWeights_(parts.backwardWeights),
          output_(context.makeOutput(node, parts.forward.dst_desc())),
          forwardInput_(parts.forward.src_desc()),
          forwardWeights_(parts.forward.weights_desc()),
          dataGradient_(parts.backwardData.diff_dst_desc()),
          dataWeights_(parts.backwardData.weights_desc()),
          weightsInput_(parts.backwardWeights.src_desc()),
          weightsGradient_(parts.backwardWeights.diff_dst_desc()),
          weightsChange_(parts.backwardWeights.diff_weights_desc(), context.oneDnn.engine) {
        if (input_.wantsGradient()) {
            inputChange_ = memory(parts.backwardData.diff_src_desc(), context.oneDnn.engine);
        }
        biasLayout_ = plainLayout({context.shape(node.outputs.at(0)).at(1)});
    }

    void forward(const ParameterBlocks& parameters) override {
        const memory weights = viewOf(weightsView_, block(parameters, weights_), oneDnn_);
        std::unordered_map<int, memory> arguments{{DNNL_ARG_SRC, forwardInput_(input_.value(), oneDnn_)},
                                                  {DNNL_ARG_WEIGHTS, forwardWeights_(weights, oneDnn_)},
                                                  {DNNL_ARG_DST, output_.value()}};
        if (bias_ >= 0) {
            arguments.emplace(DNNL_ARG_BIAS, viewOf(biasLayout_, block(parameters, bias_), oneDnn_));
        }
        forward_.execute(oneDnn_.stream, arguments);
    }

    void backward(const ParameterBlocks& parameters, ParameterBlocks& gradients) override {
        std::unordered_map<int, memory> arguments{
            {DNNL_ARG_SRC, weightsInput_(input_.value(), oneDnn_)},
            {DNNL_ARG_DIFF_DST, weightsGradient_(output_.gradient(), oneDnn_)},
            {DNNL_ARG_DIFF_WEIGHTS, weightsChange_}};
        if (bias_ >= 0) {
            arguments.emplace(DNNL_ARG_DIFF_BIAS, viewOf(biasLayout_, block(gradients, bias_), oneDnn_));
        }
        backwardWeights_.execute(oneDnn_.stream, arguments);
        reorder(weightsChange_, viewOf(weightsView_, block(gradients, weights_), oneDnn_), oneDnn_);
        if (!input_.wantsGradient()) {
            return;
        }
        const memory weights = viewOf(weightsView_, block(parameters, weights_), oneDnn_);
        backwardData_.execute(oneDnn_.stream,
                              {{DNNL_ARG_DIFF_DST, dataGradient_(output_.gradient(), oneDnn_)},
                               {DNNL_ARG_WEIGHTS, dataWeights_(weights, oneDnn_)},
                               {DNNL_ARG_DIFF_SRC, inputChange_}});
        input_.addGradient(inputChange_, oneDnn_);
    }

  private:
    static const std::vector<float>& block(const ParameterBlocks& blocks, int number) {
        return blocks.at(static_cast<std::size_t>(number));
    }

    OneDnn& oneDnn_;
    Activations& input_;
    int weights_, bias_;
    memory::desc weightsView_, biasLayout_;
    Forward forward_;
    BackwardData backwardData_;
    BackwardWeights backwardWeights_;
    Activations& output_;
    Conversion forwardInput_, forwardWeights_, dataGradient_, dataWeights_, weightsInput_, weightsGradient_;
    memory weightsChange_, inputChange_;
};

/// Training-mode batch normalization: normalizes with the statistics of the shard.
class BatchNormalizationLayer : public TrainingLayer {
  public:
    BatchNormalizationLayer(const LayerContext& context, const nn::Node& node, float epsilon)
        : oneDnn_(context.oneDnn), input_(context.at(node.inputs.at(0))) {
        for (std::size_t i = 0; i < numbers_.size(); ++i) {
            numbers_[i] = context.parameter(node, i + 1);
        }
        using dnnl::normalization_flags;
        const memory::desc layout = input_.value().get_desc();
        const auto flags = normalization_flags::use_scale | normalization_flags::use_shift;
        const dnnl::batch_normalization_forward::primitive_desc forward(
            {dnnl::prop_kind::forward_training, layout, epsilon, flags}, oneDnn_.engine);
        const dnnl::batch_normalization_backward::primitive_desc backward(
            {dnnl::prop_kind::backward, layout, layout, epsilon, flags}, oneDnn_.engine, forward);
        forward_ = dnnl::batch_normalization_forward(forward);
        backward_ = dnnl::batch_normalization_backward(backward);
        output_ = &context.makeOutput(node, forward.dst_desc());
        perChannel_ = plainLayout({context.shape(node.inputs[0]).at(1)});
        mean_ = memory(perChannel_, oneDnn_.engine);
        variance_ = memory(perChannel_, oneDnn_.engine);
        inputChange_ = memory(backward.diff_src_desc(), oneDnn_.engine);
        outputGradient_ = Conversion(backward.diff_dst_desc());
    }

    void forward(const ParameterBlocks& parameters) override {
        forward_.execute(oneDnn_.stream, {{DNNL_ARG_SRC, input_.value()},
                                          {DNNL_ARG_SCALE, block(parameters, kScale)},
                                          {DNNL_ARG_SHIFT, block(parameters, kShift)},
                                          {DNNL_ARG_MEAN, mean_},
                                          {DNNL_ARG_VARIANCE, variance_},
                                          {DNNL_ARG_DST, output_->value()}});
    }

    void backward(const ParameterBlocks& parameters, ParameterBlocks& gradients) override {
        backward_.execute(oneDnn_.stream, {{DNNL_ARG_SRC, input_.value()},
                                           {DNNL_ARG_MEAN, mean_},
                                           {DNNL_ARG_VARIANCE, variance_},
                                           {DNNL_ARG_SCALE, block(parameters, kScale)},
                                           {DNNL_ARG_SHIFT, block(parameters, kShift)},
                                           {DNNL_ARG_DIFF_DST, outputGradient_(output_->gradient(), oneDnn_)},
                                           {DNNL_ARG_DIFF_SRC, inputChange_},
                                           {DNNL_ARG_DIFF_SCALE, block(gradients, kScale)},
                                           {DNNL_ARG_DIFF_SHIFT, block(gradients, kShift)}});
        reorder(mean_, block(gradients, kMean), oneDnn_);
        reorder(variance_, block(gradients, kVariance), oneDnn_);
        if (input_.wantsGradient()) {
            input_.addGradient(inputChange_, oneDnn_);
        }
    }

  private:
    enum Slot : std::size_t { kScale, kShift, kMean, kVariance };

    memory block(const ParameterBlocks& blocks, Slot slot) {
        return viewOf(perChannel_, blocks.at(static_cast<std::size_t>(numbers_.at(slot))), oneDnn_);
    }

    OneDnn& oneDnn_;
    Activations& input_;
    Activations* output_ = nullptr;
    std::array<int, 4> numbers_{};
    dnnl::batch_normalization_forward forward_;
    dnnl::batch_normalization_backward backward_;
    memory::desc perChannel_;
    memory mean_, variance_, inputChange_;
    Conversion outputGradient_;
};

} // namespace

std::unique_ptr<TrainingLayer> trainConvolution(const LayerContext& context, const nn::Node& node,
                                                const nn::Convolution& op) {
    using dnnl::algorithm;
    using Layer = WeightedLayer<dnnl::convolution_forward, dnnl::convolution_backward_data,
                                dnnl::convolution_backward_weights>;
    const nn::Shape& given = context.shape(node.inputs.at(1));
    const nn::Shape weights =
        op.groups == 1 ? given : nn::Shape{op.groups, given[0] / op.groups, given[1], given[2], given[3]};
    const nn::Shape& result = context.shape(node.outputs.at(0));
    const bool biased = context.parameter(node, 2) >= 0;
    const memory::desc bias = biased ? plainLayout({result[1]}) : memory::desc{};
    const memory::desc x = anyLayout(context.shape(node.inputs[0]));
    const memory::desc w = anyLayout(weights);
    const memory::desc y = anyLayout(result);
    const memory::dims stride = dims(op.stride);
    const memory::dims dilation = dilationDims(op.dilation);
    const memory::dims before = leadingDims(op.padding);
    const memory::dims after = trailingDims(op.padding);
    constexpr auto kDirect = algorithm::convolution_direct;
    const dnnl::engine& engine = context.oneDnn.engine;
    const dnnl::convolution_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, kDirect, x, w, bias, y, stride, dilation, before, after}, engine);
    const Layer::Parts parts{forward,
                             {{kDirect, x, w, y, stride, dilation, before, after}, engine, forward},
                             {{kDirect, x, w, bias, y, stride, dilation, before, after}, engine, forward}};
    return std::make_unique<Layer>(context, node, parts, plainLayout(weights));
}

std::unique_ptr<TrainingLayer> trainLinear(const LayerContext& context, const nn::Node& node) {
    using Layer = WeightedLayer<dnnl::inner_product_forward, dnnl::inner_product_backward_data,
                                dnnl::inner_product_backward_weights>;
    const nn::Shape& weights = context.shape(node.inputs.at(1));
    const nn::Shape& result = context.shape(node.outputs.at(0));
    const bool biased = context.parameter(node, 2) >= 0;
    const memory::desc bias = biased ? plainLayout({result.at(1)}) : memory::desc{};
    const memory::desc x = anyLayout(context.shape(node.inputs[0]));
    const memory::desc w = anyLayout(weights);
    const memory::desc y = anyLayout(result);
    const dnnl::engine& engine = context.oneDnn.engine;
    const dnnl::inner_product_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, x, w, bias, y}, engine);
    const Layer::Parts parts{forward, {{x, w, y}, engine, forward}, {{x, w, bias, y}, engine, forward}};
    return std::make_unique<Layer>(context, node, parts, plainLayout(weights));
}

std::unique_ptr<TrainingLayer> trainBatchNormalization(const LayerContext& context, const nn::Node& node,
                                                       const nn::BatchNormalization& op) {
    return std::make_unique<BatchNormalizationLayer>(context, node, op.epsilon);
}

} // namespace tandem::train
