// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/train/steps/one_dnn.h"

#include <optional>
#include <vector>

namespace tandem::train {

/// The tensors of one execution of a graph. A value is held row-major, in a oneDNN layout, or both; it is
/// converted when the other form is asked for.
class Values {
  public:
    explicit Values(const nn::Graph& graph) : graph_(&graph), slots_(graph.values.size()) {}

    /// Forgets everything computed.
    void clear();

    bool has(nn::ValueId id) const;

    /// The value row-major; constants come from the graph.
    const nn::Tensor& tensor(nn::ValueId id, OneDnn& oneDnn);
    /// The value in the layout that its producer left it in; empty when it is only held row-major.
    const dnnl::memory& memory(nn::ValueId id) const { return slot(id).memory; }

    void setTensor(nn::ValueId id, nn::Tensor tensor);
    void setMemory(nn::ValueId id, const dnnl::memory& memory);

  private:
    struct Slot {
        std::optional<nn::Tensor> tensor;
        dnnl::memory memory;
    };
    Slot& slot(nn::ValueId id) { return slots_.at(static_cast<std::size_t>(id)); }
    const Slot& slot(nn::ValueId id) const { return slots_.at(static_cast<std::size_t>(id)); }

    const nn::Graph* graph_;
    std::vector<Slot> slots_;
};

/// Where a step reads a value from: hands it over in the layout that the step's primitive wants. A constant
/// is converted once.
class InputPort {
  public:
    /// `view` is how the row-major elements are to be understood (for example [G,O/G,I/G,H,W] for grouped
    /// weights); its element count is the value's.
    InputPort(const nn::Graph& graph, nn::ValueId id, dnnl::memory::desc view, dnnl::memory::desc wanted);

    const dnnl::memory& fetch(Values& values, OneDnn& oneDnn);

  private:
    const dnnl::memory& convert(const dnnl::memory& source, OneDnn& oneDnn);

    nn::ValueId id_;
    bool constant_;
    dnnl::memory::desc view_, wanted_;
    dnnl::memory given_;     ///< as the producer left it, or a view of the row-major tensor
    dnnl::memory converted_; ///< own storage, made when it is first needed
    dnnl::reorder conversion_;
    dnnl::memory::desc conversionFrom_;
};

} // namespace tandem::train
