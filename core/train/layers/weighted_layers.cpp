// SPDX-License-Identifier: GPL-3.0-or-later
// Layers with weights: convolution, transposed convolution, linear.
#include "core/train/layers/training_layer.h"
#include "core/train/steps/convolution_primitives.h"

namespace tandem::train {

namespace {

using dnnl::memory;

/// y = op(x, weights) + bias with oneDNN's three primitives; serves all layers with weights alike.
template <typename Forward, typename BackwardData, typename BackwardWeights>
class WeightedLayer : public TrainingLayer {
  public:
    struct Parts {
        typename Forward::primitive_desc forward;
        typename BackwardData::primitive_desc backwardData;
        typename BackwardWeights::primitive_desc backwardWeights;
    };

    /// `weightsView`: how the row-major weights are to be understood.
    WeightedLayer(const LayerContext& context, const nn::Node& node, const Parts& parts,
                  const memory::desc& weightsView)
        : oneDnn_(context.oneDnn),
          input_(context.at(node.inputs.at(0))),
          weights_(context.weights),
          output_(context.make(node.outputs.at(0), parts.forward.dst_desc())),
          forwardInput_(parts.forward.src_desc()),
          gradientInput_(parts.backwardWeights.src_desc()),
          weightsOutput_(parts.backwardWeights.diff_dst_desc()),
          dataOutput_(parts.backwardData.diff_dst_desc()),
          inputShare_(input_, parts.backwardData.diff_src_desc()) {
        const int number = context.parameter(node, 1);
        forwardSlot_ = weights_.ask(number, weightsView, parts.forward.weights_desc());
        const memory::desc bias = plainLayout({context.shape(node.outputs[0]).at(1)});
        if (const int own = context.parameter(node, 2); own >= 0) {
            bias_ = ParameterView(own, bias, oneDnn_);
            biasGradient_ = ParameterView(own, bias, oneDnn_);
        }
        forward_ = PreparedCall(Forward(parts.forward),
                                {{DNNL_ARG_BIAS, bias_.memory()}, {DNNL_ARG_DST, output_.value()}});
        setBackwardWeights(parts, ParameterView(number, weightsView, oneDnn_));
        if (inputShare_.isWanted()) {
            dataSlot_ = weights_.ask(number, weightsView, parts.backwardData.weights_desc());
            backwardData_ = PreparedCall(BackwardData(parts.backwardData),
                                         {{DNNL_ARG_DIFF_SRC, inputShare_.own(oneDnn_)}});
        }
    }

    void forward(const ParameterBlocks& parameters) override {
        if (bias_) {
            bias_.follow(parameters);
        }
        laidOutInput_ = forwardInput_(input_.value(), oneDnn_);
        forward_.bind(DNNL_ARG_SRC, laidOutInput_);
        forward_.bind(DNNL_ARG_WEIGHTS, weights_.at(forwardSlot_));
        forward_.run(oneDnn_);
    }

    void backward(const ParameterBlocks&, ParameterBlocks& gradients) override {
        weightsGradient_.follow(gradients);
        if (biasGradient_) {
            biasGradient_.follow(gradients);
        }
        const memory& gradient = weightsOutput_(output_.gradient(), oneDnn_);
        backwardWeights_.bind(DNNL_ARG_SRC, gradientInput_(laidOutInput_, oneDnn_));
        backwardWeights_.bind(DNNL_ARG_DIFF_DST, gradient);
        backwardWeights_.run(oneDnn_);
        if (rowMajorGradient_) {
            rowMajorGradient_.run(oneDnn_);
        }
        if (inputShare_.isWanted()) {
            backwardData_.bind(DNNL_ARG_DIFF_DST, dataOutput_(gradient, oneDnn_));
            backwardData_.bind(DNNL_ARG_WEIGHTS, weights_.at(dataSlot_));
            backwardData_.run(oneDnn_);
            inputShare_.deliver(inputShare_.own(oneDnn_), oneDnn_);
        }
    }

  private:
    void setBackwardWeights(const Parts& parts, ParameterView view) {
        weightsGradient_ = std::move(view);
        memory change = weightsGradient_.memory();
        if (parts.backwardWeights.diff_weights_desc() != change.get_desc()) {
            change = memory(parts.backwardWeights.diff_weights_desc(), oneDnn_.engine);
            rowMajorGradient_ =
                PreparedCall(dnnl::reorder(change, weightsGradient_.memory()),
                             {{DNNL_ARG_FROM, change}, {DNNL_ARG_TO, weightsGradient_.memory()}});
        }
        backwardWeights_ =
            PreparedCall(BackwardWeights(parts.backwardWeights),
                         {{DNNL_ARG_DIFF_WEIGHTS, change}, {DNNL_ARG_DIFF_BIAS, biasGradient_.memory()}});
    }

    OneDnn& oneDnn_;
    Activations& input_;
    WeightLayouts& weights_;
    Activations& output_;
    std::size_t forwardSlot_ = 0, dataSlot_ = 0;
    ParameterView bias_, biasGradient_, weightsGradient_;
    PreparedCall forward_, backwardData_, backwardWeights_;
    PreparedCall rowMajorGradient_; ///< none where the weights' gradient is computed in row-major order
    Conversion forwardInput_, gradientInput_, weightsOutput_, dataOutput_;
    memory laidOutInput_; ///< as the last forward pass read it
    GradientShare inputShare_;
};

} // namespace

std::unique_ptr<TrainingLayer> trainConvolution(const LayerContext& context, const nn::Node& node,
                                                const nn::Convolution& op) {
    using Layer = WeightedLayer<dnnl::convolution_forward, dnnl::convolution_backward_data,
                                dnnl::convolution_backward_weights>;
    const auto [forward, backwardData, backwardWeights] =
        convolutionPrimitives(context.graph, node, op, context.oneDnn);
    return std::make_unique<Layer>(context, node, Layer::Parts{forward, backwardData, backwardWeights},
                                   plainLayout(groupedWeights(context.shape(node.inputs[1]), op.groups)));
}

std::unique_ptr<TrainingLayer> trainTransposedConvolution(const LayerContext& context, const nn::Node& node,
                                                          const nn::TransposedConvolution& op) {
    using Layer = WeightedLayer<dnnl::deconvolution_forward, dnnl::deconvolution_backward_data,
                                dnnl::deconvolution_backward_weights>;
    const nn::Shape& result = context.shape(node.outputs.at(0));
    const memory::desc weights = transposedWeights(context.shape(node.inputs.at(1)), op.groups);
    const bool biased = context.parameter(node, 2) >= 0;
    const memory::desc bias = biased ? plainLayout({result[1]}) : memory::desc{};
    const memory::desc x = anyLayout(context.shape(node.inputs[0]));
    const memory::desc w = anyLayout(weights.dims());
    const memory::desc y = anyLayout(result);
    const memory::dims stride = dims(op.stride), dilation = dilationDims(op.dilation);
    const memory::dims before = leadingDims(op.padding), after = trailingDims(op.padding);
    constexpr auto kDirect = dnnl::algorithm::deconvolution_direct;
    const dnnl::engine& engine = context.oneDnn.engine;
    const dnnl::deconvolution_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, kDirect, x, w, bias, y, stride, dilation, before, after},
        ownScratchpad(), engine);
    const Layer::Parts parts{
        forward,
        {{kDirect, x, w, y, stride, dilation, before, after}, ownScratchpad(), engine, forward},
        {{kDirect, x, w, bias, y, stride, dilation, before, after}, ownScratchpad(), engine, forward}};
    return std::make_unique<Layer>(context, node, parts, weights);
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
        {dnnl::prop_kind::forward_training, x, w, bias, y}, ownScratchpad(), engine);
    const Layer::Parts parts{forward,
                             {{x, w, y}, ownScratchpad(), engine, forward},
                             {{x, w, bias, y}, ownScratchpad(), engine, forward}};
    return std::make_unique<Layer>(context, node, parts, plainLayout(weights));
}

} // namespace tandem::train
