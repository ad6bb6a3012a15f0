// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/bench.h"
#include "app/bench/timing.h"
#include "app/cli/table.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/nn/builder.h"
#include "core/train/steps/raw_convolutions.h"
#include "core/train/trainer.h"

namespace tandem::cli {

namespace {

using nn::GraphBuilder;
using nn::ValueId;

constexpr double kTargetShare = 0.6;
constexpr int kBatch = 128;
constexpr int kShards = 4;
constexpr std::size_t kSamples = 8 * kBatch;
constexpr int kUncountedSteps = 3;

ValueId normalized(GraphBuilder& b, ValueId x, int channels, int stride) {
    return b.batchNormalization(b.convolution(x, {.channels = channels, .stride = stride}));
}

/// Two 3x3 convolutions around a shortcut.
ValueId residualBlock(GraphBuilder& b, ValueId x) {
    const int channels = static_cast<int>(b.shape(x).at(1));
    return b.relu(b.add(normalized(b, b.relu(normalized(b, x, channels, 1)), channels, 1), x));
}

/// 28x28 grey images to 10 classes, about 10 million multiply-accumulates.
nn::Graph residualNetwork() {
    GraphBuilder b("residual");
    ValueId x = b.input("image", {1, 1, 28, 28});
    x = residualBlock(b, b.relu(normalized(b, x, 16, 1)));
    x = residualBlock(b, b.relu(normalized(b, x, 32, 2)));
    x = residualBlock(b, b.relu(normalized(b, x, 64, 2)));
    return b.finish({b.linear(b.flatten(b.globalAveragePool(x)), 10)});
}

/// Bytes without meaning in the shape of Fashion-MNIST.
data::Dataset noise() {
    data::Dataset dataset;
    dataset.name = "noise";
    dataset.sampleShape = {1, 28, 28};
    dataset.classes = 10;
    dataset.trainingCount = kSamples;
    dataset.normalization.scale = 1.0F / 255.0F;
    Random random(1);
    std::vector<std::uint8_t> pixels(kSamples * 784);
    std::ranges::generate(pixels, [&] { return static_cast<std::uint8_t>(random.below(256)); });
    for (std::size_t n = 0; n < kSamples; ++n) {
        dataset.labels.push_back(static_cast<int>(random.below(10)));
    }
    dataset.images = std::move(pixels);
    return dataset;
}

struct Rates {
    int threads = 1;
    std::int64_t steps = 0;
    double operations = 0.0;                    ///< of one step's convolutions
    double stepSeconds = 0.0, rawSeconds = 0.0; ///< medians

    double step() const { return 1e-9 * operations / stepSeconds; }
    double raw() const { return 1e-9 * operations / rawSeconds; }
    double share() const { return rawSeconds / stepSeconds; }
};

/// Training steps and the bare convolutions of as many samples by turns, so that both meet the same machine.
Rates measure(const nn::Graph& graph, const data::Dataset& dataset, int threads, double seconds) {
    train::TrainingOptions options;
    options.batch = kBatch;
    options.shards = kShards;
    options.epochs = 1'000'000;
    options.augmentation = {.flip = true, .shift = 1};
    options.threads = threads;
    std::vector<std::size_t> samples(kSamples);
    std::iota(samples.begin(), samples.end(), std::size_t{0});
    train::Trainer trainer(graph, dataset, samples, options);
    std::vector<train::RawConvolutions> raw;
    for (int i = 0; i < kShards; ++i) {
        raw.emplace_back(graph, kBatch / kShards);
    }
    Rates rates{threads};
    rates.operations = kShards * raw[0].operations();
    std::vector<double> stepSeconds, rawSeconds;
    for (double spent = 0.0; spent < seconds; ++rates.steps) {
        const double step = secondsOf([&] { trainer.step(); });
        const double bare = secondsOf(
            [&] { parallelFor(raw.size(), threads, [&](std::size_t shard, int) { raw[shard].run(); }); });
        spent += step + bare;
        if (rates.steps >= kUncountedSteps) {
            stepSeconds.push_back(step);
            rawSeconds.push_back(bare);
        }
    }
    rates.stepSeconds = median(stepSeconds);
    rates.rawSeconds = median(rawSeconds);
    return rates;
}

} // namespace

BenchResult benchTrain(const BenchArguments& arguments) {
    const nn::Graph graph = residualNetwork();
    const data::Dataset dataset = noise();
    std::vector<int> counts{1};
    if (hardwareThreads() > 1) {
        counts.push_back(hardwareThreads());
    }
    Table table({"threads", "steps", "ms/step", "step GFLOP/s", "raw GFLOP/s", "share %"});
    nlohmann::ordered_json json{{"benchmark", "train"}, {"batch", kBatch}, {"shards", kShards}};
    bool met = true;
    for (const int threads : counts) {
        const double seconds = arguments.seconds / static_cast<double>(counts.size());
        const Rates rates = measure(graph, dataset, threads, seconds);
        table.add({std::to_string(threads), grouped(rates.steps),
                   fmt::format("{:.2f}", 1e3 * rates.stepSeconds), fmt::format("{:.1f}", rates.step()),
                   fmt::format("{:.1f}", rates.raw()), fmt::format("{:.1f}", 100.0 * rates.share())});
        json["rates"].push_back({{"threads", threads},
                                 {"steps", rates.steps},
                                 {"milliseconds_per_step", 1e3 * rates.stepSeconds},
                                 {"step_gflops", rates.step()},
                                 {"raw_gflops", rates.raw()},
                                 {"share", rates.share()}});
        met = met && rates.share() >= kTargetShare;
    }
    json["target_share"] = kTargetShare;
    json["met"] = met;
    return {table.text() + "measured; raw: the step's convolutions as bare oneDNN primitives (forward, "
                           "backward by data and by weights), by turns with the steps\n",
            json};
}

} // namespace tandem::cli
