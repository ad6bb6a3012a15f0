// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/supernet/supernet.h"

#include "app/bench/bench.h"
#include "app/bench/training.h"
#include "app/cli/table.h"
#include "core/data/split.h"
#include "core/judge/accuracy/accuracy_predictor.h"
#include "core/judge/accuracy/rank_correlation.h"
#include "core/nn/network_size.h"
#include "core/quant/tuning/fine_tuning.h"
#include "core/space/resolution.h"

#include <chrono>
#include <cmath>

namespace tandem::cli {

namespace {

constexpr int kSupernetEpochs = 16, kEpochs = 5;
constexpr std::size_t kKnown = 400,
                      kUnseen = 200; // networks that the predictor learns from, and is asked for
constexpr double kTargetKendall = 0.6, kTargetSpearman = 0.8;
constexpr double kLeastCovered = 0.80, kMostCovered = 0.98, kMostError = 0.4;

/// What is judged: a space, a data set, and a supernet that was trained on it.
struct Judge {
    const space::JointSpace& joint;
    const data::Dataset& dataset;
    const data::Split& split;
    const judge::SupernetOptions& options;
    const judge::Supernet& net;

    point::Encoding network(std::uint64_t number) const {
        return judge::randomNetwork(joint.space(), options.ranges, options.training.seed + 1000, number);
    }
    double supernetAccuracy(const point::Encoding& point) const {
        return 100.0 * net.evaluate(point, split.validation);
    }
};

/// The same network trained alone from random weights.
double accuracyAlone(const Judge& judge, const point::Encoding& point, int epochs, int samples) {
    quant::FineTuningOptions options;
    options.training = judge.options.training;
    options.training.epochs = epochs;
    options.training.learningRate = 0.1;
    options.training.distillation = {};
    for (const space::LayerBits& bits : judge.joint.precision(point)) {
        options.layers.push_back({bits.weightBits, bits.activationBits});
    }
    const auto training = std::span(judge.split.training);
    const auto taken = samples == 0
                           ? training
                           : training.first(std::min(training.size(), static_cast<std::size_t>(samples)));
    quant::FineTuner tuner(judge.joint.network(point), judge.dataset, taken, options);
    while (!tuner.trainer().isFinished()) {
        tuner.trainer().step();
    }
    return 100.0 * tuner.finish(judge.split.validation).roundedAccuracy;
}

struct Ranking {
    std::vector<double> inherited, own; ///< percent
    double kendall() const { return judge::kendallTau(inherited, own); }
    double spearman() const { return judge::spearman(inherited, own); }
    bool met() const { return kendall() >= kTargetKendall && spearman() >= kTargetSpearman; }
};

Ranking compare(const Judge& judge, const BenchArguments& arguments, Table& table) {
    Ranking ranking;
    const int epochs = arguments.epochs > 0 ? arguments.epochs : kEpochs;
    for (int i = 0; i < arguments.networks; ++i) {
        const point::Encoding point = judge.network(static_cast<std::uint64_t>(i));
        ranking.inherited.push_back(judge.supernetAccuracy(point));
        ranking.own.push_back(accuracyAlone(judge, point, epochs, arguments.samples));
        table.add({std::to_string(i), grouped(nn::sizeOf(judge.joint.network(point)).parameters),
                   fmt::format("{:.2f}", ranking.inherited.back()),
                   fmt::format("{:.2f}", ranking.own.back())});
        Output::message(fmt::format("network {}: supernet {:.2f} %, alone {:.2f} %", i,
                                    ranking.inherited.back(), ranking.own.back()));
    }
    return ranking;
}

struct Prediction {
    double error = 0.0;   ///< mean, absolute, percentage points
    double covered = 0.0; ///< share inside the interval of 90 %
    bool met() const { return error <= kMostError && covered >= kLeastCovered && covered <= kMostCovered; }
};

/// How the predictor does on networks that it has not seen.
Prediction predictUnseen(const Judge& judge) {
    constexpr double kNinety = 1.6448536269514722; // standard deviations to either side
    std::vector<judge::Evaluation> known;
    for (std::uint64_t i = 0; i < kKnown; ++i) {
        const point::Encoding point = judge.network(10'000 + i);
        known.push_back({point, judge.supernetAccuracy(point)});
    }
    const judge::EncodingFeatures features(judge.joint.space(), {}, [&](const point::Encoding& point) {
        return judge.joint.networkPoint(point);
    });
    const judge::AccuracyPredictor predictor(features, known, judge.options.training.seed);
    Prediction result;
    for (std::uint64_t i = 0; i < kUnseen; ++i) {
        const point::Encoding point = judge.network(20'000 + i);
        const double accuracy = judge.supernetAccuracy(point);
        const judge::Normal expected = predictor.predict(point);
        const double error = std::abs(expected.mean - accuracy);
        result.error += error / static_cast<double>(kUnseen);
        result.covered += (error <= kNinety * expected.deviation ? 1.0 : 0.0) / static_cast<double>(kUnseen);
    }
    return result;
}

double secondsSince(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

} // namespace

BenchResult benchSupernet(const BenchArguments& arguments) {
    const data::Dataset dataset = fashionMnist();
    const data::Split split = data::split(dataset, 0.1, arguments.seed);
    const space::JointSpace joint(startNetwork(arguments.seed), roomyDevice());
    judge::SupernetOptions options;
    options.training.epochs = kSupernetEpochs;
    options.training.seed = arguments.seed;
    options.training.augmentation = {.flip = true, .shift = 1};
    options.training.learningRate = 0.05;
    options.ranges = rangesOfPractice(joint);
    const auto start = std::chrono::steady_clock::now();
    judge::Supernet net(joint, dataset, split.training, options);
    for (int epoch = 0; !net.isFinished(); net.step()) {
        if (net.progress().epoch != epoch) {
            epoch = net.progress().epoch;
            Output::message(fmt::format("supernet: epoch {} ({:.0f} s)", epoch, secondsSince(start)));
        }
    }
    const double training = secondsSince(start);
    const Judge judge{joint, dataset, split, options, net};
    Table table({"network", "weights", "supernet %", "alone %"});
    const Ranking ranking = compare(judge, arguments, table);
    const Prediction prediction = predictUnseen(judge);
    nlohmann::ordered_json json{{"benchmark", "supernet"},
                                {"networks", arguments.networks},
                                {"supernet_seconds", training},
                                {"seconds", secondsSince(start)},
                                {"kendall_tau", ranking.kendall()},
                                {"spearman_rho", ranking.spearman()},
                                {"target_kendall_tau", kTargetKendall},
                                {"target_spearman_rho", kTargetSpearman},
                                {"predictor_known", kKnown},
                                {"predictor_unseen", kUnseen},
                                {"predictor_mean_error", prediction.error},
                                {"predictor_covered", prediction.covered},
                                {"target_mean_error", kMostError},
                                {"target_covered", {kLeastCovered, kMostCovered}},
                                {"met", ranking.met() && prediction.met()}};
    return {table.text() +
                fmt::format(
                    "measured on {} validation images; supernet {:.0f} s; Kendall tau {:.3f} (target {}), "
                    "Spearman rho {:.3f} (target {})\n"
                    "predictor after {} evaluations, {} unseen: mean error {:.2f} points (at most {}), "
                    "{:.1f} % inside the interval of 90 % ({:.0f} to {:.0f})\n",
                    split.validation.size(), training, ranking.kendall(), kTargetKendall, ranking.spearman(),
                    kTargetSpearman, kKnown, kUnseen, prediction.error, kMostError,
                    100.0 * prediction.covered, 100.0 * kLeastCovered, 100.0 * kMostCovered),
            json};
}

} // namespace tandem::cli
