// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/bench.h"
#include "app/cli/table.h"
#include "core/base/random.h"
#include "core/codegen/rtl/sample_design.h"
#include "core/hw/folded/folded.h"
#include "core/hw/pipeline/pipeline.h"
#include "core/hw/workload/workload_of.h"

#include <ctime>

namespace tandem::cli {

namespace {

constexpr double kTargetLayersPerSecond = 10e6;
constexpr int kDesigns = 400;

struct Case {
    hw::Layer layer;
    hw::Folding folding;
};

/// Of this process: what other programs take of the machine does not count.
double processorSeconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// Layers of random designs, each with a random legal folding.
std::vector<Case> randomCases() {
    std::vector<Case> cases;
    Random random(1);
    for (std::uint64_t seed = 0; seed < kDesigns; ++seed) {
        for (const hw::Layer& layer : hw::workloadOf(codegen::sampleDesign(seed).network).layers) {
            const std::vector<hw::Folding> legal = hw::pipeline::legalFoldings(layer);
            cases.push_back({layer, legal[random.below(legal.size())]});
        }
    }
    return cases;
}

struct Rate {
    std::int64_t layers = 0;
    double seconds = 0.0;
    double checksum = 0.0; ///< keeps the results alive

    double perSecond() const { return static_cast<double>(layers) / seconds; }
};

/// Gives `cost` every case over and over for so many seconds.
template <typename Cost>
Rate measure(const std::vector<Case>& cases, double seconds, const Cost& cost) {
    Rate rate;
    const double start = processorSeconds();
    while (rate.seconds < seconds) {
        for (int round = 0; round < 16; ++round) {
            for (const Case& each : cases) {
                rate.checksum += cost(each);
            }
            rate.layers += static_cast<std::int64_t>(cases.size());
        }
        rate.seconds = processorSeconds() - start;
    }
    return rate;
}

} // namespace

BenchResult benchCostModel(const BenchArguments& arguments) {
    const std::vector<Case> cases = randomCases();
    const Rate pipeline = measure(cases, arguments.seconds / 2, [](const Case& each) {
        const hw::pipeline::LayerCost cost =
            hw::pipeline::layerCost(each.layer, each.folding, hw::DeviceFamily::Xilinx7);
        return static_cast<double>(cost.interval) + cost.resources.lut + cost.resources.ramb18;
    });
    // The array's resources are the machine's, not a layer's.
    const Rate folded = measure(cases, arguments.seconds / 2, [](const Case& each) {
        return static_cast<double>(hw::folded::layerCycles(each.layer, hw::folded::Parameters{}));
    });
    Table table({"template", "per layer", "layers", "processor seconds", "layers/s on one core", "target"});
    nlohmann::ordered_json json{{"benchmark", "costmodel"}};
    bool met = true;
    for (const auto& [name, what, rate] :
         {std::tuple{"pipeline", "cycles, resources", pipeline}, {"folded", "cycles", folded}}) {
        table.add({name, what, grouped(rate.layers), fmt::format("{:.2f}", rate.seconds),
                   grouped(static_cast<std::int64_t>(rate.perSecond())),
                   grouped(static_cast<std::int64_t>(kTargetLayersPerSecond))});
        json[name] = {{"layers", rate.layers},
                      {"seconds", rate.seconds},
                      {"layers_per_second", rate.perSecond()},
                      {"checksum", rate.checksum}};
        met = met && rate.perSecond() >= kTargetLayersPerSecond;
    }
    json["target_layers_per_second"] = kTargetLayersPerSecond;
    json["met"] = met;
    return {table.text(), json};
}

} // namespace tandem::cli
