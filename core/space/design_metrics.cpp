// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/design_metrics.h"

#include "core/hw/pipeline_cost.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tandem::space {

namespace {

/// Stand-ins for the area that FPGA primitives' work takes as standard cells in 45 nm, square micrometres: a
/// look-up table as about ten gates of 0.8, a flip-flop as 4.5, a 25x18 multiplier with its 48-bit adder
/// scaled from the 8-bit multiplier (282) and 32-bit adder (137) of Horowitz, ISSCC 2014, and SRAM at 0.374
/// per cell with 70 % of the macro being cells. A proxy: no standard-cell synthesis stands behind it.
constexpr double kLutUm2 = 8.0, kFfUm2 = 4.5, kDspUm2 = 2190.0;
constexpr double kBram36Um2 = 36864.0 * 0.374 / 0.7;

double asicAreaMm2(const Metrics& metrics) {
    const auto value = [&](Metric metric) { return static_cast<double>(metrics.value(metric)); };
    return 1e-6 * (value(Metric::Lut) * kLutUm2 + value(Metric::Ff) * kFfUm2 + value(Metric::Dsp) * kDspUm2 +
                   value(Metric::Bram) * kBram36Um2);
}

/// Bytes of a stream's frame, each element padded to whole bytes.
std::int64_t frameBytes(int channels, int height, int width, int bits) {
    return std::int64_t{channels} * height * width * ((bits + 7) / 8);
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
        count(asicAreaMm2(metrics), device.areaMm2);
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
    const hw::Layer& last = workload.layers.back();
    return {latencyCycles,
            intervalCycles,
            engines.front().inputFrame,
            engines.back().outputFrame,
            0,
            design.clockMhz,
            static_cast<double>(frameBytes(workload.inputChannels, workload.inputHeight, workload.inputWidth,
                                           workload.inputBits)),
            static_cast<double>(
                frameBytes(last.outputChannels, last.outputHeight, last.outputWidth, last.outputBits)),
            static_cast<double>(hw::pipeline::streamedBytes(workload, design.parameters))};
}

void setTiming(Metrics& metrics, const hw::SystemTime& time, const hw::pipeline::Energy& dynamic,
               const hw::Device& device) {
    constexpr double kMjPerPj = 1e-9;
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

void setResources(Metrics& metrics, const hw::pipeline::Resources& resources) {
    metrics.set(Metric::Lut, resources.lut, Source::Modelled);
    metrics.set(Metric::Ff, resources.ff, Source::Modelled);
    metrics.set(Metric::Dsp, resources.dsp, Source::Modelled);
    metrics.set(Metric::Bram, resources.bram36(), Source::Modelled);
}

void setTraffic(Metrics& metrics, const Design& design, const hw::Device& device) {
    const hw::Workload& workload = design.workload;
    const hw::Layer& last = workload.layers.back();
    const std::int64_t bytes =
        frameBytes(workload.inputChannels, workload.inputHeight, workload.inputWidth, workload.inputBits) +
        frameBytes(last.outputChannels, last.outputHeight, last.outputWidth, last.outputBits) +
        hw::pipeline::streamedBytes(workload, design.parameters);
    setTraffic(metrics, static_cast<double>(bytes), device);
}

void setTraffic(Metrics& metrics, double bytes, const hw::Device& device) {
    metrics.set(Metric::DramBytes, bytes, Source::Modelled);
    metrics.set(Metric::Utilization, utilization(metrics, device),
                device.family == hw::DeviceFamily::Asic ? Source::Proxy : Source::Modelled);
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
    setResources(metrics, hw::pipeline::resources(workload, design.parameters, engines, device.family));
    metrics.set(Metric::Macs, static_cast<double>(products), Source::Modelled);
    metrics.set(Metric::Params, static_cast<double>(parameterCount), Source::Modelled);
    setTraffic(metrics, design, device);
    return metrics;
}

} // namespace tandem::space
