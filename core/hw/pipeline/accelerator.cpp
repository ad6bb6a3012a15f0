// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline/accelerator.h"

#include "core/hw/pipeline/cost.h"
#include "core/hw/pipeline/netlist.h"
#include "core/hw/pipeline/template.h"
#include "core/hw/pipeline/weight_stream.h"
#include "core/hw/workload/frame_bytes.h"

#include <algorithm>
#include <cmath>

namespace tandem::hw::pipeline {

Pipeline::Pipeline(const Workload& workload, Parameters chosen)
    : parameters(std::move(chosen)), engines(enginesOf(workload, parameters)) {}

std::unique_ptr<Accelerator> Pipeline::clone() const {
    return std::make_unique<Pipeline>(*this);
}

std::string_view Pipeline::templateName() const {
    return kTemplate.name;
}

std::string describe(const Folding& folding) {
    return fmt::format("pe {}, simd {}, {}, {}", folding.pe, folding.simd, toString(folding.multiplier),
                       toString(folding.weights));
}

std::vector<std::pair<std::string, std::string>> Pipeline::choices() const {
    std::vector<std::pair<std::string, std::string>> texts;
    for (std::size_t l = 0; l < parameters.foldings.size(); ++l) {
        texts.emplace_back(fmt::format("layer {}", l), describe(parameters.foldings[l]));
    }
    const WeightPort& port = parameters.weightPort;
    texts.emplace_back("ports of weights", fmt::format("{} bits, latency {}, gap {}", port.busBits,
                                                       port.memory.latency, port.memory.gap));
    return texts;
}

Fault Pipeline::fault(const Workload& workload) const {
    return pipeline::fault(workload, parameters);
}

AcceleratorRun Pipeline::run(const Workload& workload, Cycles cycles) const {
    AcceleratorRun run;
    if (cycles == Cycles::Exact) {
        const FrameCycles exact = exactCycles(workload);
        run.latencyCycles = exact.latency;
        run.intervalCycles = exact.interval;
    } else {
        run.latencyCycles = latencyEstimate(workload, engines);
        run.intervalCycles = interval(workload, engines);
    }
    run.inputCycles = engines.front().inputFrame;
    run.outputCycles = engines.back().outputFrame;
    run.inputBytes = static_cast<double>(inputBytes(workload));
    run.outputBytes = static_cast<double>(outputBytes(workload));
    run.streamedBytes = static_cast<double>(streamedBytes(workload, parameters));
    return run;
}

FrameCycles Pipeline::exactCycles(const Workload& workload) const {
    return exactTiming(workload, parameters);
}

Resources Pipeline::resources(const Workload& workload, DeviceFamily family) const {
    return pipeline::resources(workload, parameters, engines, family);
}

CostTerms Pipeline::costTerms(const Workload& workload, const Technology& technology) const {
    return pipeline::costTerms(workload, parameters, technology);
}

Energy Pipeline::energy(const Workload& workload) const {
    return pipeline::energy(workload, parameters, engines);
}

std::vector<LayerFigures> layersOf(const Workload& workload, const Parameters& parameters,
                                   DeviceFamily family) {
    std::vector<LayerFigures> figures;
    auto first = workload.layers.size();
    for (std::size_t l = 0; l < workload.layers.size(); ++l) {
        const Layer& layer = workload.layers[l];
        const Folding& folding = parameters.foldings.at(l);
        figures.push_back({folding, layerInterval(layer, folding, parameters.weightPort),
                           layerResources(layer, folding, family, parameters.weightPort),
                           layerEnergy(layer, folding, parameters.weightPort),
                           streamsWeights(layer, folding)});
        // The first layer that takes the frame counts for it; a fork hands it to the others.
        if (first == workload.layers.size() && std::ranges::count(layer.inputs, kNetworkInput) > 0) {
            first = l;
            figures.back().energy.dram += inputEnergy(workload);
        }
    }
    return figures;
}

std::vector<LayerFigures> Pipeline::layers(const Workload& workload, DeviceFamily family) const {
    std::vector<LayerFigures> figures = layersOf(workload, parameters, family);
    if (!figures.empty()) {
        figures.back().energy.dram += outputEnergy(workload);
    }
    return figures;
}

bool Pipeline::streamWhatDoesNotFit(const Workload& workload, const Device& device, double clockMhz) {
    if (!pipeline::streamWhatDoesNotFit(workload, parameters, budgetOn(device, clockMhz))) {
        return false;
    }
    engines = enginesOf(workload, parameters);
    return true;
}

std::string_view Pipeline::replayed() const {
    return "beat of the pipeline";
}

std::vector<std::string> Pipeline::remarks(const Workload& workload) const {
    std::vector<std::string> names;
    for (std::size_t l = 0; l < workload.layers.size(); ++l) {
        if (streamsWeights(workload.layers[l], parameters.foldings[l])) {
            names.push_back(workload.layers[l].name);
        }
    }
    if (names.empty()) {
        return {};
    }
    const MemoryTiming& memory = parameters.weightPort.memory;
    return {fmt::format(
        "The weights of {} stream from memory, again for every output pixel. Cycles are for a memory "
        "that gives the first beat of a request after {} cycles, then one every {}.",
        fmt::join(names, ", "), memory.latency, memory.gap)};
}

Budget budgetOn(const Device& device, double clockMhz) {
    Budget budget{device.lut, device.ff, device.dsp, device.bram36, device.family};
    budget.memoryBytes = device.dramGBperS * 1e3 / clockMhz;
    WeightPort& port = budget.weightPort;
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

} // namespace tandem::hw::pipeline
