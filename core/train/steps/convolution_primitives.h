// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/train/steps/one_dnn.h"

namespace tandem::train {

/// oneDNN's three primitives of one convolution in training, in whatever layouts they like best.
struct ConvolutionPrimitives {
    dnnl::convolution_forward::primitive_desc forward;
    dnnl::convolution_backward_data::primitive_desc backwardData;
    dnnl::convolution_backward_weights::primitive_desc backwardWeights;
};

/// For a convolution of a graph of one shard (dimension 0 is the shard's size).
ConvolutionPrimitives convolutionPrimitives(const nn::Graph& graph, const nn::Node& node,
                                            const nn::Convolution& op, const OneDnn& oneDnn);

/// [O,I/G,H,W] as oneDNN understands it: [G,O/G,I/G,H,W] where there are groups.
nn::Shape groupedWeights(const nn::Shape& shape, int groups);

/// The weights of a transposed convolution, [I,O/G,H,W] in the model, as oneDNN's [G,O/G,I/G,H,W] (no G where
/// there is one group), by strides.
dnnl::memory::desc transposedWeights(const nn::Shape& shape, int groups);

} // namespace tandem::train
