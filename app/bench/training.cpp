// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/bench/training.h"

#include "core/nn/builder.h"
#include "core/nn/passes/passes.h"
#include "core/space/decoder.h"
#include "core/space/resolution.h"

namespace tandem::cli {

namespace {

using nn::GraphBuilder;
using nn::ValueId;

ValueId normalized(GraphBuilder& b, ValueId x, int channels, int kernel, int stride) {
    return b.batchNormalization(b.convolution(x, {.channels = channels, .kernel = kernel, .stride = stride}));
}

/// Two 3x3 convolutions around a shortcut.
ValueId residualBlock(GraphBuilder& b, ValueId x) {
    const int channels = static_cast<int>(b.shape(x).at(1));
    return b.relu(b.add(normalized(b, b.relu(normalized(b, x, channels, 3, 1)), channels, 3, 1), x));
}

} // namespace

data::Dataset fashionMnist() {
    data::Dataset dataset = data::openDataset("fashion-mnist");
    std::vector<std::size_t> training(dataset.trainingCount);
    std::iota(training.begin(), training.end(), std::size_t{0});
    dataset.normalization = data::measuredNormalization(dataset, training);
    return dataset;
}

nn::Graph startNetwork(std::uint64_t seed) {
    GraphBuilder b("start", seed);
    ValueId x = b.input("image", {1, 1, 28, 28});
    x = b.relu(normalized(b, x, 16, 3, 2));
    x = residualBlock(b, residualBlock(b, x));
    x = residualBlock(b, b.relu(normalized(b, x, 32, 3, 2)));
    x = residualBlock(b, b.relu(normalized(b, x, 48, 3, 2)));
    return nn::prepare(b.finish({b.linear(b.flatten(b.globalAveragePool(x)), 10)}));
}

nn::Graph largerStartNetwork(std::uint64_t seed) {
    GraphBuilder b("start", seed);
    ValueId x = b.input("image", {1, 1, 28, 28});
    x = b.relu(normalized(b, x, 16, 3, 1));
    x = residualBlock(b, b.relu(normalized(b, x, 32, 3, 2)));
    x = residualBlock(b, b.relu(normalized(b, x, 64, 3, 2)));
    return nn::prepare(b.finish({b.linear(b.flatten(b.globalAveragePool(x)), 10)}));
}

hw::Device roomyDevice() {
    hw::Device device;
    device.name = device.title = "roomy";
    device.lut = 1e7, device.ff = 2e7, device.dsp = 1e5, device.bram36 = 1e5;
    device.dramGBperS = 100;
    device.clocks = {device.clockMhz};
    return device;
}

point::Ranges rangesOfPractice(const space::JointSpace& joint) {
    const point::Space& space = joint.space();
    point::Ranges ranges = fullRanges(space);
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        const point::Parameter& parameter = space.parameters[i];
        if (parameter.name.starts_with("model.") && parameter.name.ends_with("_bits")) {
            ranges[i].low = choiceOf(parameter, "4");
        }
    }
    for (const space::PlannedLayer& layer : joint.decoder().plan().layers) {
        if (layer.kernels.size() > 1 && std::max(layer.stride.height, layer.stride.width) > 1) {
            point::Range& range = ranges[space.indexOf(fmt::format("model.b{}.kernel", layer.bundle))];
            range.low = range.high;
        }
    }
    return ranges;
}

} // namespace tandem::cli
