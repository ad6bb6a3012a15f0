// SPDX-License-Identifier: GPL-3.0-or-later
// Layers of one input without parameters: pooling, activations.
#include "core/base/error.h"
#include "core/train/layers/training_layer.h"

#include <limits>
#include <ranges>

namespace tandem::train {

namespace {

using dnnl::memory;

class PoolLayer : public TrainingLayer {
  public:
    PoolLayer(const LayerContext& context, const nn::Node& node, const nn::Pool& op)
        : oneDnn_(context.oneDnn), input_(context.at(node.inputs.at(0))) {
        const auto algorithm = op.kind == nn::PoolKind::Maximum ? dnnl::algorithm::pooling_max
                               : op.countPadding                ? dnnl::algorithm::pooling_avg_include_padding
                                                 : dnnl::algorithm::pooling_avg_exclude_padding;
        const memory::desc x = input_.layout();
        const memory::dims stride = dims(op.stride);
        const memory::dims kernel = dims(op.kernel);
        const memory::dims dilation = dilationDims(op.dilation);
        const memory::dims before = leadingDims(op.padding);
        const memory::dims after = trailingDims(op.padding);
        const dnnl::pooling_v2_forward::primitive_desc forward(
            {dnnl::prop_kind::forward_training, algorithm, x, anyLayout(context.shape(node.outputs.at(0))),
             stride, kernel, dilation, before, after},
            ownScratchpad(), oneDnn_.engine);
        const dnnl::pooling_v2_backward::primitive_desc backward(
            {algorithm, x, forward.dst_desc(), stride, kernel, dilation, before, after}, ownScratchpad(),
            oneDnn_.engine, forward);
        const bool keepsWinners = op.kind == nn::PoolKind::Maximum;
        const memory winners = keepsWinners ? memory(forward.workspace_desc(), oneDnn_.engine) : memory();
        output_ = &context.make(node.outputs[0], forward.dst_desc());
        inputShare_ = GradientShare(input_, backward.diff_src_desc());
        forward_ = PreparedCall(dnnl::pooling_v2_forward(forward), {{DNNL_ARG_SRC, input_.value()},
                                                                    {DNNL_ARG_DST, output_->value()},
                                                                    {DNNL_ARG_WORKSPACE, winners}});
        backward_ =
            PreparedCall(dnnl::pooling_v2_backward(backward),
                         {{DNNL_ARG_DIFF_SRC, inputShare_.own(oneDnn_)}, {DNNL_ARG_WORKSPACE, winners}});
    }

    void forward(const ParameterBlocks&) override { forward_.run(oneDnn_); }

    void backward(const ParameterBlocks&, ParameterBlocks&) override {
        if (inputShare_.isWanted()) {
            backward_.bind(DNNL_ARG_DIFF_DST, output_->gradient());
            backward_.run(oneDnn_);
            inputShare_.deliver(inputShare_.own(oneDnn_), oneDnn_);
        }
    }

  private:
    OneDnn& oneDnn_;
    Activations& input_;
    Activations* output_ = nullptr;
    PreparedCall forward_, backward_;
    GradientShare inputShare_;
};

/// One of oneDNN's element-wise functions with its parameters.
struct Function {
    dnnl::algorithm algorithm = dnnl::algorithm::eltwise_relu;
    float alpha = 0.0F, beta = 0.0F;
};

/// The activation as functions to be applied one after the other.
std::vector<Function> functionsOf(const nn::Activation& op) {
    using dnnl::algorithm;
    constexpr float kWidest = std::numeric_limits<float>::max();
    switch (op.kind) {
    case nn::ActivationKind::Relu:
        return {{algorithm::eltwise_relu}};
    case nn::ActivationKind::LeakyRelu:
        return {{algorithm::eltwise_relu, op.alpha}};
    case nn::ActivationKind::Clip:
        return {{algorithm::eltwise_clip, std::max(op.low, -kWidest), std::min(op.high, kWidest)}};
    case nn::ActivationKind::Sigmoid:
        return {{algorithm::eltwise_logistic}};
    case nn::ActivationKind::HardSigmoid:
        return {{algorithm::eltwise_linear, op.alpha, op.beta}, {algorithm::eltwise_clip, 0.0F, 1.0F}};
    case nn::ActivationKind::HardSwish:
        return {{algorithm::eltwise_hardswish}};
    case nn::ActivationKind::Tanh:
        return {{algorithm::eltwise_tanh}};
    }
    throw workError("the activation is of an unknown kind");
}

class ActivationLayer : public TrainingLayer {
  public:
    ActivationLayer(const LayerContext& context, const nn::Node& node, const nn::Activation& op)
        : oneDnn_(context.oneDnn), input_(context.at(node.inputs.at(0))) {
        const memory::desc layout = input_.layout();
        output_ = &context.make(node.outputs.at(0), layout);
        inputShare_ = GradientShare(input_, layout);
        const std::vector<Function> functions = functionsOf(op);
        memory source = input_.value(), change = inputShare_.own(oneDnn_);
        for (std::size_t i = 0; i < functions.size(); ++i) {
            const auto& [algorithm, alpha, beta] = functions[i];
            const dnnl::eltwise_forward::primitive_desc forward(
                {dnnl::prop_kind::forward_training, algorithm, layout, alpha, beta}, ownScratchpad(),
                oneDnn_.engine);
            const dnnl::eltwise_backward::primitive_desc backward({algorithm, layout, layout, alpha, beta},
                                                                  ownScratchpad(), oneDnn_.engine, forward);
            const bool isLast = i + 1 == functions.size();
            const memory result = isLast ? output_->value() : memory(layout, oneDnn_.engine);
            const memory later = isLast ? memory() : memory(layout, oneDnn_.engine);
            forward_.emplace_back(dnnl::eltwise_forward(forward),
                                  Arguments{{DNNL_ARG_SRC, source}, {DNNL_ARG_DST, result}});
            backward_.emplace_back(
                dnnl::eltwise_backward(backward),
                Arguments{{DNNL_ARG_SRC, source}, {DNNL_ARG_DIFF_DST, later}, {DNNL_ARG_DIFF_SRC, change}});
            source = result;
            change = later;
        }
    }

    void forward(const ParameterBlocks&) override {
        for (const PreparedCall& stage : forward_) {
            stage.run(oneDnn_);
        }
    }

    void backward(const ParameterBlocks&, ParameterBlocks&) override {
        if (!inputShare_.isWanted()) {
            return;
        }
        backward_.back().bind(DNNL_ARG_DIFF_DST, output_->gradient());
        for (const PreparedCall& stage : std::views::reverse(backward_)) {
            stage.run(oneDnn_);
        }
        inputShare_.deliver(inputShare_.own(oneDnn_), oneDnn_);
    }

  private:
    OneDnn& oneDnn_;
    Activations& input_;
    Activations* output_ = nullptr;
    std::vector<PreparedCall> forward_, backward_; ///< one per function
    GradientShare inputShare_;
};

} // namespace

std::unique_ptr<TrainingLayer> trainPool(const LayerContext& context, const nn::Node& node,
                                         const nn::Pool& op) {
    return std::make_unique<PoolLayer>(context, node, op);
}

std::unique_ptr<TrainingLayer> trainActivation(const LayerContext& context, const nn::Node& node,
                                               const nn::Activation& op) {
    return std::make_unique<ActivationLayer>(context, node, op);
}

} // namespace tandem::train
