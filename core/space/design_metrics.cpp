// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/design_metrics.h"

#include "core/hw/frame_bytes.h"
#include "core/hw/pipeline_cost.h"
#include "core/hw/primitives.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tandem::space {

namespace {

/// Standard cells and memory macros.
double areaMm2(const hw::pipeline::Resources& used, const hw::Device& device) {
    constexpr double kMm2PerUm2 = 1e-6;
    return kMm2PerUm2 * (used.cellsUm2 + static_cast<double>(used.sramBits) * device.sramUm2PerBit +
                         static_cast<double>(used.romBits) * device.romUm2PerBit);
}

} // namespace

double utilization(const Metrics& metrics, const hw::Device& device) {
    const auto value = [&](Metric metric) { return static_cast<double>(metrics.value(metric)); };
    double share = 0.0;
    const auto count = [&share](double used, double available) {
        if (used > 0.0) {
            share = std::max(share, available > 0.0 ? used / available : used * 1e3);
        }
    };
    if (device.family == hw::DeviceFamily::Asic) {
        count(value(Metric::AreaMm2), device.areaMm2);
    } else {
        count(value(Metric::Lut), device.lut);
        count(value(Metric::Ff), device.ff);
        count(value(Metric::Dsp), device.dsp);
        count(value(Metric::Bram), device.bram36);
    }
    if (device.dramGBperS > 0.0) {
        count(value(Metric::DramBytes) * value(Metric::ThroughputFps), device.dramGBperS * 1e9);
    }
    if (device.powerBudgetW > 0.0) {
        count(value(Metric::PowerW), device.powerBudgetW);
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

hw::pipeline::Energy energyOn(const hw::Device& device, const hw::pipeline::Energy& energy) {
    return {energy.compute * device.energyScale, energy.onChip * device.energyScale, energy.dram};
}

void setTiming(Metrics& metrics, const hw::SystemTime& time, const hw::pipeline::Energy& unscaled,
               const hw::Device& device) {
    constexpr double kMjPerPj = 1e-9;
    const hw::pipeline::Energy dynamic = energyOn(device, unscaled);
    const double framesPerSecond = 1e3 / time.frameMs;
    const double staticMj = device.staticPowerW * time.latencyMs();
    for (const auto& [metric, value] :
         {std::pair{Metric::LatencyMs, time.latencyMs()},
          {Metric::AcceleratorMs, time.acceleratorMs},
          {Metric::TransferMs, time.transferMs},
          {Metric::HostMs, time.hostMs},
          {Metric::StartUpMs, time.startUpMs},
          {Metric::ThroughputFps, framesPerSecond},
          {Metric::ComputeMj, dynamic.compute * kMjPerPj},
          {Metric::OnChipMj, dynamic.onChip * kMjPerPj},
          {Metric::DramMj, dynamic.dram * kMjPerPj},
          {Metric::StaticMj, staticMj},
          {Metric::EnergyMj, dynamic.total() * kMjPerPj + staticMj},
          {Metric::PowerW, device.staticPowerW + dynamic.total() * 1e-12 * framesPerSecond}}) {
        metrics.set(metric, value, Source::Modelled);
    }
}

hw::pipeline::Resources resourcesOn(const hw::Device& device, const hw::pipeline::Resources& used) {
    return hw::pipeline::hasSoftProducts(device) ? hw::pipeline::withoutDsps(used) : used;
}

std::optional<hw::pipeline::FitError> fitErrorOf(Metric metric, const hw::Device& device) {
    if (metric == Metric::Lut && hw::pipeline::hasSoftProducts(device)) {
        return std::nullopt;
    }
    if (metric == Metric::Lut || metric == Metric::AreaMm2) {
        return hw::pipeline::fitErrors(device.family).size;
    }
    return metric == Metric::Ff ? std::optional(hw::pipeline::fitErrors(device.family).ff) : std::nullopt;
}

void setResources(Metrics& metrics, const hw::pipeline::Resources& used, const hw::Device& device) {
    metrics.set(Metric::Ff, used.ff, Source::Modelled);
    if (device.family == hw::DeviceFamily::Asic) {
        metrics.set(Metric::AreaMm2, areaMm2(used, device), Source::Modelled);
        return;
    }
    const hw::pipeline::Resources resources = resourcesOn(device, used);
    metrics.set(Metric::Lut, resources.lut, Source::Modelled);
    metrics.set(Metric::Dsp, resources.dsp, Source::Modelled);
    metrics.set(Metric::Bram, resources.bram36(), Source::Modelled);
}

void setTraffic(Metrics& metrics, const Design& design, const hw::Device& device) {
    const hw::Workload& workload = design.workload;
    setTraffic(metrics,
               static_cast<double>(hw::inputBytes(workload) + hw::outputBytes(workload) +
                                   hw::pipeline::streamedBytes(workload, design.parameters)),
               device);
}

void setTraffic(Metrics& metrics, double bytes, const hw::Device& device) {
    metrics.set(Metric::DramBytes, bytes, Source::Modelled);
    metrics.set(Metric::Utilization, utilization(metrics, device), Source::Modelled);
}

Metrics designMetrics(const Design& design, std::span<const hw::pipeline::Engine> engines,
                      std::int64_t parameterCount, double hostMs, const hw::Device& device) {
    const hw::Workload& workload = design.workload;
    Metrics metrics;
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
    metrics.set(Metric::Macs, static_cast<double>(products), Source::Modelled);
    metrics.set(Metric::Params, static_cast<double>(parameterCount), Source::Modelled);
    setTraffic(metrics, design, device);
    return metrics;
}

} // namespace tandem::space
