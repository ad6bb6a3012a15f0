// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/steps/convolution_primitives.h"
#include "core/train/steps/primitive_step.h"

namespace tandem::train {

namespace {

using dnnl::memory;

bool hasInput(const nn::Node& node, std::size_t index) {
    return index < node.inputs.size() && node.inputs[index] != nn::kNoValue;
}

} // namespace

std::unique_ptr<Step> makeConvolution(StepContext& context, const nn::Node& node, const nn::Convolution& op) {
    const nn::Graph& graph = context.graph;
    const nn::Shape& source = graph.value(node.inputs.at(0)).shape;
    const nn::Shape weights = groupedWeights(graph.value(node.inputs.at(1)).shape, op.groups);
    const nn::Shape& result = graph.value(node.outputs.at(0)).shape;
    const bool biased = hasInput(node, 2);
    const memory::desc bias = biased ? plainLayout({result[1]}) : memory::desc{};
    const dnnl::convolution_forward::desc description(
        dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, anyLayout(source),
        anyLayout(weights), bias, anyLayout(result), dims(op.stride), dilationDims(op.dilation),
        leadingDims(op.padding), trailingDims(op.padding));
    const dnnl::convolution_forward::primitive_desc prepared(description, ownScratchpad(),
                                                             context.oneDnn.engine);
    auto step = std::make_unique<PrimitiveStep>(dnnl::convolution_forward(prepared), node.outputs[0],
                                                prepared.dst_desc(), context.oneDnn);
    step->addInput(DNNL_ARG_SRC, {graph, node.inputs[0], plainLayout(source), prepared.src_desc()});
    step->addInput(DNNL_ARG_WEIGHTS, {graph, node.inputs[1], plainLayout(weights), prepared.weights_desc()});
    if (biased) {
        step->addInput(DNNL_ARG_BIAS, {graph, node.inputs[2], bias, bias});
    }
    context.setLayout(node.outputs[0], prepared.dst_desc());
    return step;
}

std::unique_ptr<Step> makeTransposedConvolution(StepContext& context, const nn::Node& node,
                                                const nn::TransposedConvolution& op) {
    const nn::Graph& graph = context.graph;
    const nn::Shape& source = graph.value(node.inputs.at(0)).shape;
    const memory::desc weights = transposedWeights(graph.value(node.inputs.at(1)).shape, op.groups);
    const nn::Shape& result = graph.value(node.outputs.at(0)).shape;
    const bool biased = hasInput(node, 2);
    const memory::desc bias = biased ? plainLayout({result[1]}) : memory::desc{};
    const dnnl::deconvolution_forward::desc description(
        dnnl::prop_kind::forward_inference, dnnl::algorithm::deconvolution_direct, anyLayout(source),
        anyLayout(weights.dims()), bias, anyLayout(result), dims(op.stride), dilationDims(op.dilation),
        leadingDims(op.padding), trailingDims(op.padding));
    const dnnl::deconvolution_forward::primitive_desc prepared(description, ownScratchpad(),
                                                               context.oneDnn.engine);
    auto step = std::make_unique<PrimitiveStep>(dnnl::deconvolution_forward(prepared), node.outputs[0],
                                                prepared.dst_desc(), context.oneDnn);
    step->addInput(DNNL_ARG_SRC, {graph, node.inputs[0], plainLayout(source), prepared.src_desc()});
    step->addInput(DNNL_ARG_WEIGHTS, {graph, node.inputs[1], weights, prepared.weights_desc()});
    if (biased) {
        step->addInput(DNNL_ARG_BIAS, {graph, node.inputs[2], bias, bias});
    }
    context.setLayout(node.outputs[0], prepared.dst_desc());
    return step;
}

} // namespace tandem::train
