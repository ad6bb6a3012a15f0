// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/accelerator.h"
#include "core/hw/device/device.h"
#include "core/hw/workload/workload.h"
#include "core/point/parameter.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What a template is for a search: a name, parameters, and the accelerators that they stand for.
namespace tandem::hw {

/// A network whose layers points change or leave out, as far as accelerators depend on it.
struct SearchedNetwork {
    struct Bundle {
        std::string name;  ///< "b3", as parameters name it
        std::string title; ///< "3x3 + batch norm, 64 channels"
    };
    struct SearchedLayer {
        int bundle = -1;           ///< -1: none
        std::vector<Layer> shapes; ///< every geometry that points give it; precision is left open
    };
    std::vector<Bundle> bundles;
    std::vector<SearchedLayer> layers;
};

/// Which of the searched network's layers a workload's layer is, and in which of its shapes.
struct LayerOrigin {
    int layer = 0;
    std::size_t shape = 0;
};

/// A point, as far as it is decoded for all templates alike.
struct SearchedPoint {
    const point::Encoding& encoding;
    const Workload& workload;
    std::span<const LayerOrigin> origins; ///< of the workload's layers
    double clockMhz = 100.0;
};

/// A parameter of one bundle.
struct BundleParameter {
    int bundle = 0;
    point::Parameter parameter;
};

/// Percent of the device's scarcest resource that a point takes.
using UtilizationOf = std::function<double(const point::Encoding&)>;

/// A template's part of one joint space: what may be chosen about it, and which accelerators the choices are.
/// After bind() and chooseImported() it is only read, from many threads.
class TemplateSpace {
  public:
    virtual ~TemplateSpace() = default;

    /// The parameters that the template brings, in order.
    virtual std::vector<point::Parameter> parameters() const = 0;
    /// Those of single bundles, in order; in the space they stand behind all others.
    virtual std::vector<BundleParameter> bundleParameters() const { return {}; }

    /// Finds the parameters that it reads, its own and other templates', once all have their places.
    virtual void bind(const point::Space& space) = 0;
    /// Sets imported choices that depend on what fits the device.
    virtual void chooseImported(point::Space&, const UtilizationOf&) const {}

    /// Puts the accelerator of a point into `result` at search speed: what is held there already is used
    /// again. Where the point's choices cannot be built as they are, it says why, and `result` is of no use:
    /// no choice is ever changed to one that can.
    virtual Fault decode(const SearchedPoint& point, AnyAccelerator& result) const = 0;
    /// The same for a workload that quantization made, settled in every detail.
    virtual Fault settle(const SearchedPoint& point, AnyAccelerator& result) const = 0;
};

/// One kind of accelerator.
struct Template {
    std::string_view name; ///< the choice of `hw.template`
    std::string_view text; ///< what an accelerator of it does, behind the name in a sentence
    bool (*isPossibleOn)(const Device& device);
    std::unique_ptr<TemplateSpace> (*spaceOf)(const SearchedNetwork& network, const Device& device);
};

} // namespace tandem::hw
