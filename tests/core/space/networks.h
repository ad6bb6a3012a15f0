// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random.h"
#include "core/hw/device/device.h"
#include "core/nn/builder.h"
#include "core/nn/graph.h"
#include "core/nn/passes/passes.h"
#include "core/point/parameter.h"
#include "core/space/joint_space.h"

#include <string>
#include <vector>

namespace tandem::test {

/// A device that everything small fits on.
inline hw::Device exampleDevice() {
    hw::Device device;
    device.name = "example";
    device.title = "Example";
    device.lut = 53200, device.ff = 106400, device.dsp = 220, device.bram36 = 140;
    device.dramGBperS = 2.1;
    device.clockMhz = 100;
    device.clocks = {50, 100, 125};
    device.staticPowerW = 0.1;
    return device;
}

/// Gives every bias a value, so that a lost bias shows.
inline nn::Graph withBiases(nn::Graph graph, std::uint64_t seed) {
    Random random(seed);
    for (nn::Node& node : graph.nodes) {
        if (node.inputs.size() > 2 && graph.value(node.inputs[2]).constant) {
            for (float& bias : graph.value(node.inputs[2]).constant->floats()) {
                bias = static_cast<float>(0.1 * random.normal());
            }
        }
    }
    return graph;
}

/// conv 3x3 (16), conv 5x5 (24, stride 2), max pool, conv 3x3 (32), flatten, fully connected (10).
inline nn::Graph chainNetwork() {
    nn::GraphBuilder b("chain", 3);
    nn::ValueId x = b.input("image", {1, 2, 12, 12});
    x = b.relu(b.convolution(x, {.channels = 16, .bias = true}));
    x = b.relu(b.convolution(x, {.channels = 24, .kernel = 5, .stride = 2, .bias = true}));
    x = b.maximumPool(x, 2, 2);
    x = b.relu(b.convolution(x, {.channels = 32, .bias = true}));
    return withBiases(b.finish({b.linear(b.flatten(x), 10)}), 4);
}

/// A depth-wise convolution with bias.
inline nn::ValueId depthwise(nn::GraphBuilder& b, nn::ValueId x, int stride = 1) {
    const int channels = static_cast<int>(b.shape(x)[1]);
    return b.convolution(x, {.channels = channels, .stride = stride, .groups = channels, .bias = true});
}

/// conv (16), a depth-wise and point-wise pair of the same shape, a pair (32, stride 2), global average pool,
/// fully connected (5).
inline nn::Graph separableNetwork() {
    nn::GraphBuilder b("separable", 5);
    nn::ValueId x = b.input("image", {1, 3, 8, 10});
    x = b.relu(b.convolution(x, {.channels = 16, .bias = true}));
    x = b.relu(depthwise(b, x));
    x = b.relu(b.convolution(x, {.channels = 16, .kernel = 1, .bias = true}));
    x = b.relu(depthwise(b, x, 2));
    x = b.relu(b.convolution(x, {.channels = 32, .kernel = 1, .bias = true}));
    return withBiases(b.finish({b.linear(b.flatten(b.globalAveragePool(x)), 5)}), 6);
}

/// Every kind of layer that is no convolution, pool or addition: a shuffled two-way unit (split, concat,
/// channel shuffle), x * sigmoid(x), squeeze-and-excite, space to depth, nearest resize, a transposed
/// convolution and a residual block with a table in it.
inline nn::Graph mixedNetwork() {
    nn::GraphBuilder b("mixed", 9);
    nn::ValueId x = b.relu(b.convolution(b.input("image", {1, 3, 8, 8}), {.channels = 16, .bias = true}));
    const auto half = [&](std::int64_t from) {
        return b.apply(nn::Slice{{0, from, 0, 0}, {1, from + 8, 8, 8}, {1, 1, 1, 1}}, {x}, {1, 8, 8, 8},
                       "half" + std::to_string(from));
    };
    const nn::ValueId passed = half(0);
    nn::ValueId y = b.relu(b.convolution(half(8), {.channels = 8, .kernel = 1, .bias = true}));
    x = b.apply(nn::Concat{1}, {passed, b.relu(depthwise(b, y))}, {1, 16, 8, 8}, "unit");
    x = b.apply(nn::Reshape{}, {x}, {1, 2, 8, 8, 8}, "pairs");
    x = b.apply(nn::Transpose{{0, 2, 1, 3, 4}}, {x}, {1, 8, 2, 8, 8}, "shuffle");
    x = b.convolution(b.apply(nn::Reshape{}, {x}, {1, 16, 8, 8}, "shuffled"), {.channels = 16, .bias = true});
    const nn::ValueId gate = b.activation(x, {nn::ActivationKind::Sigmoid});
    x = b.apply(nn::Binary{nn::BinaryKind::Multiply}, {x, gate}, b.shape(x), "swish");
    nn::ValueId factor = b.convolution(b.globalAveragePool(x), {.channels = 16, .kernel = 1, .bias = true});
    factor = b.activation(factor, {nn::ActivationKind::HardSigmoid, 0.2F, 0.5F});
    x = b.apply(nn::Binary{nn::BinaryKind::Multiply}, {x, factor}, b.shape(x), "scaled");
    y = b.activation(b.convolution(x, {.channels = 16, .bias = true}), {nn::ActivationKind::Tanh});
    x = b.add(x, b.convolution(y, {.channels = 16, .bias = true}));
    const nn::ValueId large = x;
    x = b.apply(nn::Reshape{}, {x}, {1, 16, 4, 2, 4, 2}, "cells");
    x = b.apply(nn::Transpose{{0, 3, 5, 1, 2, 4}}, {x}, {1, 2, 2, 16, 4, 4}, "cells_order");
    x = b.apply(nn::Reshape{}, {x}, {1, 64, 4, 4}, "deep");
    x = b.relu(b.convolution(x, {.channels = 12, .kernel = 1, .bias = true}));
    nn::Resize nearest;
    nearest.coordinates = "asymmetric";
    nearest.nearest = "floor";
    nearest.scales = {1, 1, 2, 2};
    y = b.apply(nearest, {x}, {1, 12, 8, 8}, "nearest");
    const nn::ValueId weights =
        b.constant("transposed.weight", nn::Tensor::ofFloats({12, 8, 3, 3}, std::vector<float>(864, 0.05F)));
    const nn::TransposedConvolution transposed{{3, 3}, {2, 2}, {1, 1}, {1, 1, 1, 1}, {1, 1}, 1};
    x = b.apply(transposed, {x, weights}, {1, 8, 8, 8}, "transposed");
    x = b.apply(nn::Concat{1}, {y, b.relu(x), large}, {1, 36, 8, 8}, "all");
    x = b.relu(b.convolution(x, {.channels = 16, .stride = 2, .bias = true}));
    return nn::prepare(withBiases(b.finish({b.linear(b.flatten(b.globalAveragePool(x)), 5)}), 10));
}

/// Two residual blocks like ResNet-8's: one with an identity shortcut, one with a strided projection.
inline nn::Graph residualNetwork() {
    nn::GraphBuilder b("residual", 7);
    nn::ValueId x = b.input("image", {1, 3, 8, 8});
    x = b.relu(b.convolution(x, {.channels = 16, .bias = true}));
    nn::ValueId y = b.relu(b.convolution(x, {.channels = 16, .bias = true}));
    y = b.convolution(y, {.channels = 16, .bias = true});
    x = b.relu(b.add(x, y));
    y = b.relu(b.convolution(x, {.channels = 32, .stride = 2, .bias = true}));
    y = b.convolution(y, {.channels = 32, .bias = true});
    x = b.convolution(x, {.channels = 32, .kernel = 1, .stride = 2, .bias = true});
    x = b.relu(b.add(y, x));
    x = b.flatten(b.averagePool(x, 4, 4));
    return withBiases(b.finish({b.linear(x, 10)}), 8);
}

/// A uniformly drawn point.
inline point::Encoding randomPoint(const point::Space& space, Random& random) {
    point::Encoding encoding;
    for (const point::Parameter& parameter : space.parameters) {
        encoding.push_back(static_cast<std::uint8_t>(random.below(parameter.choices.size())));
    }
    return encoding;
}

/// A uniformly drawn point whose accelerator can be built.
inline point::Encoding buildablePoint(const space::JointSpace& joint, Random& random) {
    point::Encoding encoding = randomPoint(joint.space(), random);
    while (joint.fault(encoding)) {
        encoding = randomPoint(joint.space(), random);
    }
    return encoding;
}

/// Inputs of a network with one input, standard normal.
inline std::vector<nn::Tensor> normalInputs(const nn::Graph& graph, int count, std::uint64_t seed) {
    Random random(seed);
    std::vector<nn::Tensor> inputs;
    for (int i = 0; i < count; ++i) {
        nn::Tensor input = nn::Tensor::zeros(nn::ElementType::Float32, graph.value(graph.inputs.at(0)).shape);
        for (float& value : input.floats()) {
            value = static_cast<float>(random.normal());
        }
        inputs.push_back(std::move(input));
    }
    return inputs;
}

} // namespace tandem::test
