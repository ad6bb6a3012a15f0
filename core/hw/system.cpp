// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/system.h"

#include "core/hw/device/primitives.h"

#include <algorithm>

namespace tandem::hw {

SystemFigures systemFigures(const Workload& workload, const Accelerator& accelerator, double clockMhz,
                            double hostMs, const Device& device, Cycles cycles) {
    const AcceleratorRun run = accelerator.run(workload, cycles);
    SystemFigures figures;
    figures.time = systemTime(run, clockMhz, hostMs, device);
    figures.used = accelerator.resources(workload, device.family);
    figures.dynamic = energyOn(device, accelerator.energy(workload));
    figures.staticMj = device.staticPowerW * figures.time.latencyMs();
    figures.dramBytes = run.inputBytes + run.outputBytes + run.streamedBytes;
    return figures;
}

SystemFigures searchedFigures(const Workload& workload, Accelerator& accelerator, double clockMhz,
                              double hostMs, const Device& device) {
    const SystemFigures figures =
        systemFigures(workload, accelerator, clockMhz, hostMs, device, Cycles::Estimated);
    if (figures.used.bram36() > device.bram36 &&
        accelerator.streamWhatDoesNotFit(workload, device, clockMhz)) {
        return systemFigures(workload, accelerator, clockMhz, hostMs, device, Cycles::Estimated);
    }
    return figures;
}

Energy energyOn(const Device& device, const Energy& energy) {
    return {energy.compute * device.energyScale, energy.onChip * device.energyScale, energy.dram};
}

Resources resourcesOn(const Device& device, const Resources& used) {
    return hasSoftProducts(device) ? withoutDsps(used) : used;
}

double areaMm2(const Resources& used, const Device& device) {
    constexpr double kMm2PerUm2 = 1e-6;
    return kMm2PerUm2 * (used.cellsUm2 + static_cast<double>(used.sramBits) * device.sramUm2PerBit +
                         static_cast<double>(used.romBits) * device.romUm2PerBit);
}

Demand demandOf(const SystemFigures& figures, const Device& device) {
    const Resources used = resourcesOn(device, figures.used);
    return {used.lut,
            used.ff,
            static_cast<double>(used.dsp),
            used.bram36(),
            areaMm2(figures.used, device),
            figures.dramBytes,
            figures.framesPerSecond(),
            figures.powerW(device)};
}

double utilization(const Demand& demand, const Device& device) {
    double share = 0.0;
    const auto count = [&share](double used, double available) {
        if (used > 0.0) {
            share = std::max(share, available > 0.0 ? used / available : used * 1e3);
        }
    };
    if (device.family == DeviceFamily::Asic) {
        count(demand.areaMm2, device.areaMm2);
    } else {
        count(demand.lut, device.lut);
        count(demand.ff, device.ff);
        count(demand.dsp, device.dsp);
        count(demand.bram36, device.bram36);
    }
    if (device.dramGBperS > 0.0) {
        count(demand.dramBytes * demand.framesPerSecond, device.dramGBperS * 1e9);
    }
    if (device.powerBudgetW > 0.0) {
        count(demand.powerW, device.powerBudgetW);
    }
    return 100.0 * share;
}

} // namespace tandem::hw
