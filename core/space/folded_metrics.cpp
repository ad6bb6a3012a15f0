// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/folded_metrics.h"

#include "core/base/error.h"
#include "core/space/design_metrics.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace tandem::space {

namespace {

double bytesMoved(const hw::folded::Program& program) {
    const hw::folded::Machine& machine = program.machine;
    std::int64_t bits = 0;
    for (const hw::folded::Pass& pass : program.passes) {
        if (pass.kind == hw::folded::Pass::Kind::Take) {
            continue; // from the bank
        }
        if (pass.moves()) {
            bits += pass.words * machine.mapBeats() * machine.mapBus;
        } else {
            const hw::folded::Image& image = program.images[static_cast<std::size_t>(pass.image)];
            bits += (image.firstBeats + (image.chunks - 1) * image.beats) * machine.weightBus;
        }
    }
    return static_cast<double>(bits) / 8;
}

struct Built {
    hw::folded::Parameters parameters;
    hw::folded::Program program;
};

/// The folded accelerator with these choices, or with as much activation memory as the network needs.
Built buildable(const hw::Workload& workload, hw::folded::Parameters parameters) {
    parameters.rows = std::min(parameters.rows, parameters.columns);
    try {
        hw::folded::Program program = hw::folded::compile(workload, parameters);
        return {parameters, std::move(program)};
    } catch (const Error&) { // a row does not fit: the only choice of a space that can be wrong
        parameters.poolWords = 0;
        return {parameters, hw::folded::compile(workload, parameters)};
    }
}

} // namespace

hw::folded::Memory memoryOf(const hw::Device& device, const hw::folded::Parameters& parameters,
                            double clockMhz) {
    hw::folded::Memory memory;
    if (device.dramGBperS > 0) {
        const double wanted = parameters.busBits / 8.0 * clockMhz * 1e6;
        memory.gap = std::max(1, static_cast<int>(std::ceil(wanted / (device.dramGBperS * 1e9 / 2))));
    }
    return memory;
}

void makeFolded(const hw::folded::Parameters& choices, Design& design) {
    Built built = buildable(design.workload, choices);
    design.kind = Template::Folded;
    design.folded = built.parameters;
    design.program = std::move(built.program);
}

point::Metrics foldedMetrics(const Design& design, std::int64_t parameterCount, double hostMs,
                             const hw::Device& device) {
    const hw::Workload& workload = design.workload;
    const hw::folded::Program& program = design.program;
    const hw::folded::Timing timing =
        hw::folded::replay(program, workload, memoryOf(device, design.folded, design.clockMhz));
    hw::AcceleratorRun run;
    run.latencyCycles = run.intervalCycles = timing.latency;
    run.transferCycles = timing.waiting + timing.moving;
    run.clockMhz = design.clockMhz;
    run.streamedBytes = bytesMoved(program);
    point::Metrics metrics;
    std::int64_t products = 0;
    for (const hw::Layer& layer : workload.layers) {
        products += hw::multiplyAccumulates(layer);
    }
    setTiming(metrics, hw::systemTime(run, hostMs, device), hw::folded::energy(workload, program), device);
    setResources(metrics, hw::folded::resources(program.machine, device.family), device);
    metrics.set(point::Metric::Macs, static_cast<double>(products), point::Source::Modelled);
    metrics.set(point::Metric::Params, static_cast<double>(parameterCount), point::Source::Modelled);
    setTraffic(metrics, run.streamedBytes, device);
    return metrics;
}

bool makeHybrid(int layers, std::int64_t interval, const hw::folded::Parameters& tail, Design& design) {
    const std::vector<int> cuts = hw::hybrid::cuts(design.workload);
    if (cuts.empty()) {
        return false;
    }
    hw::hybrid::Parameters made;
    made.layers = *std::ranges::min_element(cuts, {}, [layers](int cut) { return std::abs(cut - layers); });
    try {
        const hw::hybrid::Parts parts = hw::hybrid::split(design.workload, made.layers);
        hw::folded::Parameters streamed = tail;
        streamed.streamed = true;
        Built built = buildable(parts.tail, streamed);
        made.tail = built.parameters;
        made.head = hw::hybrid::allocate(parts.head, interval, made.tail.columns);
        hw::hybrid::checkSeam(parts, made);
        design.kind = Template::Hybrid;
        design.hybrid = std::move(made);
        design.program = std::move(built.program);
        return true;
    } catch (const Error&) { // a layer that the pipeline cannot take, or cannot hand on
        return false;
    }
}

point::Metrics hybridMetrics(const Design& design, std::int64_t parameterCount, double hostMs,
                             const hw::Device& device, bool exact) {
    const hw::Workload& workload = design.workload;
    const hw::hybrid::Parameters& hybrid = design.hybrid;
    const hw::folded::Memory memory = memoryOf(device, hybrid.tail, design.clockMhz);
    point::Metrics metrics;
    std::int64_t products = 0;
    for (const hw::Layer& layer : workload.layers) {
        products += hw::multiplyAccumulates(layer);
    }
    const std::int64_t input =
        std::int64_t{workload.inputChannels} * workload.inputHeight * workload.inputWidth;
    const hw::hybrid::Parts parts = hw::hybrid::split(workload, hybrid.layers);
    hw::AcceleratorRun run;
    run.latencyCycles = exact ? hw::hybrid::exactTiming(parts, hybrid, design.program, memory, 1).latency
                              : hw::hybrid::latencyEstimate(parts, hybrid, design.program, memory);
    run.intervalCycles = hw::hybrid::interval(parts, hybrid, design.program, memory);
    run.clockMhz = design.clockMhz;
    run.streamedBytes = static_cast<double>(input) + bytesMoved(design.program);
    setTiming(metrics, hw::systemTime(run, hostMs, device), hw::hybrid::energy(parts, hybrid, design.program),
              device);
    setResources(metrics, hw::hybrid::resources(parts, hybrid, design.program, device.family), device);
    metrics.set(point::Metric::Macs, static_cast<double>(products), point::Source::Modelled);
    metrics.set(point::Metric::Params, static_cast<double>(parameterCount), point::Source::Modelled);
    setTraffic(metrics, run.streamedBytes, device);
    return metrics;
}

} // namespace tandem::space
