// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/accelerator.h"
#include "core/hw/device/device.h"
#include "core/hw/device/system_time.h"

namespace tandem::hw {

/// What an accelerator takes and does on a device, at a clock, beside a host. All modelled.
struct SystemFigures {
    Resources used;       ///< as the family has them; see resourcesOn
    SystemTime time;      ///< of one frame
    Energy dynamic;       ///< of one frame, picojoules in the device's technology
    double staticMj = 0;  ///< the device's static power over the latency
    double dramBytes = 0; ///< that cross the memory's port for one frame

    double framesPerSecond() const { return 1e3 / time.frameMs; }
    double powerW(const Device& device) const {
        return device.staticPowerW + dynamic.total() * 1e-12 * framesPerSecond();
    }
};

/// `hostMs`: what the host does for every frame.
SystemFigures systemFigures(const Workload& workload, const Accelerator& accelerator, double clockMhz,
                            double hostMs, const Device& device, Cycles cycles);

/// The same with estimated cycles, for a search: where the weights exceed the device's block RAM, those of
/// `accelerator` stream if they can.
SystemFigures searchedFigures(const Workload& workload, Accelerator& accelerator, double clockMhz,
                              double hostMs, const Device& device);

/// The energy of operations and accesses in the device's technology; external memory has its own.
Energy energyOn(const Device& device, const Energy& energy);

/// What a design takes of the device, whose family may have DSPs that it lacks.
Resources resourcesOn(const Device& device, const Resources& used);

/// Area of an ASIC: standard cells and memory macros.
double areaMm2(const Resources& used, const Device& device);

/// What is held against a device's budgets.
struct Demand {
    double lut = 0, ff = 0, dsp = 0, bram36 = 0; ///< all but an ASIC's
    double areaMm2 = 0;                          ///< an ASIC's
    double dramBytes = 0, framesPerSecond = 0, powerW = 0;
};
Demand demandOf(const SystemFigures& figures, const Device& device);

/// Percent of the device's scarcest resource that is used (LUT, FF, DSP, block RAM or an ASIC's area, DRAM
/// bandwidth, power where there is a budget).
double utilization(const Demand& demand, const Device& device);

} // namespace tandem::hw
