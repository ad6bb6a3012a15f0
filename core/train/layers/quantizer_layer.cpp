// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/train/layers/learned_step_size.h"
#include "core/train/layers/training_layer.h"

namespace tandem::train {

namespace {

/// Rounds activations with a learned step.
class QuantizerLayer : public TrainingLayer {
  public:
    QuantizerLayer(const LayerContext& context, const nn::Node& node, const ActivationQuantizer& quantizer)
        : oneDnn_(context.oneDnn), input_(context.at(node.inputs.at(0))) {
        range_ = rangeOf(quantizer);
        step_ = static_cast<std::size_t>(context.parameterOf.at(static_cast<std::size_t>(quantizer.step)));
        // Layouts may pad with zeros, which must stay zeros.
        const bool keepsZero =
            range_.low <= 0.0F && range_.high >= 0.0F && range_.lowest <= 0 && range_.highest >= 0;
        const nn::Shape& shape = context.shape(node.outputs.at(0));
        const dnnl::memory::desc layout = keepsZero ? input_.layout() : plainLayout(shape);
        toLayout_ = Conversion(layout);
        inputShare_ = GradientShare(input_, layout);
        output_ = &context.make(node.outputs[0], layout);
        const auto perSample = static_cast<std::size_t>(nn::elementCount(shape) / context.samples);
        gradientScale_ = stepGradientScale(perSample, range_.lowest, range_.highest);
    }

    void forward(const ParameterBlocks& parameters) override {
        given_ = toLayout_(input_.value(), oneDnn_);
        roundToSteps(elements(given_), parameters[step_].at(0), range_, elements(output_->value()));
    }

    void backward(const ParameterBlocks& parameters, ParameterBlocks& gradients) override {
        const dnnl::memory& share = inputShare_.own(oneDnn_);
        const double byStep = roundingGradient(elements(given_), parameters[step_].at(0), range_,
                                               elements(output_->gradient()), elements(share));
        gradients[step_].at(0) += static_cast<float>(gradientScale_ * byStep);
        if (inputShare_.isWanted()) {
            inputShare_.deliver(share, oneDnn_);
        }
    }

  private:
    static std::span<float> elements(const dnnl::memory& memory) {
        return {elementsOf(memory), floatCount(memory.get_desc())};
    }

    OneDnn& oneDnn_;
    Activations& input_;
    Activations* output_ = nullptr;
    RoundingRange range_;
    std::size_t step_ = 0;
    double gradientScale_ = 1.0;
    Conversion toLayout_;
    dnnl::memory given_;
    GradientShare inputShare_;
};

} // namespace

std::unique_ptr<TrainingLayer> makeQuantizerLayer(const LayerContext& context, const nn::Node& node,
                                                  const ActivationQuantizer& quantizer) {
    if (!std::holds_alternative<nn::Identity>(node.op)) {
        throw workError("node '{}' ({}) cannot round; an Identity can", node.name, nn::operatorName(node.op));
    }
    return std::make_unique<QuantizerLayer>(context, node, quantizer);
}

} // namespace tandem::train
