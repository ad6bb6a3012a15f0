// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/quant/integer_network.h"

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace tandem::quant {

/// What an accelerator layer computes.
enum class LoweredKind { Convolution, Pool, Add };

/// A feature map between accelerator layers. Its real content is that of the graph's value `value`, clamped
/// to low..high (the activations that were folded into its producer).
struct LoweredTensor {
    std::string name;
    MapShape shape;
    nn::ValueId value = nn::kNoValue;
    /// All values of the graph that are this map: before and after folded activations and reshapes.
    std::vector<nn::ValueId> aliases;
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    bool neverNegative = false; ///< no input of the network can make it negative
};

/// One accelerator layer, without numbers.
struct LoweredLayer {
    std::string name;
    LoweredKind kind = LoweredKind::Convolution;
    nn::NodeId node = -1;          ///< the operator it computes
    std::vector<nn::NodeId> nodes; ///< that and the activations folded into it
    std::vector<int> inputs;       ///< indices into Lowering::tensors; two for Add
    int output = 0;
    nn::PoolKind pool = nn::PoolKind::Maximum;
    nn::Extent kernel, stride, dilation;
    nn::Padding padding;
    int groups = 1;
    nn::ValueId weights = nn::kNoValue, bias = nn::kNoValue; ///< constants of the graph; Convolution only
    /// Convolution made of a fully connected layer behind a permutation: weight column i belongs to element
    /// inputOrder[i] of the input map (channel, row, column). Empty: the natural order.
    std::vector<int> inputOrder;
};

/// How a prepared graph falls into an accelerator part and host parts around it.
struct Lowering {
    std::vector<LoweredTensor> tensors;
    std::vector<LoweredLayer> layers; ///< topological order
    int input = 0, output = 0;
    nn::Graph before; ///< from the model's inputs to the accelerator's input
    nn::Graph after;  ///< from the accelerator's output to the model's outputs
};

/// Why this node cannot be an accelerator layer or be folded into one ("Sigmoid has no accelerator engine"),
/// or nothing where it can. An activation counts as mappable here.
std::optional<std::string> whyHost(const nn::Graph& graph, const nn::Node& node);

/// Splits a prepared graph (nn::prepare: batch normalization folded). Relu and Clip fold into the layer
/// before them (also across a maximum pool, with which they commute); one that cannot becomes an average pool
/// over single cells. Reshapes and transposes between layers cost nothing: a Linear behind them becomes a
/// convolution whose kernel covers its input map. Host operators may only stand before the first and after
/// the last layer: throws Error (Input) naming the node, its operator and why, where one stands between,
/// where there is nothing to accelerate, or where more than one value enters or leaves the accelerator.
Lowering lower(const nn::Graph& prepared);

/// The part of a graph that computes `outputs` from `inputs` with the given nodes (in order).
nn::Graph subgraph(const nn::Graph& graph, const std::vector<nn::NodeId>& nodes,
                   const std::vector<nn::ValueId>& inputs, const std::vector<nn::ValueId>& outputs);

} // namespace tandem::quant
