// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/device.h"
#include "core/hw/device/host_cost.h"
#include "core/hw/pipeline/engine.h"
#include "core/nn/graph.h"
#include "core/quant/lowering/lowering.h"
#include "core/space/joint_space.h"
#include "core/space/layer_tables.h"
#include "core/space/plan.h"
#include "core/space/resolution.h"
#include "core/space/space_parameters.h"

#include <span>
#include <vector>

namespace tandem::space {

/// What one thread decodes with: kept from point to point, so that a point allocates nothing.
struct Scratch {
    Resolution resolution;
    Design design;
    std::vector<int> place; ///< of each present layer in the workload
    std::vector<hw::pipeline::Engine> engines;
    std::vector<int> lanes;
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

    /// Throws Error (Input) when the encoding is not a point of this space.
    void resolvePoint(const point::Encoding& encoding, Resolution& resolution) const;

    /// Sets the scratch's resolution and design to those of a point, with all weights on the chip. Layers get
    /// names only where asked for.
    void decode(const point::Encoding& encoding, bool withNames, Scratch& scratch) const;

    /// Lets weights of a decoded pipeline stream where the device's block RAM cannot hold them. Whether some
    /// do.
    bool streamWhatDoesNotFit(Scratch& scratch) const;

    /// What a layer is to multiply with, if it can.
    hw::Multiplier multiplierOf(int layer, const point::Encoding& encoding) const;
    /// The choices of the folded template as they stand in the encoding.
    hw::folded::Parameters foldedChoices(const point::Encoding& encoding) const;

    /// Sets kind, folded and hybrid of a design whose workload is there already. `resolution`: the point's.
    void chooseTemplate(const point::Encoding& encoding, const Resolution& resolution, Design& design) const;

    /// Decodes and counts: all that JointSpace::cost gives.
    point::Metrics cost(const point::Encoding& encoding, Scratch& scratch) const;

  private:
    void decodeLayer(int index, const Scratch& scratch, hw::Layer& layer) const;
    void chooseDefaultInterval();

    nn::Graph graph_;
    hw::Device device_;
    quant::Lowering lowering_;
    std::vector<hw::HostOperator> host_;
    double hostMs_ = 0.0;
    Plan plan_;
    LayerTables tables_;
    NamedParameters named_;
    point::Ranges ranges_;
};

} // namespace tandem::space
