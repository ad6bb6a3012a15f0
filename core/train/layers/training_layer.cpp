// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/layers/training_layer.h"

#include "core/base/error.h"

namespace tandem::train {

const dnnl::memory& Conversion::operator()(const dnnl::memory& source, const OneDnn& oneDnn) {
    if (source.get_desc() == wanted_) {
        return source;
    }
    if (!converted_) {
        converted_ = dnnl::memory(wanted_, oneDnn.engine);
        conversion_ = PreparedCall(dnnl::reorder(source, converted_), {{DNNL_ARG_TO, converted_}});
    }
    conversion_.bind(DNNL_ARG_FROM, source);
    conversion_.run(oneDnn);
    return converted_;
}

Activations::Activations(const dnnl::memory::desc& layout, const OneDnn& oneDnn, bool wantsGradient)
    : value_(layout, oneDnn.engine), wantsGradient_(wantsGradient) {}

void Activations::addGradient(const dnnl::memory& share, const OneDnn& oneDnn) {
    if (!hasGradient_) {
        gradient_ = share;
        hasGradient_ = true;
        return;
    }
    if (!sum_) {
        sum_ = dnnl::memory(layout(), oneDnn.engine);
    }
    const float* a = elementsOf(gradient_);
    std::transform(a, a + floatCount(layout()), elementsOf(share), elementsOf(sum_), std::plus<>());
    gradient_ = sum_;
}

const dnnl::memory& GradientShare::own(const OneDnn& oneDnn) {
    if (!own_) {
        own_ = dnnl::memory(layout_, oneDnn.engine);
    }
    return own_;
}

int LayerContext::parameter(const nn::Node& node, std::size_t input) const {
    if (input >= node.inputs.size() || node.inputs[input] == nn::kNoValue) {
        return -1;
    }
    const int number = parameterOf.at(static_cast<std::size_t>(node.inputs[input]));
    if (number < 0) {
        throw inputError("its weights are computed by the network; the trainer takes constants");
    }
    return number;
}

Activations& LayerContext::make(nn::ValueId id, const dnnl::memory::desc& layout) const {
    at(id) = Activations(layout, oneDnn, true);
    return at(id);
}

namespace {

struct LayerMaker {
    const LayerContext& context;
    const nn::Node& node;

    using Made = std::unique_ptr<TrainingLayer>;

    Made operator()(const nn::Convolution& op) const { return trainConvolution(context, node, op); }
    Made operator()(const nn::TransposedConvolution& op) const {
        return trainTransposedConvolution(context, node, op);
    }
    Made operator()(const nn::Linear&) const { return trainLinear(context, node); }
    Made operator()(const nn::BatchNormalization& op) const {
        return trainBatchNormalization(context, node, op, node.outputs.at(0), false);
    }
    Made operator()(const nn::Pool& op) const { return trainPool(context, node, op); }
    Made operator()(const nn::GlobalPool& op) const { return poolAll(op.kind); }
    Made operator()(const nn::ReduceMean& op) const {
        const bool isGlobalPool = op.keepDimensions && context.shape(node.inputs.at(0)).size() == 4 &&
                                  (op.axes == std::vector{2, 3} || op.axes == std::vector{3, 2});
        return isGlobalPool ? poolAll(nn::PoolKind::Average) : refuse();
    }
    Made operator()(const nn::Activation& op) const { return trainActivation(context, node, op); }
    Made operator()(const nn::Binary& op) const {
        const nn::ValueId a = node.inputs.at(0), b = node.inputs.at(1);
        const bool isPlainSum = op.kind == nn::BinaryKind::Add && context.isComputed(a) &&
                                context.isComputed(b) && context.shape(a) == context.shape(b);
        return isPlainSum ? trainAdd(context, node, node.outputs.at(0), false)
                          : trainBinary(context, node, op);
    }
    Made operator()(const nn::Concat& op) const { return trainConcat(context, node, op); }
    Made operator()(const nn::Split&) const { return trainMovement(context, node); }
    Made operator()(const nn::Slice&) const { return trainMovement(context, node); }
    Made operator()(const nn::Gather&) const { return trainMovement(context, node); }
    Made operator()(const nn::Transpose&) const { return trainMovement(context, node); }
    Made operator()(const nn::Pad& op) const {
        return op.mode != nn::PadMode::Constant || op.value == 0.0F ? trainMovement(context, node) : refuse();
    }
    Made operator()(const nn::Resize& op) const {
        return op.mode == nn::ResizeMode::Nearest ? trainMovement(context, node) : refuse();
    }
    Made operator()(const nn::Reshape&) const { return trainReshape(context, node); }
    Made operator()(const nn::Identity&) const { return trainReshape(context, node); }
    template <typename Other>
    Made operator()(const Other&) const {
        return refuse();
    }

    Made poolAll(nn::PoolKind kind) const {
        const nn::Shape& source = context.shape(node.inputs.at(0));
        nn::Pool pool;
        pool.kind = kind;
        pool.kernel = {static_cast<int>(source.at(2)), static_cast<int>(source.at(3))};
        return trainPool(context, node, pool);
    }

    Made refuse() const {
        throw inputError("the trainer has no gradient for this operator with these inputs; it has them for "
                         "convolution, transposed convolution, linear, batch normalization, pooling, "
                         "element-wise arithmetic, activations, concatenation, reshape, transpose, split, "
                         "slice, gather, padding with zeros and nearest resize");
    }
};

/// Runs `make` with the node's name in front of what goes wrong.
template <typename Make>
std::unique_ptr<TrainingLayer> named(const LayerContext& context, const nn::Node& node, const Make& make) {
    const std::string name = fmt::format("node '{}' ({})", node.name, nn::operatorName(node.op));
    try {
        const bool readsComputed = std::ranges::any_of(
            node.inputs, [&](nn::ValueId id) { return id != nn::kNoValue && context.isComputed(id); });
        if (!readsComputed) {
            throw inputError("its inputs are constants; the trainer takes computed values");
        }
        return make();
    } catch (const dnnl::error& error) {
        throw workError("{}: oneDNN does not train it with these shapes: {}", name, error.what());
    } catch (const Error& error) {
        throw error.within(name);
    }
}

} // namespace

std::unique_ptr<TrainingLayer> makeTrainingLayer(const LayerContext& context, const nn::Node& node) {
    return named(context, node, [&] { return std::visit(LayerMaker{context, node}, node.op); });
}

std::unique_ptr<TrainingLayer> makeRectifiedLayer(const LayerContext& context, const nn::Node& node,
                                                  nn::ValueId rectified) {
    return named(context, node, [&]() -> std::unique_ptr<TrainingLayer> {
        if (const auto* normalization = std::get_if<nn::BatchNormalization>(&node.op)) {
            return trainBatchNormalization(context, node, *normalization, rectified, true);
        }
        const auto* binary = std::get_if<nn::Binary>(&node.op);
        const bool isPlainSum = binary != nullptr && binary->kind == nn::BinaryKind::Add &&
                                context.isComputed(node.inputs[0]) && context.isComputed(node.inputs[1]) &&
                                context.shape(node.inputs[0]) == context.shape(node.inputs[1]);
        return isPlainSum ? trainAdd(context, node, rectified, true) : nullptr;
    });
}

} // namespace tandem::train
