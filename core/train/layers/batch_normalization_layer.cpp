// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/layers/training_layer.h"

namespace tandem::train {

namespace {

using dnnl::memory;

/// Batch normalization, with a Relu behind it where that is asked for. It normalizes with the statistics of
/// the shard or with the running ones.
class BatchNormalizationLayer : public TrainingLayer {
  public:
    BatchNormalizationLayer(const LayerContext& context, const nn::Node& node, float epsilon,
                            nn::ValueId output, bool rectifies)
        : oneDnn_(context.oneDnn),
          input_(context.at(node.inputs.at(0))),
          output_(&context.make(output, input_.layout())),
          usesRunning_(context.statistics == BatchStatistics::Running),
          outputGradient_(input_.layout()),
          inputShare_(input_, input_.layout()) {
        using dnnl::normalization_flags;
        const memory::desc layout = input_.layout();
        auto flags = normalization_flags::use_scale | normalization_flags::use_shift;
        flags = rectifies ? flags | normalization_flags::fuse_norm_relu : flags;
        flags = usesRunning_ ? flags | normalization_flags::use_global_stats : flags;
        const dnnl::batch_normalization_forward::primitive_desc forward(
            {dnnl::prop_kind::forward_training, layout, epsilon, flags}, ownScratchpad(), oneDnn_.engine);
        const dnnl::batch_normalization_backward::primitive_desc backward(
            {dnnl::prop_kind::backward, layout, layout, epsilon, flags}, ownScratchpad(), oneDnn_.engine,
            forward);

        perChannel_ = plainLayout({context.shape(node.inputs[0]).at(1)});
        for (std::size_t i = 0; i < kSlots; ++i) {
            parameters_[i] = ParameterView(context.parameter(node, i + 1), perChannel_, oneDnn_);
        }
        for (const Slot slot : {kScale, kShift}) {
            gradients_[slot] = ParameterView(context.parameter(node, slot + 1), perChannel_, oneDnn_);
        }
        mean_ = usesRunning_ ? parameters_[kMean].memory() : memory(perChannel_, oneDnn_.engine);
        variance_ = usesRunning_ ? parameters_[kVariance].memory() : memory(perChannel_, oneDnn_.engine);
        const memory positive = rectifies ? memory(forward.workspace_desc(), oneDnn_.engine) : memory();
        const Arguments shared{{DNNL_ARG_SRC, input_.value()},
                               {DNNL_ARG_SCALE, parameters_[kScale].memory()},
                               {DNNL_ARG_SHIFT, parameters_[kShift].memory()},
                               {DNNL_ARG_MEAN, mean_},
                               {DNNL_ARG_VARIANCE, variance_},
                               {DNNL_ARG_WORKSPACE, positive}};
        forward_ = PreparedCall(dnnl::batch_normalization_forward(forward), shared);
        forward_.bind(DNNL_ARG_DST, output_->value());
        backward_ = PreparedCall(dnnl::batch_normalization_backward(backward), shared);
        backward_.bind(DNNL_ARG_DIFF_SRC, inputShare_.own(oneDnn_));
        backward_.bind(DNNL_ARG_DIFF_SCALE, gradients_[kScale].memory());
        backward_.bind(DNNL_ARG_DIFF_SHIFT, gradients_[kShift].memory());
    }

    void forward(const ParameterBlocks& parameters) override {
        for (ParameterView& view : parameters_) {
            view.follow(parameters);
        }
        forward_.run(oneDnn_);
    }

    void backward(const ParameterBlocks& parameters, ParameterBlocks& gradients) override {
        for (ParameterView& view : parameters_) {
            view.follow(parameters);
        }
        gradients_[kScale].follow(gradients);
        gradients_[kShift].follow(gradients);
        backward_.bind(DNNL_ARG_DIFF_DST, outputGradient_(output_->gradient(), oneDnn_));
        backward_.run(oneDnn_);
        if (inputShare_.isWanted()) {
            inputShare_.deliver(inputShare_.own(oneDnn_), oneDnn_);
        }
    }

    void readStatistics(ParameterBlocks& blocks) const override {
        for (const auto& [statistic, slot] : {std::pair{&mean_, kMean}, std::pair{&variance_, kVariance}}) {
            std::copy_n(elementsOf(*statistic), floatCount(perChannel_),
                        parameters_[slot].in(blocks).begin());
        }
    }

  private:
    enum Slot : std::size_t { kScale, kShift, kMean, kVariance, kSlots };

    OneDnn& oneDnn_;
    Activations& input_;
    Activations* output_;
    bool usesRunning_;
    std::array<ParameterView, kSlots> parameters_;
    std::array<ParameterView, 2> gradients_; ///< of scale and shift
    PreparedCall forward_, backward_;
    memory::desc perChannel_;
    memory mean_, variance_;
    Conversion outputGradient_;
    GradientShare inputShare_;
};

} // namespace

std::unique_ptr<TrainingLayer> trainBatchNormalization(const LayerContext& context, const nn::Node& node,
                                                       const nn::BatchNormalization& op, nn::ValueId output,
                                                       bool rectifies) {
    return std::make_unique<BatchNormalizationLayer>(context, node, op.epsilon, output, rectifies);
}

} // namespace tandem::train
