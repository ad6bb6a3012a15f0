// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/steps/step.h"

#include "core/base/error.h"

namespace tandem::train {

namespace {

nn::Pool wholeMap(const nn::GlobalPool& op, const nn::Shape& shape) {
    nn::Pool pool;
    pool.kind = op.kind;
    pool.kernel = {static_cast<int>(shape[2]), static_cast<int>(shape[3])};
    pool.countPadding = true;
    return pool;
}

struct Maker {
    StepContext& context;
    const nn::Node& node;

    std::unique_ptr<Step> operator()(const nn::Convolution& op) const {
        return makeConvolution(context, node, op);
    }
    std::unique_ptr<Step> operator()(const nn::TransposedConvolution& op) const {
        return makeTransposedConvolution(context, node, op);
    }
    std::unique_ptr<Step> operator()(const nn::Pool& op) const {
        // Integers and the indices of the maxima are not oneDNN's.
        const bool plain =
            node.outputs.size() > 1 || !nn::isFloat(context.graph.value(node.inputs.at(0)).type);
        return plain ? makeKernelStep(context, node) : makePool(context, node, op);
    }
    std::unique_ptr<Step> operator()(const nn::GlobalPool& op) const {
        return makePool(context, node, wholeMap(op, context.graph.value(node.inputs.at(0)).shape));
    }
    std::unique_ptr<Step> operator()(const nn::BatchNormalization& op) const {
        return makeBatchNormalization(context, node, op);
    }
    std::unique_ptr<Step> operator()(const nn::LocalResponseNormalization& op) const {
        return makeLocalResponseNormalization(context, node, op);
    }
    std::unique_ptr<Step> operator()(const nn::Linear&) const { return makeLinear(context, node); }
    std::unique_ptr<Step> operator()(const nn::MatrixProduct&) const {
        return makeMatrixProduct(context, node);
    }
    std::unique_ptr<Step> operator()(const nn::Gemm& op) const { return makeGemm(context, node, op); }
    std::unique_ptr<Step> operator()(const nn::Activation& op) const {
        auto step = makeActivation(context, node, op);
        return step ? std::move(step) : makeKernelStep(context, node);
    }
    std::unique_ptr<Step> operator()(const nn::Binary& op) const {
        auto step = makeBinary(context, node, op);
        return step ? std::move(step) : makeKernelStep(context, node);
    }
    template <typename Other>
    std::unique_ptr<Step> operator()(const Other&) const {
        return makeKernelStep(context, node);
    }
};

} // namespace

dnnl::memory::desc StepContext::layoutOf(nn::ValueId id) const {
    return hasOwnLayout(id) ? layouts.at(static_cast<std::size_t>(id)) : plainLayout(graph.value(id).shape);
}

bool StepContext::hasOwnLayout(nn::ValueId id) const {
    return !layouts.at(static_cast<std::size_t>(id)).is_zero();
}

void StepContext::setLayout(nn::ValueId id, const dnnl::memory::desc& layout) {
    layouts.at(static_cast<std::size_t>(id)) = layout;
}

std::unique_ptr<Step> makeStep(StepContext& context, const nn::Node& node) {
    try {
        return std::visit(Maker{context, node}, node.op);
    } catch (const dnnl::error& error) {
        throw workError("node '{}' ({}): oneDNN does not execute it with these shapes and attributes: {}",
                        node.name, nn::operatorName(node.op), error.what());
    } catch (const Error& error) {
        throw error.within(fmt::format("node '{}' ({})", node.name, nn::operatorName(node.op)));
    }
}

} // namespace tandem::train
