// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/train/steps/values.h"

#include <memory>
#include <vector>

namespace tandem::train {

/// One node, prepared for repeated execution.
class Step {
  public:
    virtual ~Step() = default;
    /// Computes the node's outputs from its inputs.
    virtual void run(Values& values, OneDnn& oneDnn) = 0;
};

/// What is known while the steps of a graph are made, in the order of its nodes.
struct StepContext {
    const nn::Graph& graph;
    OneDnn& oneDnn;
    /// Layout in which each value leaves its producer; empty (zero dimensions) for row-major values.
    std::vector<dnnl::memory::desc> layouts;

    /// The value's layout; row-major when its producer is no oneDNN primitive.
    dnnl::memory::desc layoutOf(nn::ValueId id) const;
    bool hasOwnLayout(nn::ValueId id) const;
    void setLayout(nn::ValueId id, const dnnl::memory::desc& layout);
};

/// The step for `node`. Throws Error naming the node when its shapes or types cannot be executed.
std::unique_ptr<Step> makeStep(StepContext& context, const nn::Node& node);

// What makeStep chooses from; each takes the operator of `node`.
std::unique_ptr<Step> makeConvolution(StepContext& context, const nn::Node& node, const nn::Convolution& op);
std::unique_ptr<Step> makeTransposedConvolution(StepContext& context, const nn::Node& node,
                                                const nn::TransposedConvolution& op);
std::unique_ptr<Step> makePool(StepContext& context, const nn::Node& node, const nn::Pool& op);
std::unique_ptr<Step> makeBatchNormalization(StepContext& context, const nn::Node& node,
                                             const nn::BatchNormalization& op);
std::unique_ptr<Step> makeLocalResponseNormalization(StepContext& context, const nn::Node& node,
                                                     const nn::LocalResponseNormalization& op);
std::unique_ptr<Step> makeLinear(StepContext& context, const nn::Node& node);
std::unique_ptr<Step> makeMatrixProduct(StepContext& context, const nn::Node& node);
std::unique_ptr<Step> makeGemm(StepContext& context, const nn::Node& node, const nn::Gemm& op);
/// Null when oneDNN brings nothing for this function or these shapes.
std::unique_ptr<Step> makeActivation(StepContext& context, const nn::Node& node, const nn::Activation& op);
std::unique_ptr<Step> makeBinary(StepContext& context, const nn::Node& node, const nn::Binary& op);
/// Any operator of nn's own kernels, on row-major tensors.
std::unique_ptr<Step> makeKernelStep(const StepContext& context, const nn::Node& node);

} // namespace tandem::train
