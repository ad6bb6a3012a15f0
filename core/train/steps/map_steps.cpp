// SPDX-License-Identifier: GPL-3.0-or-later
// Pooling, normalizations and element-wise functions of feature maps.
#include "core/base/error.h"
#include "core/train/steps/primitive_step.h"

#include <limits>

namespace tandem::train {

namespace {

using dnnl::memory;

/// Batch normalization and its like see [N,C,1,rest] when the value is no feature map.
nn::Shape asMap(const nn::Shape& shape) {
    if (shape.size() == 4) {
        return shape;
    }
    if (shape.size() < 2) {
        throw inputError("a tensor of at least 2 dimensions is needed, {} was found", nn::toString(shape));
    }
    const auto rest = nn::elementCount(nn::Shape(shape.begin() + 2, shape.end()));
    return {shape[0], shape[1], 1, rest};
}

std::optional<dnnl::algorithm> algorithmOf(nn::ActivationKind kind) {
    switch (kind) {
    case nn::ActivationKind::Relu:
    case nn::ActivationKind::LeakyRelu:
        return dnnl::algorithm::eltwise_relu;
    case nn::ActivationKind::Clip:
        return dnnl::algorithm::eltwise_clip;
    case nn::ActivationKind::Sigmoid:
        return dnnl::algorithm::eltwise_logistic;
    case nn::ActivationKind::Tanh:
        return dnnl::algorithm::eltwise_tanh;
    default:
        return std::nullopt;
    }
}

dnnl::algorithm algorithmOf(nn::BinaryKind kind) {
    switch (kind) {
    case nn::BinaryKind::Add:
        return dnnl::algorithm::binary_add;
    case nn::BinaryKind::Subtract:
        return dnnl::algorithm::binary_sub;
    case nn::BinaryKind::Multiply:
        return dnnl::algorithm::binary_mul;
    case nn::BinaryKind::Divide:
        return dnnl::algorithm::binary_div;
    case nn::BinaryKind::Maximum:
        return dnnl::algorithm::binary_max;
    }
    return dnnl::algorithm::undef;
}

/// y = x / (bias + alpha / size * sum of x^2 over `size` channels around c)^beta; of an even number of
/// channels the larger half follows c (ONNX), which oneDNN does not offer.
class LocalResponseStep : public Step {
  public:
    LocalResponseStep(const nn::Node& node, const nn::LocalResponseNormalization& op)
        : input_(node.inputs.at(0)), output_(node.outputs.at(0)), op_(op) {}

    void run(Values& values, OneDnn& oneDnn) override {
        const nn::Tensor& x = values.tensor(input_, oneDnn);
        nn::Tensor y = nn::Tensor::zeros(nn::ElementType::Float32, x.shape);
        const std::int64_t channels = x.shape.at(1);
        const std::int64_t area = nn::elementCount({x.shape.begin() + 2, x.shape.end()});
        for (std::int64_t n = 0; n < x.shape[0]; ++n) {
            for (std::int64_t c = 0; c < channels; ++c) {
                const std::int64_t first = std::max<std::int64_t>(0, c - (op_.size - 1) / 2);
                const std::int64_t last = std::min(channels - 1, c + op_.size / 2);
                for (std::int64_t i = 0; i < area; ++i) {
                    const auto at = [&](std::int64_t channel) {
                        return static_cast<std::size_t>((n * channels + channel) * area + i);
                    };
                    float sum = 0.0F;
                    for (std::int64_t k = first; k <= last; ++k) {
                        sum += x.floats()[at(k)] * x.floats()[at(k)];
                    }
                    const float base = op_.bias + op_.alpha / static_cast<float>(op_.size) * sum;
                    y.floats()[at(c)] = x.floats()[at(c)] * std::pow(base, -op_.beta);
                }
            }
        }
        values.setTensor(output_, std::move(y));
    }

  private:
    nn::ValueId input_, output_;
    nn::LocalResponseNormalization op_;
};

} // namespace

std::unique_ptr<Step> makePool(StepContext& context, const nn::Node& node, const nn::Pool& op) {
    const nn::Graph& graph = context.graph;
    const nn::Shape& source = graph.value(node.inputs.at(0)).shape;
    const nn::Shape& result = graph.value(node.outputs.at(0)).shape;
    const auto algorithm = op.kind == nn::PoolKind::Maximum ? dnnl::algorithm::pooling_max
                           : op.countPadding                ? dnnl::algorithm::pooling_avg_include_padding
                                                            : dnnl::algorithm::pooling_avg_exclude_padding;
    const memory::desc layout = context.layoutOf(node.inputs[0]);
    const dnnl::pooling_v2_forward::desc description(
        dnnl::prop_kind::forward_inference, algorithm, layout, anyLayout(result), dims(op.stride),
        dims(op.kernel), dilationDims(op.dilation), leadingDims(op.padding), trailingDims(op.padding));
    const dnnl::pooling_v2_forward::primitive_desc prepared(description, ownScratchpad(),
                                                            context.oneDnn.engine);
    auto step = std::make_unique<PrimitiveStep>(dnnl::pooling_v2_forward(prepared), node.outputs[0],
                                                prepared.dst_desc(), context.oneDnn);
    step->addInput(DNNL_ARG_SRC, {graph, node.inputs[0], plainLayout(source), prepared.src_desc()});
    context.setLayout(node.outputs[0], prepared.dst_desc());
    return step;
}

std::unique_ptr<Step> makeBatchNormalization(StepContext& context, const nn::Node& node,
                                             const nn::BatchNormalization& op) {
    const nn::Graph& graph = context.graph;
    const nn::Shape& shape = graph.value(node.inputs.at(0)).shape;
    const nn::Shape map = asMap(shape);
    const memory::desc layout = map == shape ? context.layoutOf(node.inputs[0]) : plainLayout(map);
    using dnnl::normalization_flags;
    const dnnl::batch_normalization_forward::desc description(
        dnnl::prop_kind::forward_inference, layout, op.epsilon,
        normalization_flags::use_global_stats | normalization_flags::use_scale |
            normalization_flags::use_shift);
    const dnnl::batch_normalization_forward::primitive_desc prepared(description, ownScratchpad(),
                                                                     context.oneDnn.engine);
    auto step = std::make_unique<PrimitiveStep>(dnnl::batch_normalization_forward(prepared), node.outputs[0],
                                                prepared.dst_desc(), context.oneDnn);
    step->addInput(DNNL_ARG_SRC, {graph, node.inputs[0], plainLayout(map), layout});
    const memory::desc perChannel = plainLayout({map[1]});
    constexpr std::array kArguments{DNNL_ARG_SCALE, DNNL_ARG_SHIFT, DNNL_ARG_MEAN, DNNL_ARG_VARIANCE};
    for (std::size_t i = 0; i < kArguments.size(); ++i) {
        step->addInput(kArguments[i], {graph, node.inputs.at(i + 1), perChannel, perChannel});
    }
    if (map == shape) {
        context.setLayout(node.outputs[0], prepared.dst_desc());
    }
    return step;
}

std::unique_ptr<Step> makeLocalResponseNormalization(StepContext&, const nn::Node& node,
                                                     const nn::LocalResponseNormalization& op) {
    return std::make_unique<LocalResponseStep>(node, op);
}

std::unique_ptr<Step> makeActivation(StepContext& context, const nn::Node& node, const nn::Activation& op) {
    const nn::ValueId input = node.inputs.at(0);
    const auto algorithm = algorithmOf(op.kind);
    if (!algorithm || !context.hasOwnLayout(input)) {
        return nullptr;
    }
    const bool clip = op.kind == nn::ActivationKind::Clip;
    constexpr float kWidest = std::numeric_limits<float>::max();
    const float alpha = clip                                       ? std::max(op.low, -kWidest)
                        : op.kind == nn::ActivationKind::LeakyRelu ? op.alpha
                                                                   : 0.0F;
    const float beta = clip ? std::min(op.high, kWidest) : 0.0F;
    const memory::desc layout = context.layoutOf(input);
    const dnnl::eltwise_forward::desc description(dnnl::prop_kind::forward_inference, *algorithm, layout,
                                                  alpha, beta);
    const dnnl::eltwise_forward::primitive_desc prepared(description, ownScratchpad(), context.oneDnn.engine);
    auto step = std::make_unique<PrimitiveStep>(dnnl::eltwise_forward(prepared), node.outputs[0], layout,
                                                context.oneDnn);
    step->addInput(DNNL_ARG_SRC, {context.graph, input, layout, layout});
    context.setLayout(node.outputs[0], layout);
    return step;
}

std::unique_ptr<Step> makeBinary(StepContext& context, const nn::Node& node, const nn::Binary& op) {
    const nn::Graph& graph = context.graph;
    const nn::ValueId a = node.inputs.at(0);
    const nn::ValueId b = node.inputs.at(1);
    const nn::Shape& shape = graph.value(a).shape;
    if (shape != graph.value(b).shape || !(context.hasOwnLayout(a) || context.hasOwnLayout(b)) ||
        !nn::isFloat(graph.value(a).type)) {
        return nullptr;
    }
    const memory::desc layout = context.layoutOf(context.hasOwnLayout(a) ? a : b);
    const dnnl::binary::desc description(algorithmOf(op.kind), layout, layout, layout);
    const dnnl::binary::primitive_desc prepared(description, ownScratchpad(), context.oneDnn.engine);
    auto step =
        std::make_unique<PrimitiveStep>(dnnl::binary(prepared), node.outputs[0], layout, context.oneDnn);
    step->addInput(DNNL_ARG_SRC_0, {graph, a, plainLayout(shape), layout});
    step->addInput(DNNL_ARG_SRC_1, {graph, b, plainLayout(shape), layout});
    context.setLayout(node.outputs[0], layout);
    return step;
}

} // namespace tandem::train
