// SPDX-License-Identifier: GPL-3.0-or-later
// Layers that compute nothing: transpose, slice, split, gather, padding, nearest resize; reshape.
#include "core/nn/kernels/kernels.h"
#include "core/train/layers/training_layer.h"

namespace tandem::train {

namespace {

using dnnl::memory;

constexpr std::int64_t kNothing = -1; ///< stands for an element that is 0

/// Where every element of the outputs comes from: the reference kernel is given the elements' numbers.
std::vector<std::vector<std::int64_t>> sourcesOf(const LayerContext& context, const nn::Node& node) {
    const nn::Shape& shape = context.shape(node.inputs.at(0));
    nn::Tensor numbers = nn::Tensor::zeros(nn::ElementType::Int64, shape);
    std::iota(numbers.integers().begin(), numbers.integers().end(), 1); // 0 is what padding gives
    std::vector<nn::TensorType> types;
    for (const nn::ValueId output : node.outputs) {
        types.push_back({nn::ElementType::Int64, context.shape(output)});
    }
    const nn::Tensor* inputs[] = {&numbers};
    std::vector<std::vector<std::int64_t>> sources;
    for (nn::Tensor& moved : nn::kernels::evaluate(node.op, inputs, types)) {
        for (std::int64_t& number : moved.integers()) {
            number = number == 0 ? kNothing : number - 1;
        }
        sources.push_back(std::move(moved.integers()));
    }
    return sources;
}

class MovementLayer : public TrainingLayer {
  public:
    MovementLayer(const LayerContext& context, const nn::Node& node)
        : oneDnn_(context.oneDnn),
          input_(context.at(node.inputs.at(0))),
          toPlain_(plainLayout(context.shape(node.inputs[0]))),
          inputShare_(input_, plainLayout(context.shape(node.inputs[0]))) {
        std::vector<std::vector<std::int64_t>> sources = sourcesOf(context, node);
        for (std::size_t i = 0; i < node.outputs.size(); ++i) {
            const nn::ValueId id = node.outputs[i];
            parts_.push_back({&context.make(id, plainLayout(context.shape(id))), std::move(sources.at(i))});
        }
    }

    void forward(const ParameterBlocks&) override {
        const float* given = elementsOf(toPlain_(input_.value(), oneDnn_));
        for (const Part& part : parts_) {
            std::ranges::transform(part.sources, elementsOf(part.output->value()), [&](std::int64_t source) {
                return source == kNothing ? 0.0F : given[source];
            });
        }
    }

    void backward(const ParameterBlocks&, ParameterBlocks&) override {
        if (!inputShare_.isWanted()) {
            return;
        }
        const memory& share = inputShare_.own(oneDnn_);
        float* sums = elementsOf(share);
        std::fill_n(sums, floatCount(share.get_desc()), 0.0F);
        for (const Part& part : parts_) {
            if (!part.output->hasGradient()) { // nothing that counts reads this output
                continue;
            }
            const float* gradient = elementsOf(part.output->gradient());
            for (std::size_t i = 0; i < part.sources.size(); ++i) {
                if (part.sources[i] != kNothing) {
                    sums[part.sources[i]] += gradient[i];
                }
            }
        }
        inputShare_.deliver(share, oneDnn_);
    }

  private:
    struct Part {
        Activations* output;
        std::vector<std::int64_t> sources; ///< per element its number in the input, or kNothing
    };

    OneDnn& oneDnn_;
    Activations& input_;
    Conversion toPlain_;
    GradientShare inputShare_;
    std::vector<Part> parts_;
};

/// The same elements in row-major order under another shape.
class ReshapeLayer : public TrainingLayer {
  public:
    ReshapeLayer(const LayerContext& context, const nn::Node& node)
        : oneDnn_(context.oneDnn),
          input_(context.at(node.inputs.at(0))),
          output_(context.make(node.outputs.at(0), plainLayout(context.shape(node.outputs.at(0))))),
          inputShare_(input_, plainLayout(context.shape(node.inputs[0]))) {
        const memory::desc plain = plainLayout(context.shape(node.inputs[0]));
        const memory result(plain, oneDnn_.engine, output_.value().get_data_handle());
        copy_ = PreparedCall(dnnl::reorder(input_.value(), result),
                             {{DNNL_ARG_FROM, input_.value()}, {DNNL_ARG_TO, result}});
        gradient_ = memory(plain, oneDnn_.engine, nullptr);
    }

    void forward(const ParameterBlocks&) override { copy_.run(oneDnn_); }

    void backward(const ParameterBlocks&, ParameterBlocks&) override {
        if (inputShare_.isWanted()) {
            gradient_.set_data_handle(output_.gradient().get_data_handle());
            inputShare_.deliver(gradient_, oneDnn_);
        }
    }

  private:
    OneDnn& oneDnn_;
    Activations& input_;
    Activations& output_;
    PreparedCall copy_;
    memory gradient_; ///< the output's, in the input's shape
    GradientShare inputShare_;
};

} // namespace

std::unique_ptr<TrainingLayer> trainMovement(const LayerContext& context, const nn::Node& node) {
    return std::make_unique<MovementLayer>(context, node);
}

std::unique_ptr<TrainingLayer> trainReshape(const LayerContext& context, const nn::Node& node) {
    return std::make_unique<ReshapeLayer>(context, node);
}

} // namespace tandem::train
