// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/device.h"
#include "core/hw/device/resources.h"
#include "core/hw/system.h"
#include "core/point/metric.h"
#include "core/point/parameter.h"
#include "core/space/joint_space.h"

#include <cstdint>
#include <optional>

namespace tandem::space {
struct Scratch;
}

/// What an accelerator's figures are worth as metrics of a point, one way for every template.
namespace tandem::judge {

/// Everything known about a point's speed, size and energy, all Modelled, with latency in closed form: this
/// runs for every point searched. Of a point whose accelerator cannot be built only that and the network's
/// size. `scratch` belongs to this space and holds the decoded point afterwards. Throws Error (Input) when
/// the encoding is not a point of the space.
point::Metrics cost(const space::JointSpace& joint, const point::Encoding& encoding, space::Scratch& scratch);
/// The same for a single point.
point::Metrics cost(const space::JointSpace& joint, const point::Encoding& encoding);

/// The same of a point's design, with the cycles that replaying it tells.
point::Metrics exactCost(const space::JointSpace& joint, const point::Encoding& encoding,
                         const space::Design& design);

/// What a system's figures are as metrics: latency and its parts, throughput, energy and its parts, power,
/// what it takes of the device, DRAM traffic and utilization. All Modelled.
point::Metrics metricsOf(const hw::SystemFigures& figures, const hw::Device& device);

/// How far a fitted metric (LUT, FF, area) is off on designs that the fit left out; of an area, that of the
/// cells. None: the metric is not fitted.
std::optional<hw::FitError> fitErrorOf(point::Metric metric, const hw::Device& device);

/// Percent of the device's scarcest resource that is used, as the metrics tell; see hw::utilization.
double utilization(const point::Metrics& metrics, const hw::Device& device);

} // namespace tandem::judge
