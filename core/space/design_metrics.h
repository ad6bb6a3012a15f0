// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device.h"
#include "core/hw/pipeline_engine.h"
#include "core/hw/system_time.h"
#include "core/space/joint_space.h"
#include "core/space/metric.h"

#include <cstdint>
#include <span>

namespace tandem::space {

/// Everything known about a system's speed, size and energy, all Modelled, with latency in closed form, the
/// parameter count and the time of the host operators given. `engines` are those of the design's layers.
/// Energy is the layers' plus the device's static power over the latency.
Metrics designMetrics(const Design& design, std::span<const hw::pipeline::Engine> engines,
                      std::int64_t parameterCount, double hostMs, const hw::Device& device);

/// What a pipeline on the device must fit, with weights that stream where it has external memory: over ports
/// of 64 bits, or as many as memory gives in a cycle.
hw::pipeline::Budget pipelineBudget(const hw::Device& device, double clockMhz);

/// What crosses the borders of a pipeline, with its cycles.
hw::AcceleratorRun pipelineRun(const Design& design, std::span<const hw::pipeline::Engine> engines,
                               std::int64_t latencyCycles, std::int64_t intervalCycles);

/// Sets what follows from time: latency and its parts, throughput, energy and its parts, power. `dynamic` is
/// the energy of the operations and accesses of one frame.
void setTiming(Metrics& metrics, const hw::SystemTime& time, const hw::pipeline::Energy& dynamic,
               const hw::Device& device);

void setResources(Metrics& metrics, const hw::pipeline::Resources& resources);

/// Sets DRAM traffic of a pipeline (the frame, its result, weights that stream) and utilization, from what is
/// set already.
void setTraffic(Metrics& metrics, const Design& design, const hw::Device& device);
/// The same with the bytes given.
void setTraffic(Metrics& metrics, double bytes, const hw::Device& device);

/// Percent of the device's scarcest resource that is used (LUT, FF, DSP, block RAM, DRAM bandwidth, power
/// where there is a budget). For an ASIC, percent of the area by a proxy.
double utilization(const Metrics& metrics, const hw::Device& device);

} // namespace tandem::space
