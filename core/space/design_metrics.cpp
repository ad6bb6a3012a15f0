// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/design_metrics.h"

#include "core/hw/device/primitives.h"
#include "core/hw/pipeline/cost.h"
#include "core/hw/workload/frame_bytes.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tandem::space {

namespace {

/// Standard cells and memory macros.
double areaMm2(const hw::Resources& used, const hw::Device& device) {
    constexpr double kMm2PerUm2 = 1e-6;
    return kMm2PerUm2 * (used.cellsUm2 + static_cast<double>(used.sramBits) * device.sramUm2PerBit +
                         static_cast<double>(used.romBits) * device.romUm2PerBit);
}

} // namespace

double utilization(const point::Metrics& metrics, const hw::Device& device) {
    const auto value = [&](point::Metric metric) { return static_cast<double>(metrics.value(metric)); };
    double share = 0.0;
    const auto count = [&share](double used, double available) {
        if (used > 0.0) {
            share = std::max(share, available > 0.0 ? used / available : used * 1e3);
        }
    };
    if (device.family == hw::DeviceFamily::Asic) {
        count(value(point::Metric::AreaMm2), device.areaMm2);
    } else {
        count(value(point::Metric::Lut), device.lut);
        count(value(point::Metric::Ff), device.ff);
        count(value(point::Metric::Dsp), device.dsp);
        count(value(point::Metric::Bram), device.bram36);
    }
    if (device.dramGBperS > 0.0) {
        count(value(point::Metric::DramBytes) * value(point::Metric::ThroughputFps), device.dramGBperS * 1e9);
    }
    if (device.powerBudgetW > 0.0) {
        count(value(point::Metric::PowerW), device.powerBudgetW);
    }
    return 100.0 * share;
}

hw::pipeline::Budget pipelineBudget(const hw::Device& device, double clockMhz) {
    hw::pipeline::Budget budget{device.lut, device.ff, device.dsp, device.bram36, device.family};
    budget.memoryBytes = device.dramGBperS * 1e3 / clockMhz;
    hw::pipeline::WeightPort& port = budget.weightPort;
    const double bits = 8 * budget.memoryBytes;
    constexpr int kNarrowest = 8;
    while (port.busBits > kNarrowest && port.busBits > bits) {
        port.busBits /= 2;
    }
    if (bits > 0) {
        port.memory.gap = std::max(1, static_cast<int>(std::ceil(port.busBits / bits)));
    }
    return budget;
}

hw::AcceleratorRun pipelineRun(const Design& design, std::span<const hw::pipeline::Engine> engines,
                               std::int64_t latencyCycles, std::int64_t intervalCycles) {
    const hw::Workload& workload = design.workload;
    return {latencyCycles,
            intervalCycles,
            engines.front().inputFrame,
            engines.back().outputFrame,
            0,
            design.clockMhz,
            static_cast<double>(hw::inputBytes(workload)),
            static_cast<double>(hw::outputBytes(workload)),
            static_cast<double>(hw::pipeline::streamedBytes(workload, design.parameters))};
}

hw::Energy energyOn(const hw::Device& device, const hw::Energy& energy) {
    return {energy.compute * device.energyScale, energy.onChip * device.energyScale, energy.dram};
}

void setTiming(point::Metrics& metrics, const hw::SystemTime& time, const hw::Energy& unscaled,
               const hw::Device& device) {
    constexpr double kMjPerPj = 1e-9;
    const hw::Energy dynamic = energyOn(device, unscaled);
    const double framesPerSecond = 1e3 / time.frameMs;
    const double staticMj = device.staticPowerW * time.latencyMs();
    for (const auto& [metric, value] :
         {std::pair{point::Metric::LatencyMs, time.latencyMs()},
          {point::Metric::AcceleratorMs, time.acceleratorMs},
          {point::Metric::TransferMs, time.transferMs},
          {point::Metric::HostMs, time.hostMs},
          {point::Metric::StartUpMs, time.startUpMs},
          {point::Metric::ThroughputFps, framesPerSecond},
          {point::Metric::ComputeMj, dynamic.compute * kMjPerPj},
          {point::Metric::OnChipMj, dynamic.onChip * kMjPerPj},
          {point::Metric::DramMj, dynamic.dram * kMjPerPj},
          {point::Metric::StaticMj, staticMj},
          {point::Metric::EnergyMj, dynamic.total() * kMjPerPj + staticMj},
          {point::Metric::PowerW, device.staticPowerW + dynamic.total() * 1e-12 * framesPerSecond}}) {
        metrics.set(metric, value, point::Source::Modelled);
    }
}

hw::Resources resourcesOn(const hw::Device& device, const hw::Resources& used) {
    return hw::hasSoftProducts(device) ? hw::withoutDsps(used) : used;
}

std::optional<hw::FitError> fitErrorOf(point::Metric metric, const hw::Device& device) {
    if (metric == point::Metric::Lut && hw::hasSoftProducts(device)) {
        return std::nullopt;
    }
    if (metric == point::Metric::Lut || metric == point::Metric::AreaMm2) {
        return hw::fitErrors(device.family).size;
    }
    return metric == point::Metric::Ff ? std::optional(hw::fitErrors(device.family).ff) : std::nullopt;
}

void setResources(point::Metrics& metrics, const hw::Resources& used, const hw::Device& device) {
    metrics.set(point::Metric::Ff, used.ff, point::Source::Modelled);
    if (device.family == hw::DeviceFamily::Asic) {
        metrics.set(point::Metric::AreaMm2, areaMm2(used, device), point::Source::Modelled);
        return;
    }
    const hw::Resources resources = resourcesOn(device, used);
    metrics.set(point::Metric::Lut, resources.lut, point::Source::Modelled);
    metrics.set(point::Metric::Dsp, resources.dsp, point::Source::Modelled);
    metrics.set(point::Metric::Bram, resources.bram36(), point::Source::Modelled);
}

void setTraffic(point::Metrics& metrics, const Design& design, const hw::Device& device) {
    const hw::Workload& workload = design.workload;
    setTraffic(metrics,
               static_cast<double>(hw::inputBytes(workload) + hw::outputBytes(workload) +
                                   hw::pipeline::streamedBytes(workload, design.parameters)),
               device);
}

void setTraffic(point::Metrics& metrics, double bytes, const hw::Device& device) {
    metrics.set(point::Metric::DramBytes, bytes, point::Source::Modelled);
    metrics.set(point::Metric::Utilization, utilization(metrics, device), point::Source::Modelled);
}

point::Metrics designMetrics(const Design& design, std::span<const hw::pipeline::Engine> engines,
                             std::int64_t parameterCount, double hostMs, const hw::Device& device) {
    const hw::Workload& workload = design.workload;
    point::Metrics metrics;
    std::int64_t products = 0;
    for (const hw::Layer& layer : workload.layers) {
        products += hw::multiplyAccumulates(layer);
    }
    const hw::AcceleratorRun run =
        pipelineRun(design, engines, hw::pipeline::latencyEstimate(workload, engines),
                    hw::pipeline::interval(workload, engines));
    setTiming(metrics, hw::systemTime(run, hostMs, device),
              hw::pipeline::energy(workload, design.parameters, engines), device);
    setResources(metrics, hw::pipeline::resources(workload, design.parameters, engines, device.family),
                 device);
    metrics.set(point::Metric::Macs, static_cast<double>(products), point::Source::Modelled);
    metrics.set(point::Metric::Params, static_cast<double>(parameterCount), point::Source::Modelled);
    setTraffic(metrics, design, device);
    return metrics;
}

} // namespace tandem::space
