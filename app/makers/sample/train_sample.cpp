// SPDX-License-Identifier: GPL-3.0-or-later
// Trains the sample network for Fashion-MNIST with the project's own trainer and writes it as ONNX; see
// README.md.
#include "core/base/error.h"
#include "core/data/split.h"
#include "core/nn/builder.h"
#include "core/onnx/exporter.h"
#include "core/train/metrics.h"
#include "core/train/trainer.h"

#include <CLI/CLI.hpp>

#include <cstdio>

namespace {

using namespace tandem;
using nn::GraphBuilder;
using nn::ValueId;

ValueId normalizedRelu(GraphBuilder& b, ValueId x) {
    return b.relu(b.batchNormalization(x));
}

/// Depth-wise 3x3 and point-wise convolution, each with batch norm and ReLU.
ValueId bundle(GraphBuilder& b, ValueId x, int channels, int stride) {
    return normalizedRelu(b, b.pointwise(normalizedRelu(b, b.depthwise(x, 3, stride)), channels));
}

/// The same around a shortcut.
ValueId residualBundle(GraphBuilder& b, ValueId x) {
    const int channels = static_cast<int>(b.shape(x).at(1));
    const ValueId inner = normalizedRelu(b, b.depthwise(x));
    return b.relu(b.add(b.batchNormalization(b.pointwise(inner, channels)), x));
}

/// 28x28 grey images to 10 classes: 32 thousand parameters, 2.6 million multiply-accumulates.
nn::Graph sampleNetwork(std::uint64_t seed) {
    GraphBuilder b("fashion_small", seed);
    ValueId x = b.input("image", {1, 1, 28, 28});
    x = normalizedRelu(b, b.convolution(x, {.channels = 16}));
    x = bundle(b, x, 24, 1);
    x = b.maximumPool(x, 2, 2);
    x = bundle(b, x, 48, 1);
    x = residualBundle(b, x);
    x = bundle(b, x, 96, 2);
    x = residualBundle(b, x);
    x = residualBundle(b, x);
    return b.finish({b.linear(b.flatten(b.globalAveragePool(x)), 10)});
}

train::TrainingOptions sampleOptions() {
    train::TrainingOptions options;
    options.epochs = 12;
    options.batch = 128;
    options.shards = 4;
    options.learningRate = 0.12;
    options.weightDecay = 3e-4;
    options.labelSmoothing = 0.05;
    options.augmentation = {true, 1};
    return options;
}

void trainSample(const std::string& output, const std::string& data, train::TrainingOptions options) {
    const data::Dataset dataset = data::openDataset(data);
    constexpr double kValidationShare = 0.1;
    const data::Split split = data::split(dataset, kValidationShare, options.seed);
    const nn::Graph initial = sampleNetwork(options.seed);
    int reported = 0;
    const auto progress = [&](const train::TrainingProgress& now) {
        if (now.step % 100 == 0 || now.epoch != reported) {
            reported = now.epoch;
            fmt::print(stderr, "epoch {}/{} step {}/{} loss {:.4f} training accuracy {:.4f}\n", now.epoch,
                       now.epochs, now.step, now.steps, now.loss, now.accuracy);
        }
    };
    const train::TrainingResult result = train::train(initial, dataset, split.training, options, progress);
    onnx::exportOnnx(result.graph, output);
    fmt::print("{}: trained {} epochs on {} images (seed {})\n", output, options.epochs,
               split.training.size(), options.seed);
    fmt::print("measured accuracy: validation {:.4f} ({} images), test {:.4f} ({} images)\n",
               train::evaluateAccuracy(result.graph, dataset, split.validation, 64, options.threads),
               split.validation.size(),
               train::evaluateAccuracy(result.graph, dataset, split.test, 64, options.threads),
               split.test.size());
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app("Trains Tandem's sample network.");
    std::string output = "fashion_small.onnx";
    std::string data = "fashion-mnist";
    train::TrainingOptions options = sampleOptions();
    app.add_option("output", output, "the ONNX file to write")->capture_default_str();
    app.add_option("--data", data, "the data set")->capture_default_str();
    app.add_option("--epochs", options.epochs)->capture_default_str();
    app.add_option("--seed", options.seed)->capture_default_str();
    app.add_option("--threads", options.threads, "0: all")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        trainSample(output, data, options);
    } catch (const Error& error) {
        fmt::print(stderr, "train_sample: {}\n", error.what());
        return error.kind() == ErrorKind::Input ? 2 : 1;
    }
    return 0;
}
