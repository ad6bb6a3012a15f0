// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/lowering/lowering.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace tandem::quant {

/// The accelerator's layers and feature maps while a graph is being lowered.
class LayerList {
  public:
    explicit LayerList(const nn::Graph& graph);

    Lowering& lowering() { return lowering_; }

    /// A feature map from outside.
    int addInput(LoweredTensor tensor);
    /// A layer for node `id` (-1: it joins the outputs) and the map that it writes; gives that map's index.
    /// The map's name and sign are settled here.
    int addLayer(nn::NodeId id, LoweredLayer made, std::vector<int> inputs, LoweredTensor tensor);

    /// `value` holds the elements of the map, moved or not.
    void addAlias(int tensor, nn::ValueId value);
    /// `value` may come to hold them.
    void addReader(int tensor, nn::ValueId value) { everAliases_[tensor].push_back(value); }
    /// A node takes the map apart.
    void share(int tensor) { shared_.insert(tensor); }
    /// All values that ever were the map.
    const std::vector<nn::ValueId>& everAliases(int tensor) const { return everAliases_.at(tensor); }

    /// Node `id` clamps the map to low..high: lets the layer do it that can, false where none can.
    /// `onlyStored`: all elements are the map's own, no zeros between.
    bool foldClamp(nn::NodeId id, int tensor, double low, double high, bool onlyStored);
    void clamp(int tensor, double low, double high);

    /// Layers that nothing reads go (the makings of a layer that the host then had to take), and what stands
    /// behind the output moves in front of it.
    void removeUnread();

  private:
    /// Whether nothing but one chain of nodes sees this map.
    bool isPrivate(int tensor) const;
    int producerOf(int tensor) const;
    /// The layer that can take a clamp of this map, or -1.
    int folder(int tensor, bool keepsZero) const;
    std::string uniqueName(nn::NodeId id);
    std::string uniqueTensorName(const std::string& given);

    const nn::Graph& graph_;
    std::vector<std::vector<nn::NodeId>> consumers_;
    std::set<nn::ValueId> leaves_;
    std::set<std::string> names_, tensorNames_;
    std::set<int> shared_;                                ///< tensors that a node takes apart
    std::map<int, std::vector<nn::ValueId>> everAliases_; ///< per tensor, also those that moved on
    Lowering lowering_;
};

} // namespace tandem::quant
