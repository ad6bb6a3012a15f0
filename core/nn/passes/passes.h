// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"

namespace tandem::nn {

/// The graph as hardware sees it: every pass below, repeated until nothing changes. Inputs and outputs stay
/// as they are. Up to rounding it computes what the imported graph computes; where quantizers were
/// folded, it computes in float what they rounded.
Graph prepare(const Graph& graph);

/// Each pass changes the graph in place and says whether it changed anything.
namespace passes {

/// Nodes whose inputs are all constant become constants. Quantizers are left to foldQuantization and
/// foldFakeQuantization.
bool foldConstants(Graph& graph);
/// Nodes that nothing reads, and then values that nothing mentions, go. Graph inputs stay.
bool removeDeadCode(Graph& graph);
/// Identity nodes, and those that do nothing (a Transpose that moves nothing, a Pad of zero ...), go.
bool removeIdentities(Graph& graph);
/// Gemm, MatrixProduct with a constant and a following Add of a constant become Linear with bias.
bool recogniseLinear(Graph& graph);
/// BatchNormalization, and Multiply / Add / Subtract / Divide by a constant per channel, folded into the
/// Convolution, TransposedConvolution or Linear in front.
bool foldBatchNormalization(Graph& graph);
/// A BatchNormalization behind weighted layers that nothing in front takes up (behind a Concat, say) becomes
/// a depth-wise 1x1 Convolution. After everything else.
bool normalizeByConvolution(Graph& graph);
/// Quantize / Dequantize pairs become Value::quantization; constants behind Dequantize become float constants
/// that carry it. A Quantize whose range starts at zero clamps: it leaves a Relu where its input can be
/// negative.
bool foldQuantization(Graph& graph);
/// The same for QONNX's quantizers. A Truncate that also changes the scale leaves a Multiply (none
/// where one in front of it cancels out); a
/// BipolarQuantize of what is not constant stays, with the precision on its output.
bool foldFakeQuantization(Graph& graph);
/// Transposes are pushed down through element-wise operators, merged, cancelled, and folded into the columns
/// of a Linear behind a flattening Reshape; those that move only dimensions of size 1 become Reshape.
bool cancelTransposes(Graph& graph);
/// Chains of Reshape become one, pushed down through activations; those that change nothing go.
bool cancelReshapes(Graph& graph);
/// Zero padding of the map's rows and columns joins a Convolution's (or count-padding average Pool's) own.
bool foldPads(Graph& graph);

/// A TransposedConvolution becomes a Convolution with mirrored weights on the map with its cells spread apart
/// by zeros (Reshape, Pad, Reshape; nothing of that where the stride is 1). After foldBatchNormalization.
bool mirrorTransposedConvolutions(Graph& graph);

/// A vector behind a fully connected layer that is reshaped to a map of unequal rows and columns (of a 1-D
/// convolution, say) gets there by a grouped TransposedConvolution with one weight of 1 per element, for
/// which accelerators have engines. After everything else.
bool layOutVectors(Graph& graph);

} // namespace passes
} // namespace tandem::nn
