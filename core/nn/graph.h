// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/operators.h"
#include "core/nn/tensor.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tandem::nn {

using ValueId = int; ///< index into Graph::values
using NodeId = int;  ///< index into Graph::nodes
inline constexpr ValueId kNoValue = -1;

/// How the imported model quantizes a value (from QuantizeLinear / DequantizeLinear, or QONNX's operators).
struct Quantization {
    int bits = 8;
    bool isSigned = true;
    std::vector<float> scales; ///< one, or one per slice of `axis`
    std::vector<std::int64_t> zeroPoints;
    int axis = 0;
    bool isNarrow = false; ///< see IntegerFormat
    Rounding rounding = Rounding::HalfEven;
};

/// One tensor of the network: an input, a constant, or what a node computes.
struct Value {
    std::string name;
    ElementType type = ElementType::Float32;
    Shape shape;
    std::optional<Tensor> constant;
    std::optional<Quantization> quantization;
};

/// One operator applied to values.
struct Node {
    std::string name;           ///< the model's name for it, or one made from its output
    std::string sourceOperator; ///< the ONNX operator it came from
    Operator op;
    std::vector<ValueId> inputs; ///< kNoValue where an optional input is absent
    std::vector<ValueId> outputs;
    bool onHost = false; ///< settled to be computed beside the accelerator (quant::withHostTail)
};

/// A neural network in batch-1 NCHW terms: concrete shapes, nodes in topological order, every value with one
/// producer (a node, a constant, or the outside).
struct Graph {
    std::string name;
    std::vector<Value> values;
    std::vector<Node> nodes;
    std::vector<ValueId> inputs;
    std::vector<ValueId> outputs;

    ValueId addValue(Value value);
    ValueId addConstant(std::string name, Tensor tensor);

    const Value& value(ValueId id) const { return values.at(static_cast<std::size_t>(id)); }
    Value& value(ValueId id) { return values.at(static_cast<std::size_t>(id)); }
    const Node& node(NodeId id) const { return nodes.at(static_cast<std::size_t>(id)); }

    /// For every value the node that computes it, or -1.
    std::vector<NodeId> producers() const;
    /// For every value the nodes that read it, each once, in order.
    std::vector<std::vector<NodeId>> consumers() const;

    /// Throws Error when a reference, an order or an arity is broken (a defect of a pass, or a cyclic model).
    void check() const;
};

/// Multiply-accumulates of an operator that makes an output of this shape of inputs of these types.
std::int64_t multiplyAccumulates(const Operator& op, std::span<const TensorType> inputs, const Shape& output);

/// Multiply-accumulates of one node for one input (0 for operators without weights or products).
std::int64_t multiplyAccumulates(const Graph& graph, const Node& node);

/// Number of trained parameters that a node holds.
std::int64_t parameterCount(const Graph& graph, const Node& node);

} // namespace tandem::nn
