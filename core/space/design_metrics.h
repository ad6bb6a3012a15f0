// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/device.h"
#include "core/hw/device/system_time.h"
#include "core/hw/pipeline/engine.h"
#include "core/point/metric.h"
#include "core/space/joint_space.h"

#include <cstdint>
#include <optional>
#include <span>

namespace tandem::space {

/// Everything known about a system's speed, size and energy, all Modelled, with latency in closed form, the
/// parameter count and the time of the host operators given. `engines` are those of the design's layers.
/// Energy is the layers' plus the device's static power over the latency.
point::Metrics designMetrics(const Design& design, std::span<const hw::pipeline::Engine> engines,
                             std::int64_t parameterCount, double hostMs, const hw::Device& device);

/// What a pipeline on the device must fit, with weights that stream where it has external memory: over ports
/// of 64 bits, or as many as memory gives in a cycle.
hw::pipeline::Budget pipelineBudget(const hw::Device& device, double clockMhz);

/// What crosses the borders of a pipeline, with its cycles.
hw::AcceleratorRun pipelineRun(const Design& design, std::span<const hw::pipeline::Engine> engines,
                               std::int64_t latencyCycles, std::int64_t intervalCycles);

/// The energy of operations and accesses in the device's technology; external memory has its own.
hw::Energy energyOn(const hw::Device& device, const hw::Energy& energy);

/// What a design takes of the device, whose family may have DSPs that it lacks.
hw::Resources resourcesOn(const hw::Device& device, const hw::Resources& used);

/// How far a fitted metric (LUT, FF, area) is off on designs that the fit left out; of an area, that of the
/// cells. None: the metric is not fitted.
std::optional<hw::FitError> fitErrorOf(point::Metric metric, const hw::Device& device);

/// Sets what follows from time: latency and its parts, throughput, energy and its parts, power. `unscaled` is
/// the energy of the operations and accesses of one frame in 45 nm.
void setTiming(point::Metrics& metrics, const hw::SystemTime& time, const hw::Energy& unscaled,
               const hw::Device& device);

/// Sets LUT, FF, DSP and BRAM, or FF and area of an ASIC: cells (modelled) and memory macros (modelled, of an
/// assumed size).
void setResources(point::Metrics& metrics, const hw::Resources& used, const hw::Device& device);

/// Sets DRAM traffic of a pipeline (the frame, its result, weights that stream) and utilization, from what is
/// set already.
void setTraffic(point::Metrics& metrics, const Design& design, const hw::Device& device);
/// The same with the bytes given.
void setTraffic(point::Metrics& metrics, double bytes, const hw::Device& device);

/// Percent of the device's scarcest resource that is used (LUT, FF, DSP, block RAM or an ASIC's area, DRAM
/// bandwidth, power where there is a budget).
double utilization(const point::Metrics& metrics, const hw::Device& device);

} // namespace tandem::space
