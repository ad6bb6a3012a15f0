// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/hybrid/accelerator.h"

#include "core/hw/folded/accelerator.h"
#include "core/hw/hybrid/template.h"
#include "core/hw/pipeline/accelerator.h"
#include "core/hw/pipeline/cost.h"

#include <algorithm>
#include <functional>
#include <iterator>

namespace tandem::hw::hybrid {

Hybrid::Hybrid(const Workload& workload, Parameters chosen, const folded::Memory& behind)
    : parameters(std::move(chosen)), memory(behind) {
    refuse(hybrid::fault(workload, parameters));
    parts = split(workload, parameters.layers);
    program = compile(parts, parameters);
}

std::unique_ptr<Accelerator> Hybrid::clone() const {
    return std::make_unique<Hybrid>(*this);
}

std::string_view Hybrid::templateName() const {
    return kTemplate.name;
}

std::vector<std::pair<std::string, std::string>> Hybrid::choices() const {
    std::vector<std::pair<std::string, std::string>> texts{
        {"layers of the pipeline", fmt::format("{}", parameters.layers)}};
    for (std::size_t l = 0; l < parameters.head.foldings.size(); ++l) {
        texts.emplace_back(fmt::format("layer {}", l), pipeline::describe(parameters.head.foldings[l]));
    }
    std::ranges::move(folded::choiceTexts(parameters.tail), std::back_inserter(texts));
    return texts;
}

Fault Hybrid::fault(const Workload& workload) const {
    return hybrid::fault(workload, parameters);
}

AcceleratorRun Hybrid::run(const Workload& workload, Cycles cycles) const {
    const std::int64_t input =
        std::int64_t{workload.inputChannels} * workload.inputHeight * workload.inputWidth;
    AcceleratorRun run;
    run.latencyCycles = cycles == Cycles::Exact ? exactTiming(parts, parameters, program, memory, 1).latency
                                                : latencyEstimate(parts, parameters, program, memory);
    run.intervalCycles = interval(parts, parameters, program, memory);
    run.streamedBytes = static_cast<double>(input) + folded::bytesMoved(program);
    return run;
}

FrameCycles Hybrid::exactCycles(const Workload&) const {
    const Timing timing = exactTiming(parts, parameters, program, memory);
    return {timing.latency, timing.latency, timing.interval};
}

Resources Hybrid::resources(const Workload&, DeviceFamily family) const {
    return hybrid::resources(parts, parameters, program, family);
}

CostTerms Hybrid::costTerms(const Workload&, const Technology& technology) const {
    CostTerms terms = pipeline::costTerms(parts.head, parameters.head, technology);
    std::ranges::transform(terms, folded::costTerms(program.machine, technology), terms.begin(),
                           std::plus<>());
    return terms;
}

Energy Hybrid::energy(const Workload&) const {
    return hybrid::energy(parts, parameters, program);
}

std::vector<LayerFigures> Hybrid::layers(const Workload&, DeviceFamily family) const {
    std::vector<LayerFigures> figures = pipeline::layersOf(parts.head, parameters.head, family);
    figures.back().energy.onChip += seamEnergy(parts, parameters);
    std::ranges::move(folded::layersOf(parts.tail, parameters.tail, program, memory),
                      std::back_inserter(figures));
    return figures;
}

std::string_view Hybrid::replayed() const {
    return "beat of the pipeline and every instruction of the folded array with a memory of the device's "
           "bandwidth and 32 cycles of latency";
}

std::vector<std::string> Hybrid::remarks(const Workload&) const {
    return {
        fmt::format("The first {} of {} layers are a pipeline, the others stand on the folded array; both "
                    "work at the same time, on different frames.",
                    parameters.layers, parts.head.layers.size() + parts.tail.layers.size())};
}

} // namespace tandem::hw::hybrid
