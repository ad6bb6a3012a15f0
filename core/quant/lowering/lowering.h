// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/quant/arithmetic/integer_network.h"

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tandem::quant {

/// A feature map between accelerator layers. Its real content is that of the graph's value `value`, clamped
/// to low..high (the activations that were folded into its producer).
struct LoweredTensor {
    std::string name;
    MapShape shape;
    nn::ValueId value = nn::kNoValue; ///< kNoValue: the graph holds its elements in no or another order
    /// All values of the graph that are this map: before and after folded activations and reshapes.
    std::vector<nn::ValueId> aliases;
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    bool neverNegative = false; ///< no input of the network can make it negative
};

/// One accelerator layer, without numbers.
struct LoweredLayer {
    std::string name;
    LayerKind kind = LayerKind::Convolution; ///< Convolution also where it is depth-wise
    nn::NodeId node = -1;                    ///< the operator it computes; -1 where it joins the outputs
    std::vector<nn::NodeId> nodes;           ///< that and the activations folded into it
    std::vector<int> inputs; ///< indices into Lowering::tensors; two for Add and Scale, Concat: any
    int output = 0;
    nn::Extent kernel, stride, dilation;
    nn::Padding padding;
    int groups = 1;
    nn::ValueId weights = nn::kNoValue, bias = nn::kNoValue; ///< constants of the graph; Convolution only
    /// Convolution made of a fully connected layer behind a permutation: weight column i belongs to element
    /// inputOrder[i] of the input map (channel, row, column). Empty: the natural order.
    std::vector<int> inputOrder;
    std::vector<int> channels; ///< Select: see SelectLayer
    nn::Extent factor{1, 1};   ///< Expand
    bool repeat = true;        ///< Expand
    int block = 1;             ///< SpaceToDepth, DepthToSpace
    /// Table: the values of the graph that hold its input's elements, and the one that it computes of them.
    std::vector<nn::ValueId> sources;
    nn::ValueId function = nn::kNoValue;

    /// Whether its output has its input's format: data movement and maximum pools.
    bool keepsFormat() const { return traitsOf(kind).keepsFormat; }
};

/// How a prepared graph falls into an accelerator part and host parts around it.
struct Lowering {
    std::vector<LoweredTensor> tensors;
    std::vector<LoweredLayer> layers; ///< topological order
    int input = 0, output = 0;
    nn::Graph before;                  ///< from the model's inputs to the accelerator's input
    nn::Graph after;                   ///< from the accelerator's output to the model's outputs
    std::vector<nn::NodeId> hostNodes; ///< of both, in order
    /// The nodes behind the accelerator, and why they are, where layers are among them that an accelerator
    /// has engines for: a host tail. Empty where none are.
    std::map<nn::NodeId, std::string> tail;
};

/// The largest share of a network's multiply-accumulates that a host tail may hold.
inline constexpr double kMostHostShare = 0.1;

/// Why this node of a prepared graph (nn::prepare) cannot run on the accelerator, in a few words for the
/// screen ("its weights are not constant"), or nothing where it can: the one rule for lowering, lists and
/// reports. What depends on the nodes around it shows in lower(): data movement that no layer can do, and
/// operators behind a host operator, run on the host too.
std::optional<std::string> whyHost(const nn::Graph& graph, const nn::Node& node);

/// Splits a prepared graph (nn::prepare: batch normalization folded).
/// - Relu and Clip fold into the layer before them (also across layers that only move data, with which they
///   commute).
/// - Other functions of one element become tables, chains of them one: sigmoid, x * sigmoid(x), hard-swish in
///   pieces, a Relu of a map that others read as it is ...
/// - Reshape, Transpose, Slice, Split, Gather, zero Pad and nearest Resize between layers become whatever
///   moves the same data: nothing, a selection of channels, an expansion, space to depth or back. A Linear
///   behind them becomes a convolution whose kernel covers its input map, its columns reordered.
/// - A product of a map and a map of single cells becomes a scale per channel.
/// - Where several maps of the same rows and columns leave, they leave as one, joined along the channels.
/// - Host operators may only stand before the first and after the last layer. Where one stands between, all
///   behind it runs on the host too; where values of unlike size would leave, all behind the last maps of the
///   same rows and columns does: a host tail, of at most kMostHostShare of the multiply-accumulates (any
///   share where the nodes are marked, see withHostTail).
/// Throws Error (Input) naming the node, its operator and why, or the values of unlike size, with the share
/// where the host tail would be too large; likewise where there is nothing to accelerate, or where more than
/// one value enters the accelerator.
Lowering lower(const nn::Graph& prepared);

/// The graph with the layers of its host tail marked (nn::Node::onHost); as it is where it has none. Networks
/// that are made of it by leaving channels or layers out are then cut at the same place, whatever share of
/// them the tail is. Throws as lower() does.
nn::Graph withHostTail(nn::Graph prepared);

/// For every node of a prepared graph why it runs on the host, or nothing where it is part of the
/// accelerator, as lower() has it. Where that throws, the nodes' own rule alone.
std::vector<std::optional<std::string>> hostReasons(const nn::Graph& prepared);

/// For every tensor the first tensor of its format class: what maximum pools and layers that only move data
/// join has one format, so that they need no arithmetic.
std::vector<int> formatClasses(const Lowering& lowering);

/// The values of the graph whose elements one after the other are the tensor's, and their tensors; more than
/// one only for a map in which the network's outputs are joined.
struct TensorContent {
    nn::ValueId value = nn::kNoValue;
    int tensor = -1;
};
std::vector<TensorContent> contentOf(const Lowering& lowering, int tensor);

/// The part of a graph that computes `outputs` from `inputs` with the given nodes (in order).
nn::Graph subgraph(const nn::Graph& graph, const std::vector<nn::NodeId>& nodes,
                   const std::vector<nn::ValueId>& inputs, const std::vector<nn::ValueId>& outputs);

} // namespace tandem::quant
