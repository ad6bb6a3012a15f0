// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/training_layer.h"

#include "core/base/error.h"

namespace tandem::train {

Activations::Activations(const dnnl::memory::desc& layout, OneDnn& oneDnn, bool wantsGradient)
    : value_(layout, oneDnn.engine), wantsGradient_(wantsGradient) {}

dnnl::memory& Activations::own(dnnl::memory& storage, OneDnn& oneDnn) const {
    if (!storage) {
        storage = dnnl::memory(value_.get_desc(), oneDnn.engine);
    }
    return storage;
}

void Activations::addGradient(const dnnl::memory& share, OneDnn& oneDnn) {
    const bool sameLayout = share.get_desc() == value_.get_desc();
    if (!hasGradient_) {
        // The first share stays where its layer computed it.
        gradient_ = sameLayout ? share : own(sum_, oneDnn);
        if (!sameLayout) {
            reorder(share, gradient_, oneDnn);
        }
        hasGradient_ = true;
        return;
    }
    const dnnl::memory added = sameLayout ? share : own(scratch_, oneDnn);
    if (!sameLayout) {
        reorder(share, added, oneDnn);
    }
    const dnnl::memory sum = own(sum_, oneDnn);
    const auto count = sum.get_desc().get_size() / sizeof(float);
    const auto* a = static_cast<const float*>(gradient_.get_data_handle());
    const auto* b = static_cast<const float*>(added.get_data_handle());
    std::transform(a, a + count, b, static_cast<float*>(sum.get_data_handle()), std::plus<>());
    gradient_ = sum;
}

const dnnl::memory& Conversion::operator()(const dnnl::memory& source, OneDnn& oneDnn) {
    if (source.get_desc() == wanted_) {
        return source;
    }
    if (!converted_) {
        converted_ = dnnl::memory(wanted_, oneDnn.engine);
        conversion_ = dnnl::reorder(source, converted_);
    }
    conversion_.execute(oneDnn.stream, {{DNNL_ARG_FROM, source}, {DNNL_ARG_TO, converted_}});
    return converted_;
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

Activations& LayerContext::makeOutput(const nn::Node& node, const dnnl::memory::desc& layout) const {
    Activations& output = at(node.outputs.at(0));
    output = Activations(layout, oneDnn, true);
    return output;
}

namespace {

struct LayerMaker {
    const LayerContext& context;
    const nn::Node& node;

    using Made = std::unique_ptr<TrainingLayer>;

    Made operator()(const nn::Convolution& op) const { return trainConvolution(context, node, op); }
    Made operator()(const nn::Linear&) const { return trainLinear(context, node); }
    Made operator()(const nn::BatchNormalization& op) const {
        return trainBatchNormalization(context, node, op);
    }
    Made operator()(const nn::Pool& op) const { return trainPool(context, node, op); }
    Made operator()(const nn::GlobalPool& op) const {
        const nn::Shape& source = context.shape(node.inputs.at(0));
        nn::Pool pool;
        pool.kind = op.kind;
        pool.kernel = {static_cast<int>(source.at(2)), static_cast<int>(source.at(3))};
        return trainPool(context, node, pool);
    }
    Made operator()(const nn::Activation& op) const { return trainActivation(context, node, op); }
    Made operator()(const nn::Binary& op) const {
        if (op.kind != nn::BinaryKind::Add ||
            context.shape(node.inputs.at(0)) != context.shape(node.inputs.at(1))) {
            return refuse();
        }
        return trainAdd(context, node);
    }
    Made operator()(const nn::Concat& op) const { return trainConcat(context, node, op); }
    Made operator()(const nn::Reshape&) const { return trainReshape(context, node); }
    Made operator()(const nn::Identity&) const { return trainReshape(context, node); }
    template <typename Other>
    Made operator()(const Other&) const {
        return refuse();
    }

    Made refuse() const {
        throw inputError("the trainer has no gradient for this operator with these inputs; it has them for "
                         "convolution, linear, batch normalization, pooling, addition of equal shapes, "
                         "concatenation, reshape and activations");
    }
};

} // namespace

std::unique_ptr<TrainingLayer> makeTrainingLayer(const LayerContext& context, const nn::Node& node) {
    const std::string name = fmt::format("node '{}' ({})", node.name, nn::operatorName(node.op));
    for (const nn::ValueId input : node.inputs) {
        if (input == node.inputs.at(0) && !context.at(input).value()) {
            throw inputError("{}: its first input is a constant; the trainer takes computed values", name);
        }
    }
    try {
        return std::visit(LayerMaker{context, node}, node.op);
    } catch (const dnnl::error& error) {
        throw workError("{}: oneDNN does not train it with these shapes: {}", name, error.what());
    } catch (const Error& error) {
        throw error.within(name);
    }
}

} // namespace tandem::train
