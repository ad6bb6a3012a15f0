// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/bench.h"
#include "app/cli/bench_training.h"
#include "app/cli/table.h"
#include "core/data/split.h"
#include "core/predict/rank_correlation.h"
#include "core/quant/fine_tuning.h"
#include "core/space/resolution.h"
#include "core/supernet/supernet.h"

#include <chrono>

namespace tandem::cli {

namespace {

constexpr int kEpochs = 5;
constexpr double kTargetKendall = 0.6, kTargetSpearman = 0.8;

/// The same network trained alone from random weights, as long as the supernet was.
double accuracyAlone(const space::JointSpace& joint, const space::Encoding& point,
                     const data::Dataset& dataset, const data::Split& split,
                     const train::TrainingOptions& training) {
    quant::FineTuningOptions options;
    options.training = training;
    options.training.distillation = {};
    for (const space::LayerBits& bits : joint.precision(point)) {
        options.layers.push_back({bits.weightBits, bits.activationBits});
    }
    quant::FineTuner tuner(joint.network(point), dataset, split.training, options);
    while (!tuner.trainer().isFinished()) {
        tuner.trainer().step();
    }
    return tuner.finish(split.validation).roundedAccuracy;
}

double secondsSince(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

} // namespace

BenchResult benchSupernet(const BenchArguments& arguments) {
    const data::Dataset dataset = fashionMnist();
    data::Split split = data::split(dataset, 0.1, arguments.seed);
    split.training.resize(std::min(split.training.size(), static_cast<std::size_t>(arguments.samples)));
    const space::JointSpace joint(startNetwork(arguments.seed), roomyDevice());
    supernet::SupernetOptions options;
    options.training.epochs = arguments.epochs > 0 ? arguments.epochs : kEpochs;
    options.training.seed = arguments.seed;
    options.training.augmentation = {.flip = true, .shift = 2};
    options.ranges = rangesWithBits(joint.space(), kFewestUsefulBits, space::kMostBits);
    const auto start = std::chrono::steady_clock::now();
    supernet::Supernet net(joint, dataset, split.training, options);
    while (!net.isFinished()) {
        net.step();
    }
    const double training = secondsSince(start);
    Table table({"network", "weights", "supernet %", "alone %"});
    std::vector<double> inherited, own;
    for (int i = 0; i < arguments.networks; ++i) {
        const space::Encoding point = supernet::randomNetwork(
            joint.space(), options.ranges, arguments.seed + 1000, static_cast<std::uint64_t>(i));
        train::TrainingOptions alone = options.training;
        alone.learningRate = 0.1;
        inherited.push_back(net.evaluate(point, split.validation));
        own.push_back(accuracyAlone(joint, point, dataset, split, alone));
        table.add({std::to_string(i), grouped(sizeOf(joint.network(point)).parameters),
                   fmt::format("{:.2f}", 100.0 * inherited.back()),
                   fmt::format("{:.2f}", 100.0 * own.back())});
    }
    const double kendall = predict::kendallTau(inherited, own), spearman = predict::spearman(inherited, own);
    nlohmann::ordered_json json{{"benchmark", "supernet"},
                                {"networks", arguments.networks},
                                {"epochs", options.training.epochs},
                                {"samples", split.training.size()},
                                {"steps", net.progress().steps},
                                {"supernet_seconds", training},
                                {"seconds", secondsSince(start)},
                                {"kendall_tau", kendall},
                                {"spearman_rho", spearman},
                                {"target_kendall_tau", kTargetKendall},
                                {"target_spearman_rho", kTargetSpearman},
                                {"met", kendall >= kTargetKendall && spearman >= kTargetSpearman}};
    return {table.text() + fmt::format("measured on {} validation images; supernet {:.0f} s ({:.1f} ms a "
                                       "step), Kendall tau {:.3f}, Spearman rho {:.3f}\n",
                                       split.validation.size(), training,
                                       1e3 * training / static_cast<double>(net.progress().steps), kendall,
                                       spearman),
            json};
}

} // namespace tandem::cli
