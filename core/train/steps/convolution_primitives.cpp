// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/steps/convolution_primitives.h"

namespace tandem::train {

using dnnl::memory;

ConvolutionPrimitives convolutionPrimitives(const nn::Graph& graph, const nn::Node& node,
                                            const nn::Convolution& op, const OneDnn& oneDnn) {
    const nn::Shape& result = graph.value(node.outputs.at(0)).shape;
    const bool biased = node.inputs.size() > 2 && node.inputs[2] != nn::kNoValue;
    const memory::desc bias = biased ? plainLayout({result[1]}) : memory::desc{};
    const memory::desc x = anyLayout(graph.value(node.inputs[0]).shape);
    const memory::desc w = anyLayout(groupedWeights(graph.value(node.inputs.at(1)).shape, op.groups));
    const memory::desc y = anyLayout(result);
    const memory::dims stride = dims(op.stride), dilation = dilationDims(op.dilation);
    const memory::dims before = leadingDims(op.padding), after = trailingDims(op.padding);
    constexpr auto kDirect = dnnl::algorithm::convolution_direct;
    const dnnl::convolution_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, kDirect, x, w, bias, y, stride, dilation, before, after},
        ownScratchpad(), oneDnn.engine);
    return {
        forward,
        {{kDirect, x, w, y, stride, dilation, before, after}, ownScratchpad(), oneDnn.engine, forward},
        {{kDirect, x, w, bias, y, stride, dilation, before, after}, ownScratchpad(), oneDnn.engine, forward}};
}

nn::Shape groupedWeights(const nn::Shape& shape, int groups) {
    return groups == 1 ? shape : nn::Shape{groups, shape[0] / groups, shape[1], shape[2], shape[3]};
}

memory::desc transposedWeights(const nn::Shape& shape, int groups) {
    const std::int64_t area = shape[2] * shape[3];
    const std::int64_t inputs = shape[0] / groups;
    memory::dims sizes{groups, shape[1], inputs, shape[2], shape[3]};
    memory::dims strides{inputs * shape[1] * area, area, shape[1] * area, shape[3], 1};
    if (groups == 1) {
        sizes.erase(sizes.begin());
        strides.erase(strides.begin());
    }
    return {sizes, memory::data_type::f32, strides};
}

} // namespace tandem::train
