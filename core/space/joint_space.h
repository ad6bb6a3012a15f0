// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/accelerator.h"
#include "core/hw/device/device.h"
#include "core/hw/device/host_cost.h"
#include "core/hw/workload/workload.h"
#include "core/nn/graph.h"
#include "core/point/parameter.h"

#include <cstdint>
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

/// A point's accelerator with what it computes and the clock that it runs at.
struct Design {
    hw::Workload workload;
    hw::AnyAccelerator accelerator;
    double clockMhz = 100.0;
};

/// The joint space of one imported network and one device: which parameters exist, and what network and
/// accelerator a point stands for. Immutable and safe to share between threads.
class JointSpace {
  public:
    /// `prepared` is an imported graph after nn::prepare. Throws Error (Input) naming the node when no
    /// template can take the network (a host operator between hardware operators).
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

    /// Why a point's accelerator cannot be built as chosen, naming the layer or the choice. Throws Error
    /// (Input) when the encoding is not a point of this space.
    hw::Fault fault(const point::Encoding& encoding) const;
    /// The accelerator of a point as a search has it, before the network is quantized. Throws as fault(), and
    /// Error (Input) with the fault where there is one.
    Design design(const point::Encoding& encoding) const;
    /// The accelerator of a point for a workload that quantization made, settled in every detail. Throws as
    /// the other.
    Design design(const point::Encoding& encoding, hw::Workload exact) const;
    /// Weights and biases of a point's network.
    std::int64_t parameterCount(const point::Encoding& encoding) const;
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
