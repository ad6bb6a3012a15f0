// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/device.h"
#include "core/hw/device/host_cost.h"
#include "core/hw/template.h"
#include "core/nn/graph.h"
#include "core/quant/lowering/lowering.h"
#include "core/space/joint_space.h"
#include "core/space/layer_tables.h"
#include "core/space/plan.h"
#include "core/space/resolution.h"
#include "core/space/space_parameters.h"

#include <cstddef>
#include <vector>

namespace tandem::space {

/// What one thread decodes with: kept from point to point, so that a point allocates nothing.
struct Scratch {
    Resolution resolution;
    hw::Workload workload;
    double clockMhz = 100.0;
    std::vector<int> place;                       ///< of each present layer in the workload
    std::vector<hw::LayerOrigin> origins;         ///< of the workload's layers
    std::vector<hw::AnyAccelerator> accelerators; ///< one for each template; the chosen one is the point's
    std::size_t chosen = 0;

    hw::Accelerator& accelerator() { return *accelerators[chosen]; }
};

/// Turns points into what they stand for: what JointSpace is made of, for the rest of this folder.
class Decoder {
  public:
    Decoder(nn::Graph prepared, hw::Device onDevice);
    Decoder(const Decoder&) = delete;
    Decoder& operator=(const Decoder&) = delete;

    const nn::Graph& graph() const { return graph_; }
    const hw::Device& device() const { return device_; }
    const quant::Lowering& lowering() const { return lowering_; }
    const Plan& plan() const { return plan_; }
    const LayerTables& tables() const { return tables_; }
    const NamedParameters& named() const { return named_; }
    const std::vector<hw::HostOperator>& hostOperators() const { return host_; }
    /// What the host does for every frame, milliseconds.
    double hostMs() const { return hostMs_; }

    /// Throws Error (Input) when the encoding is not a point of this space.
    void resolvePoint(const point::Encoding& encoding, Resolution& resolution) const;

    /// Sets the scratch to a point, with all weights of a pipeline on the chip. Layers get names only where
    /// asked for. Where the accelerator cannot be built, it says why, and the scratch has everything else.
    /// Throws as resolvePoint() does.
    hw::Fault decode(const point::Encoding& encoding, bool withNames, Scratch& scratch) const;

    /// The design of a point for a workload that quantization made. Throws Error (Input) where it cannot be
    /// built.
    Design settle(const point::Encoding& encoding, hw::Workload exact) const;

  private:
    void decodeWorkload(bool withNames, Scratch& scratch) const;
    void decodeLayer(int index, const Scratch& scratch, hw::Layer& layer) const;
    void chooseImported();

    nn::Graph graph_;
    hw::Device device_;
    quant::Lowering lowering_;
    std::vector<hw::HostOperator> host_;
    double hostMs_ = 0.0;
    Plan plan_;
    LayerTables tables_;
    std::vector<TemplatePart> templates_; ///< in the order of the choices of hw.template
    NamedParameters named_;
    point::Ranges ranges_;
};

} // namespace tandem::space
