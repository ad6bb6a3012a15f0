// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/bench.h"
#include "app/cli/table.h"
#include "app/common/resources.h"
#include "core/base/error.h"
#include "core/base/process.h"
#include "core/base/random.h"
#include "core/codegen/rtl/folded/folded_rtl.h"
#include "core/codegen/rtl/folded/memory.h"
#include "core/codegen/rtl/pipeline/pipeline_rtl.h"
#include "core/codegen/rtl/sample_design.h"
#include "core/codegen/verify/rtl_tools.h"
#include "core/hw/folded/folded.h"
#include "core/hw/pipeline/timing.h"
#include "core/hw/workload/workload_of.h"

#include <unistd.h>

#include <functional>

namespace tandem::cli {

namespace {

constexpr int kFrames = 3;
/// Icarus starts at once but needs a second for some thousand cycles; Verilator builds for seconds first.
constexpr std::int64_t kIcarusCycles = 30'000;
/// Every so many designs run in both simulators.
constexpr int kBothEvery = 8;

/// What a template's designs did.
struct Tally {
    int designs = 0, icarus = 0, verilator = 0;
    int valuesExact = 0, cyclesExact = 0, layersExact = 0, stalledExact = 0;
    std::int64_t beats = 0, cycles = 0, layers = 0;
    double seconds = 0.0;

    /// Comparisons that came out different.
    int missed() const {
        const int runs = icarus + verilator;
        return 3 * runs - valuesExact - cyclesExact - layersExact + designs - stalledExact;
    }
};

std::vector<std::vector<std::int32_t>> inputsOf(const codegen::SampleDesign& design, std::uint64_t seed) {
    std::vector<std::vector<std::int32_t>> inputs{design.input};
    const auto& format = design.network.tensors.at(static_cast<std::size_t>(design.network.input())).format;
    Random random(seed);
    const auto values = static_cast<std::uint64_t>(format.high() - format.low() + 1);
    while (inputs.size() < kFrames) {
        std::vector<std::int32_t>& made = inputs.emplace_back(design.input.size());
        for (std::int32_t& value : made) {
            value = format.low() + static_cast<int>(random.below(values));
        }
    }
    return inputs;
}

/// One template's random design: written into the folder, with what its simulation must say.
struct Design {
    std::vector<std::vector<std::uint32_t>> golden;
    std::int64_t cycles = 0; ///< of all frames, about
    std::function<bool(const codegen::Simulation&)> framesExact, layersExact;
};

Design pipelineDesign(std::uint64_t seed, const std::filesystem::path& folder) {
    const codegen::SampleDesign design = codegen::sampleDesign(seed);
    const std::vector<std::vector<std::int32_t>> inputs = inputsOf(design, seed);
    const hw::Workload workload = hw::workloadOf(design.network);
    const hw::pipeline::Replay expected =
        hw::pipeline::replay(workload, hw::pipeline::netlistOf(workload, design.parameters), kFrames);
    codegen::writePipelineRtl(design.network, design.parameters, inputs, app::resourceFolder() / "rtl",
                              folder);
    return {codegen::layerChecksums(design.network, inputs), expected.lastOutput.back(),
            [expected](const codegen::Simulation& simulation) {
                return simulation.firstOutput == expected.firstOutput &&
                       simulation.lastOutput == expected.lastOutput;
            },
            [expected](const codegen::Simulation& simulation) {
                return std::ranges::all_of(simulation.layers, [&](const codegen::LayerChecksum& layer) {
                    return layer.cycle == expected.layers.at(layer.layer).at(layer.input);
                });
            }};
}

Design foldedDesign(std::uint64_t seed, const std::filesystem::path& folder) {
    const codegen::SampleDesign design = codegen::sampleDesign(seed);
    const std::vector<std::vector<std::int32_t>> inputs = inputsOf(design, seed);
    const hw::folded::Parameters parameters = codegen::sampleArray(seed);
    Random random = Random::stream(seed, 1);
    const hw::folded::Memory memory{static_cast<int>(1 + random.below(40)),
                                    static_cast<int>(1 + random.below(3))};
    const hw::folded::Timing expected = hw::folded::replay(codegen::foldedProgram(design.network, parameters),
                                                           hw::workloadOf(design.network), memory);
    codegen::writeFoldedRtl(design.network, parameters, memory, inputs, app::resourceFolder() / "rtl",
                            folder);
    return {
        codegen::layerChecksums(design.network, inputs), expected.latency * kFrames,
        [expected](const codegen::Simulation& simulation) {
            for (std::int64_t frame = 0; frame < std::ssize(simulation.lastOutput); ++frame) {
                if (simulation.lastOutput[static_cast<std::size_t>(frame)] !=
                    (frame + 1) * expected.latency) {
                    return false;
                }
            }
            return std::ssize(simulation.lastOutput) == kFrames;
        },
        // A layer's cycles are those of its instructions.
        [expected](const codegen::Simulation& simulation) { return simulation.begins == expected.begins; }};
}

void simulate(const Design& design, codegen::Simulator tool, const std::filesystem::path& folder,
              Tally& tally) {
    const codegen::Simulation simulation = codegen::simulateRtl(folder, tool);
    tally.valuesExact +=
        simulation.exact && !codegen::firstDifference(design.golden, simulation.layers) ? 1 : 0;
    tally.cyclesExact += design.framesExact(simulation) ? 1 : 0;
    tally.layersExact += design.layersExact(simulation) ? 1 : 0;
    (tool == codegen::Simulator::Icarus ? tally.icarus : tally.verilator) += 1;
    tally.beats += simulation.outputs;
    tally.cycles += design.cycles;
    tally.seconds += simulation.seconds;
}

using Maker = Design (*)(std::uint64_t seed, const std::filesystem::path& folder);

/// One design in the simulators that pay, and once more with stalled ports. False where anything differs.
bool run(Maker make, std::uint64_t seed, const std::filesystem::path& folder, Tally& tally) {
    const Tally before = tally;
    std::filesystem::remove_all(folder);
    const Design design = make(seed, folder);
    const bool both = tally.designs % kBothEvery == 0;
    const bool shortRun = design.cycles <= kIcarusCycles;
    if (both || shortRun) {
        simulate(design, codegen::Simulator::Icarus, folder, tally);
    }
    if (both || !shortRun) {
        simulate(design, codegen::Simulator::Verilator, folder, tally);
    }
    const codegen::Simulation stalled =
        codegen::simulateRtl(folder, shortRun ? codegen::Simulator::Icarus : codegen::Simulator::Verilator,
                             {30, 30, static_cast<int>(seed % 1000) + 1});
    tally.stalledExact += stalled.exact && !codegen::firstDifference(design.golden, stalled.layers) ? 1 : 0;
    tally.seconds += stalled.seconds;
    tally.layers += static_cast<std::int64_t>(design.golden.size());
    ++tally.designs;
    return tally.missed() == before.missed();
}

nlohmann::ordered_json toJson(const Tally& tally) {
    return {{"designs", tally.designs},
            {"layers", tally.layers},
            {"simulations_icarus", tally.icarus},
            {"simulations_verilator", tally.verilator},
            {"values_exact", tally.valuesExact},
            {"frame_cycles_exact", tally.cyclesExact},
            {"layer_cycles_exact", tally.layersExact},
            {"stalled_values_exact", tally.stalledExact},
            {"output_beats", tally.beats},
            {"cycles", tally.cycles},
            {"seconds", tally.seconds}};
}

} // namespace

BenchResult benchRtl(const BenchArguments& arguments) {
    for (const char* tool : {"iverilog", "verilator"}) {
        if (findProgram(tool).empty()) {
            throw workError("'{}' is not installed or not on PATH; this benchmark needs it", tool);
        }
    }
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / fmt::format("tandem-bench-rtl-{}", getpid());
    Table table({"template", "designs", "layers", "Icarus", "Verilator", "values exact",
                 "cycles per frame exact", "cycles per layer exact", "stalled exact", "cycles", "seconds"});
    nlohmann::ordered_json json{{"benchmark", "rtl"}, {"seed", arguments.seed}};
    bool met = true;
    for (const auto& [name, make] :
         {std::pair{"pipeline", Maker{pipelineDesign}}, {"folded", Maker{foldedDesign}}}) {
        Tally tally;
        for (int i = 0; i < arguments.designs; ++i) {
            const std::uint64_t seed = arguments.seed + static_cast<std::uint64_t>(i);
            if (!run(make, seed, folder, tally)) {
                Output::message(fmt::format("{} design {} differs", name, seed));
            } else if ((i + 1) % 10 == 0) {
                Output::message(fmt::format("{}: {} of {} designs", name, i + 1, arguments.designs));
            }
        }
        table.add({name, std::to_string(tally.designs), std::to_string(tally.layers),
                   std::to_string(tally.icarus), std::to_string(tally.verilator),
                   std::to_string(tally.valuesExact), std::to_string(tally.cyclesExact),
                   std::to_string(tally.layersExact), std::to_string(tally.stalledExact),
                   grouped(tally.cycles), fmt::format("{:.1f}", tally.seconds)});
        json[name] = toJson(tally);
        met = met && tally.designs > 0 && tally.missed() == 0;
    }
    std::filesystem::remove_all(folder);
    json["target"] = "every simulation exact in values and in cycles per layer and frame";
    json["met"] = met;
    return {table.text(), json};
}

} // namespace tandem::cli
