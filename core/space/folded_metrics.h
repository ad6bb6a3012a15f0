// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/device.h"
#include "core/hw/folded/program.h"
#include "core/hw/hybrid/hybrid.h"
#include "core/point/metric.h"
#include "core/space/joint_space.h"

#include <cstdint>

namespace tandem::space {

/// How the device's memory answers one of the accelerator's two ports: a latency of 32 cycles is assumed, the
/// bandwidth is half of the device's, in whole cycles a beat.
hw::folded::Memory memoryOf(const hw::Device& device, const hw::folded::Parameters& parameters,
                            double clockMhz);

/// Makes the design a Folded one with its program. Where the activation memory is too small for a row of a
/// map, it becomes as large as the network needs.
void makeFolded(const hw::folded::Parameters& choices, Design& design);

/// Makes the design a Hybrid that is cut as near behind `layers` layers as the network can be cut, its
/// pipeline made for `interval`, with the program of its folded part. False where none can be built; the
/// design is then left as it was.
bool makeHybrid(int layers, std::int64_t interval, const hw::folded::Parameters& tail, Design& design);

/// The same as designMetrics for a folded design: cycles are exact, and DRAM traffic is all that the program
/// moves, weights included. Cycles in which the array only moves maps or waits for weights are transfers.
point::Metrics foldedMetrics(const Design& design, std::int64_t parameterCount, double hostMs,
                             const hw::Device& device);

/// The same for a hybrid design; the latency is an estimate unless `exact`.
point::Metrics hybridMetrics(const Design& design, std::int64_t parameterCount, double hostMs,
                             const hw::Device& device, bool exact);

} // namespace tandem::space
