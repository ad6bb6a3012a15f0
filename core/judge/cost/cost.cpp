// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/cost/cost.h"

#include "core/hw/device/primitives.h"
#include "core/space/decoder.h"

#include <utility>

namespace tandem::judge {

namespace {

/// LUT, FF, DSP and BRAM, or FF and area of an ASIC: cells (modelled) and memory macros (modelled, of an
/// assumed size).
void setResources(point::Metrics& metrics, const hw::Resources& used, const hw::Device& device) {
    metrics.set(point::Metric::Ff, used.ff, point::Source::Modelled);
    if (device.family == hw::DeviceFamily::Asic) {
        metrics.set(point::Metric::AreaMm2, hw::areaMm2(used, device), point::Source::Modelled);
        return;
    }
    const hw::Resources resources = hw::resourcesOn(device, used);
    metrics.set(point::Metric::Lut, resources.lut, point::Source::Modelled);
    metrics.set(point::Metric::Dsp, resources.dsp, point::Source::Modelled);
    metrics.set(point::Metric::Bram, resources.bram36(), point::Source::Modelled);
}

void setSize(point::Metrics& metrics, const hw::Workload& workload, std::int64_t parameterCount) {
    std::int64_t products = 0;
    for (const hw::Layer& layer : workload.layers) {
        products += hw::multiplyAccumulates(layer);
    }
    metrics.set(point::Metric::Macs, static_cast<double>(products), point::Source::Modelled);
    metrics.set(point::Metric::Params, static_cast<double>(parameterCount), point::Source::Modelled);
}

} // namespace

point::Metrics metricsOf(const hw::SystemFigures& figures, const hw::Device& device) {
    constexpr double kMjPerPj = 1e-9;
    const hw::SystemTime& time = figures.time;
    const hw::Energy& dynamic = figures.dynamic;
    point::Metrics metrics;
    for (const auto& [metric, value] :
         {std::pair{point::Metric::LatencyMs, time.latencyMs()},
          {point::Metric::AcceleratorMs, time.acceleratorMs},
          {point::Metric::TransferMs, time.transferMs},
          {point::Metric::HostMs, time.hostMs},
          {point::Metric::StartUpMs, time.startUpMs},
          {point::Metric::ThroughputFps, figures.framesPerSecond()},
          {point::Metric::ComputeMj, dynamic.compute * kMjPerPj},
          {point::Metric::OnChipMj, dynamic.onChip * kMjPerPj},
          {point::Metric::DramMj, dynamic.dram * kMjPerPj},
          {point::Metric::StaticMj, figures.staticMj},
          {point::Metric::EnergyMj, dynamic.total() * kMjPerPj + figures.staticMj},
          {point::Metric::PowerW, figures.powerW(device)},
          {point::Metric::DramBytes, figures.dramBytes}}) {
        metrics.set(metric, value, point::Source::Modelled);
    }
    setResources(metrics, figures.used, device);
    metrics.set(point::Metric::Utilization, utilization(metrics, device), point::Source::Modelled);
    return metrics;
}

point::Metrics cost(const space::JointSpace& joint, const point::Encoding& encoding,
                    space::Scratch& scratch) {
    const space::Decoder& decoder = joint.decoder();
    const hw::Device& device = decoder.device();
    const bool isBuilt = !decoder.decode(encoding, false, scratch);
    point::Metrics metrics;
    if (isBuilt) {
        metrics = metricsOf(hw::searchedFigures(scratch.workload, scratch.accelerator(), scratch.clockMhz,
                                                decoder.hostMs(), device),
                            device);
    }
    metrics.set(point::Metric::Faults, isBuilt ? 0 : 1, point::Source::Modelled);
    setSize(metrics, scratch.workload, decoder.tables().parameterCount(scratch.resolution));
    return metrics;
}

point::Metrics cost(const space::JointSpace& joint, const point::Encoding& encoding) {
    space::Scratch scratch;
    return cost(joint, encoding, scratch);
}

point::Metrics exactCost(const space::JointSpace& joint, const point::Encoding& encoding,
                         const space::Design& design) {
    const hw::Device& device = joint.device();
    point::Metrics metrics =
        metricsOf(hw::systemFigures(design.workload, *design.accelerator, design.clockMhz,
                                    joint.decoder().hostMs(), device, hw::Cycles::Exact),
                  device);
    metrics.set(point::Metric::Faults, 0, point::Source::Modelled);
    setSize(metrics, design.workload, joint.parameterCount(encoding));
    return metrics;
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

double utilization(const point::Metrics& metrics, const hw::Device& device) {
    const auto value = [&](point::Metric metric) { return static_cast<double>(metrics.value(metric)); };
    return hw::utilization({value(point::Metric::Lut), value(point::Metric::Ff), value(point::Metric::Dsp),
                            value(point::Metric::Bram), value(point::Metric::AreaMm2),
                            value(point::Metric::DramBytes), value(point::Metric::ThroughputFps),
                            value(point::Metric::PowerW)},
                           device);
}

} // namespace tandem::judge
