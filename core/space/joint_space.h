// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/device.h"
#include "core/hw/device/host_cost.h"
#include "core/hw/folded/folded.h"
#include "core/hw/hybrid/hybrid.h"
#include "core/hw/pipeline/pipeline.h"
#include "core/hw/workload/workload.h"
#include "core/nn/graph.h"
#include "core/point/metric.h"
#include "core/point/parameter.h"

#include <memory>
#include <string>
#include <vector>

namespace tandem::space {

class Decoder;

/// A short run of operators that is searched as a unit.
struct Bundle {
    std::string name;                    ///< "b0", "b1", ... the `b3` of `model.b3.width`
    std::string title;                   ///< "depth-wise 3x3 + point-wise, 64 channels"
    std::vector<nn::NodeId> nodes;       ///< of the prepared graph, in order
    std::vector<std::size_t> parameters; ///< indices into Space::parameters that belong to it
};

/// Bits per hardware layer that a point asks for.
struct LayerBits {
    int weightBits = 8;
    int activationBits = 8;
    bool operator==(const LayerBits&) const = default;
};

/// Kinds of accelerator, the choices of `hw.template`.
enum class Template { Pipeline, Folded, Hybrid };

/// A point decoded for the accelerator: all that cost needs.
struct Design {
    hw::Workload workload;
    Template kind = Template::Pipeline;
    hw::pipeline::Parameters parameters; ///< of a Pipeline
    hw::folded::Parameters folded;       ///< of a Folded
    hw::hybrid::Parameters hybrid;       ///< of a Hybrid
    hw::folded::Program program;         ///< of a Folded, or of the folded part of a Hybrid
    double clockMhz = 100.0;
};

/// The joint space of one imported network and one device: which parameters exist, and what network and
/// accelerator a point stands for. Immutable and safe to share between threads.
class JointSpace {
  public:
    /// `prepared` is an imported graph after nn::prepare. Throws Error (Input) naming the node when the
    /// pipeline template cannot take the network (a host operator between hardware operators).
    JointSpace(nn::Graph prepared, hw::Device device);
    ~JointSpace();
    JointSpace(JointSpace&&) noexcept;
    JointSpace& operator=(JointSpace&&) noexcept;

    const point::Space& space() const;
    const std::vector<Bundle>& bundles() const;
    const nn::Graph& imported() const;
    const hw::Device& device() const;
    /// What the host does for every frame, whatever the point, with its modelled cost.
    const std::vector<hw::HostOperator>& hostOperators() const;

    /// The accelerator of a point. Fast: this runs for every point searched.
    Design design(const point::Encoding& encoding) const;
    /// Cycles, resources, energy, size and utilization of a point, all Modelled. Fast.
    point::Metrics cost(const point::Encoding& encoding) const;
    /// The changed network of a point: channels removed, kernels cropped, bundles skipped, weights carried
    /// over.
    nn::Graph network(const point::Encoding& encoding) const;
    /// The point of the same network with every choice that does not change it as imported: those of the
    /// accelerator and of what the point leaves out. Equal for points that share a network.
    point::Encoding networkPoint(const point::Encoding& encoding) const;
    /// Precision of every hardware layer of that network, in the order of the workload's layers.
    std::vector<LayerBits> precision(const point::Encoding& encoding) const;

    /// The machinery behind, for the rest of core/space.
    const Decoder& decoder() const;

  private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

} // namespace tandem::space
