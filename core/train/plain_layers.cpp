// SPDX-License-Identifier: GPL-3.0-or-later
// Layers without parameters: pooling, activations, addition, concatenation, reshape.
#include "core/base/error.h"
#include "core/train/training_layer.h"

#include <limits>

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
        const memory::desc x = input_.value().get_desc();
        const memory::dims stride = dims(op.stride);
        const memory::dims kernel = dims(op.kernel);
        const memory::dims dilation = dilationDims(op.dilation);
        const memory::dims before = leadingDims(op.padding);
        const memory::dims after = trailingDims(op.padding);
        const dnnl::pooling_v2_forward::primitive_desc forward(
            {dnnl::prop_kind::forward_training, algorithm, x, anyLayout(context.shape(node.outputs.at(0))),
             stride, kernel, dilation, before, after},
            oneDnn_.engine);
        const dnnl::pooling_v2_backward::primitive_desc backward(
            {algorithm, x, forward.dst_desc(), stride, kernel, dilation, before, after}, oneDnn_.engine,
            forward);
        forward_ = dnnl::pooling_v2_forward(forward);
        backward_ = dnnl::pooling_v2_backward(backward);
        if (op.kind == nn::PoolKind::Maximum) {
            winners_ = memory(forward.workspace_desc(), oneDnn_.engine);
        }
        inputChange_ = memory(backward.diff_src_desc(), oneDnn_.engine);
        output_ = &context.makeOutput(node, forward.dst_desc());
    }

    void forward(const ParameterBlocks&) override {
        run(forward_, {{DNNL_ARG_SRC, input_.value()}, {DNNL_ARG_DST, output_->value()}});
    }

    void backward(const ParameterBlocks&, ParameterBlocks&) override {
        if (input_.wantsGradient()) {
            run(backward_, {{DNNL_ARG_DIFF_DST, output_->gradient()}, {DNNL_ARG_DIFF_SRC, inputChange_}});
            input_.addGradient(inputChange_, oneDnn_);
        }
    }

  private:
    void run(const dnnl::primitive& primitive, std::unordered_map<int, memory> arguments) {
        if (winners_) {
            arguments.emplace(DNNL_ARG_WORKSPACE, winners_);
        }
        primitive.execute(oneDnn_.stream, arguments);
    }

    OneDnn& oneDnn_;
    Activations& input_;
    Activations* output_ = nullptr;
    dnnl::pooling_v2_forward forward_;
    dnnl::pooling_v2_backward backward_;
    memory winners_, inputChange_;
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
        const memory::desc layout = input_.value().get_desc();
        output_ = &context.makeOutput(node, layout);
        const std::vector<Function> functions = functionsOf(op);
        memory source = input_.value();
        for (std::size_t i = 0; i < functions.size(); ++i) {
            const auto& [algorithm, alpha, beta] = functions[i];
            const dnnl::eltwise_forward::primitive_desc forward(
                {dnnl::prop_kind::forward_training, algorithm, layout, alpha, beta}, oneDnn_.engine);
            const dnnl::eltwise_backward::primitive_desc backward({algorithm, layout, layout, alpha, beta},
                                                                  oneDnn_.engine, forward);
            const bool last = i + 1 == functions.size();
            stages_.push_back({dnnl::eltwise_forward(forward), dnnl::eltwise_backward(backward), source,
                               last ? output_->value() : memory(layout, oneDnn_.engine),
                               memory(layout, oneDnn_.engine)});
            source = stages_.back().result;
        }
    }

    void forward(const ParameterBlocks&) override {
        for (Stage& stage : stages_) {
            stage.forward.execute(oneDnn_.stream,
                                  {{DNNL_ARG_SRC, stage.source}, {DNNL_ARG_DST, stage.result}});
        }
    }

    void backward(const ParameterBlocks&, ParameterBlocks&) override {
        if (!input_.wantsGradient()) {
            return;
        }
        memory gradient = output_->gradient();
        for (std::size_t i = stages_.size(); i-- > 0;) {
            stages_[i].backward.execute(oneDnn_.stream, {{DNNL_ARG_SRC, stages_[i].source},
                                                         {DNNL_ARG_DIFF_DST, gradient},
                                                         {DNNL_ARG_DIFF_SRC, stages_[i].change}});
            gradient = stages_[i].change;
        }
        input_.addGradient(gradient, oneDnn_);
    }

  private:
    struct Stage {
        dnnl::eltwise_forward forward;
        dnnl::eltwise_backward backward;
        memory source, result, change;
    };

    OneDnn& oneDnn_;
    Activations& input_;
    Activations* output_ = nullptr;
    std::vector<Stage> stages_;
};

class AddLayer : public TrainingLayer {
  public:
    AddLayer(const LayerContext& context, const nn::Node& node)
        : oneDnn_(context.oneDnn), a_(context.at(node.inputs.at(0))), b_(context.at(node.inputs.at(1))) {
        if (!b_.value()) {
            throw inputError("its second input is a constant; the trainer takes computed values");
        }
        const memory::desc layout = a_.value().get_desc();
        forward_ = dnnl::binary(dnnl::binary::primitive_desc(
            {dnnl::algorithm::binary_add, layout, layout, layout}, oneDnn_.engine));
        second_ = Conversion(layout);
        output_ = &context.makeOutput(node, layout);
    }

    void forward(const ParameterBlocks&) override {
        forward_.execute(oneDnn_.stream, {{DNNL_ARG_SRC_0, a_.value()},
                                          {DNNL_ARG_SRC_1, second_(b_.value(), oneDnn_)},
                                          {DNNL_ARG_DST, output_->value()}});
    }

    void backward(const ParameterBlocks&, ParameterBlocks&) override {
        for (Activations* side : {&a_, &b_}) {
            if (side->wantsGradient()) {
                side->addGradient(output_->gradient(), oneDnn_);
            }
        }
    }

  private:
    OneDnn& oneDnn_;
    Activations &a_, &b_;
    Activations* output_ = nullptr;
    dnnl::binary forward_;
    Conversion second_;
};

class ConcatLayer : public TrainingLayer {
  public:
    ConcatLayer(const LayerContext& context, const nn::Node& node, const nn::Concat& op)
        : oneDnn_(context.oneDnn) {
        output_ = &context.makeOutput(node, plainLayout(context.shape(node.outputs.at(0))));
        const memory::desc whole = output_->value().get_desc();
        memory::dims offset(whole.dims().size(), 0);
        for (const nn::ValueId id : node.inputs) {
            Activations& input = context.at(id);
            if (!input.value()) {
                throw inputError("one of its inputs is a constant; the trainer takes computed values");
            }
            const nn::Shape& shape = context.shape(id);
            parts_.push_back({&input, whole.submemory_desc(shape, offset)});
            offset.at(static_cast<std::size_t>(op.axis)) += shape.at(static_cast<std::size_t>(op.axis));
        }
    }

    void forward(const ParameterBlocks&) override {
        for (const Part& part : parts_) {
            reorder(part.input->value(), within(output_->value(), part), oneDnn_);
        }
    }

    void backward(const ParameterBlocks&, ParameterBlocks&) override {
        for (const Part& part : parts_) {
            if (part.input->wantsGradient()) {
                part.input->addGradient(within(output_->gradient(), part), oneDnn_);
            }
        }
    }

  private:
    struct Part {
        Activations* input;
        memory::desc place;
    };

    memory within(const memory& whole, const Part& part) const {
        return {part.place, oneDnn_.engine, whole.get_data_handle()};
    }

    OneDnn& oneDnn_;
    Activations* output_ = nullptr;
    std::vector<Part> parts_;
};

/// The same elements in row-major order under another shape.
class ReshapeLayer : public TrainingLayer {
  public:
    ReshapeLayer(const LayerContext& context, const nn::Node& node)
        : oneDnn_(context.oneDnn),
          input_(context.at(node.inputs.at(0))),
          output_(context.makeOutput(node, plainLayout(context.shape(node.outputs.at(0))))),
          inputLayout_(plainLayout(context.shape(node.inputs[0]))) {}

    void forward(const ParameterBlocks&) override {
        reorder(input_.value(), asInput(output_.value()), oneDnn_);
    }

    void backward(const ParameterBlocks&, ParameterBlocks&) override {
        if (input_.wantsGradient()) {
            input_.addGradient(asInput(output_.gradient()), oneDnn_);
        }
    }

  private:
    memory asInput(const memory& output) const {
        return {inputLayout_, oneDnn_.engine, output.get_data_handle()};
    }

    OneDnn& oneDnn_;
    Activations& input_;
    Activations& output_;
    memory::desc inputLayout_;
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

std::unique_ptr<TrainingLayer> trainAdd(const LayerContext& context, const nn::Node& node) {
    return std::make_unique<AddLayer>(context, node);
}

std::unique_ptr<TrainingLayer> trainConcat(const LayerContext& context, const nn::Node& node,
                                           const nn::Concat& op) {
    return std::make_unique<ConcatLayer>(context, node, op);
}

std::unique_ptr<TrainingLayer> trainReshape(const LayerContext& context, const nn::Node& node) {
    return std::make_unique<ReshapeLayer>(context, node);
}

} // namespace tandem::train
