// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/folded/accelerator.h"

#include "core/hw/folded/template.h"

namespace tandem::hw::folded {

FoldedArray::FoldedArray(const Workload& workload, const Parameters& chosen, const Memory& behind)
    : FoldedArray(chosen, behind, compile(workload, chosen)) {}

FoldedArray::FoldedArray(const Parameters& chosen, const Memory& behind, Program made)
    : parameters(chosen), memory(behind), program(std::move(made)) {}

std::unique_ptr<Accelerator> FoldedArray::clone() const {
    return std::make_unique<FoldedArray>(*this);
}

std::string_view FoldedArray::templateName() const {
    return kTemplate.name;
}

std::vector<std::pair<std::string, std::string>> choiceTexts(const Parameters& parameters) {
    const auto words = [](int count) {
        return count == 0 ? std::string("as many as needed") : fmt::format("{}", count);
    };
    return {{"rows", fmt::format("{}", parameters.rows)},
            {"columns", fmt::format("{}", parameters.columns)},
            {"order", parameters.order == Order::Weights ? "weights" : "outputs"},
            {"multiplier", toString(parameters.multiplier)},
            {"bus bits", fmt::format("{}", parameters.busBits)},
            {"words of activations", words(parameters.poolWords)},
            {"words of weights", words(parameters.ringWords)}};
}

std::vector<std::pair<std::string, std::string>> FoldedArray::choices() const {
    return choiceTexts(parameters);
}

Fault FoldedArray::fault(const Workload& workload) const {
    return folded::fault(workload, parameters);
}

AcceleratorRun FoldedArray::run(const Workload& workload, Cycles) const {
    const Timing timing = replay(program, workload, memory);
    AcceleratorRun run;
    run.latencyCycles = run.intervalCycles = timing.latency;
    run.transferCycles = timing.waiting + timing.moving;
    run.streamedBytes = bytesMoved(program);
    return run;
}

FrameCycles FoldedArray::exactCycles(const Workload& workload) const {
    const std::int64_t cycles = replay(program, workload, memory).latency;
    return {cycles, cycles, cycles};
}

Resources FoldedArray::resources(const Workload&, DeviceFamily family) const {
    return folded::resources(program.machine, family);
}

CostTerms FoldedArray::costTerms(const Workload&, const Technology& technology) const {
    return folded::costTerms(program.machine, technology);
}

Energy FoldedArray::energy(const Workload& workload) const {
    return folded::energy(workload, program);
}

std::vector<LayerFigures> layersOf(const Workload& workload, const Parameters& parameters,
                                   const Program& program, const Memory& memory) {
    const std::vector<std::int64_t> cycles = replay(program, workload, memory).layers;
    const std::vector<Energy> energies = layerEnergies(workload, program);
    const std::size_t layers = workload.layers.size(); // behind them load and store
    std::vector<LayerFigures> figures;
    for (std::size_t l = 0; l < layers; ++l) {
        figures.push_back({{parameters.columns, parameters.rows}, cycles[l], {}, energies[l]});
    }
    figures.front().energy += energies[layers];
    figures.back().energy += energies[layers + 1];
    return figures;
}

std::vector<LayerFigures> FoldedArray::layers(const Workload& workload, DeviceFamily) const {
    return layersOf(workload, parameters, program, memory);
}

std::string_view FoldedArray::replayed() const {
    return "instruction with a memory of the device's bandwidth and 32 cycles of latency";
}

double bytesMoved(const Program& program) {
    const Machine& machine = program.machine;
    std::int64_t bits = 0;
    for (const Pass& pass : program.passes) {
        if (pass.kind == Pass::Kind::Take) {
            continue; // from the bank
        }
        if (pass.moves()) {
            bits += pass.words * machine.mapBeats() * machine.mapBus;
        } else {
            const Image& image = program.images[static_cast<std::size_t>(pass.image)];
            bits += (image.firstBeats + (image.chunks - 1) * image.beats) * machine.weightBus;
        }
    }
    return static_cast<double>(bits) / 8;
}

} // namespace tandem::hw::folded
