// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/lowering/lowered_layers.h"
#include "core/quant/lowering/movement.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tandem::quant {

enum class Where { Before, Map, After };
/// Where a value is computed. Map: its elements are those of the tensor in this order, or with `function`
/// what that value makes of them.
struct Place {
    Where where = Where::Before;
    int tensor = -1;
    Order order;
    nn::ValueId function = nn::kNoValue;
    nn::NodeId blocker = -1; ///< After: the first host operator on the way
    std::string reason;      ///< why that is one

    bool isMap() const { return where == Where::Map; }
    bool isPlainMap() const { return isMap() && function == nn::kNoValue; }
};

/// Where every value of a graph is computed. Functions of one element and moved elements are kept as such
/// until a layer reads them: then they become tables and layers that move data.
class Places {
  public:
    Places(const nn::Graph& graph, LayerList& layers);

    const Place& of(nn::ValueId value) const { return places_[static_cast<std::size_t>(value)]; }
    /// The first host operator behind the accelerator and why it is one; null where there is none.
    const Place* firstBlocked() const;
    void set(nn::ValueId value, Place place);
    /// The outputs of a node that only moves elements.
    void move(const nn::Node& node);
    /// The value is the tensor, in its natural order.
    void setNatural(nn::ValueId value, int tensor);
    /// The node computes one element of each that stands at `from`.
    void setFunction(const nn::Node& node, Place from);
    /// Whether both inputs are functions of the same elements (and at least one more than the elements).
    bool joinsFunctions(const nn::Node& node) const;
    /// The tensor whose natural order holds the value as a map of its shape, or the reason why there is none.
    /// A value from outside becomes the accelerator's input.
    std::optional<std::string> read(const nn::Node& node, nn::ValueId value, int& tensor);
    /// Makes the table that a value needs, if it needs one.
    void settleFunction(nn::ValueId value);
    /// The node that computes a value.
    nn::NodeId producerNode(nn::ValueId value) const;
    /// Makes the layers that bring a value into its natural order; false where none can.
    bool settleOrder(nn::ValueId value);
    /// Makes a value from outside the accelerator's input, for `node` to read. Throws Error (Input) where
    /// another one is already.
    int enter(const nn::Node& node, nn::ValueId value);
    /// Natural order, whatever the shape that the value has.
    bool isNaturalMap(nn::ValueId value) const;

  private:
    /// The table of `function`, which is one of the elements of `root`, applied to `input` (root, or root
    /// with its elements moved).
    int addTable(nn::ValueId function, int input, nn::ValueId content, int root);
    std::optional<std::vector<MovementStep>> stepsOf(nn::ValueId value) const;
    int addSteps(nn::ValueId value, const std::vector<MovementStep>& steps, nn::ValueId content);

    const nn::Graph& graph_;
    LayerList& layers_;
    Lowering& lowering_;
    std::vector<Place> places_;
    std::map<nn::ValueId, int> tables_; ///< the table's output per function
    nn::ValueId entry_ = nn::kNoValue;
};

} // namespace tandem::quant
