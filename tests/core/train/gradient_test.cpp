// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/nn/builder.h"
#include "core/train/trainable_network.h"
#include "tests/core/train/reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::train {
namespace {

using nn::Graph;
using nn::GraphBuilder;
using nn::Shape;
using nn::Tensor;
using nn::ValueId;

constexpr int kSamples = 3;

/// The loss is the sum of scores times fixed random weights.
double weightedSum(const Tensor& scores, const Tensor& weights) {
    double sum = 0.0;
    for (std::size_t i = 0; i < weights.floats().size(); ++i) {
        sum += static_cast<double>(scores.floats()[i]) * static_cast<double>(weights.floats()[i]);
    }
    return sum;
}

/// Compares every parameter's gradient with central differences of the forward pass.
void checkGradients(const Graph& graph) {
    TrainableNetwork network(graph, kSamples);
    const std::vector<Parameter> parameters = parametersOf(graph);
    ParameterBlocks blocks = readParameters(graph, parameters);
    Shape shape = graph.value(graph.inputs[0]).shape;
    shape[0] = kSamples;
    const Tensor input = reference::randomTensor(shape, 11);
    const Tensor scores = network.forward(blocks, input);
    const Tensor weights = reference::randomTensor(scores.shape, 12);
    ParameterBlocks gradients;
    network.backward(blocks, weights, gradients);

    constexpr float kStep = 1e-3F;
    int compared = 0;
    int skipped = 0;
    const double here = weightedSum(scores, weights);
    for (std::size_t p = 0; p < parameters.size(); ++p) {
        const ParameterRole role = parameters[p].role;
        if (role == ParameterRole::RunningMean || role == ParameterRole::RunningVariance) {
            continue;
        }
        for (std::size_t i = 0; i < blocks[p].size(); i += 1 + blocks[p].size() / 16) {
            const float original = blocks[p][i];
            blocks[p][i] = original + kStep;
            const double above = weightedSum(network.forward(blocks, input), weights);
            blocks[p][i] = original - kStep;
            const double below = weightedSum(network.forward(blocks, input), weights);
            blocks[p][i] = original;
            const double slope = (above - below) / (2.0 * static_cast<double>(kStep));
            const double tolerance = 0.01 * std::max(1.0, std::abs(slope));
            // Where the slopes to both sides differ, the step crosses a kink (of a maximum or a clamp).
            if (std::abs(above + below - 2.0 * here) / static_cast<double>(kStep) > tolerance) {
                ++skipped;
                continue;
            }
            ++compared;
            EXPECT_NEAR(static_cast<double>(gradients[p][i]), slope, tolerance)
                << graph.value(parameters[p].value).name << "[" << i << "]";
        }
    }
    EXPECT_GT(compared, skipped);
}

using Body = std::function<ValueId(GraphBuilder&, ValueId)>;

/// A convolution before `body`, so that its weights' gradients come through the body's input gradient.
Graph behindConvolution(const Body& body, int channels = 6) {
    GraphBuilder b("gradients", 3);
    const ValueId x = b.input("image", {1, 2, 7, 6});
    const ValueId y = b.convolution(x, {.channels = channels, .bias = true});
    return b.finish({body(b, y)});
}

struct Case {
    std::string name;
    Body body;
};

Body activation(nn::ActivationKind kind, float alpha, float beta, float low, float high) {
    return [=](GraphBuilder& b, ValueId x) { return b.activation(x, {kind, alpha, beta, low, high}); };
}

Body pooling(nn::PoolKind kind, bool counted) {
    return [=](GraphBuilder& b, ValueId x) {
        nn::Pool op;
        op.kind = kind;
        op.kernel = {3, 2};
        op.stride = {2, 2};
        op.padding = {1, 0, 1, 0};
        op.countPadding = counted;
        return b.pool(x, op);
    };
}

class GradientTest : public testing::TestWithParam<Case> {};

TEST_P(GradientTest, MatchesCentralDifferences) {
    checkGradients(behindConvolution(GetParam().body));
}

using enum nn::ActivationKind;

INSTANTIATE_TEST_SUITE_P(
    Operators, GradientTest,
    testing::Values(
        Case{"Convolution",
             [](GraphBuilder& b, ValueId x) {
                 return b.convolution(x, {.channels = 5, .stride = 2, .bias = true});
             }},
        Case{"GroupedConvolution",
             [](GraphBuilder& b, ValueId x) { return b.convolution(x, {.channels = 9, .groups = 3}); }},
        Case{"Depthwise", [](GraphBuilder& b, ValueId x) { return b.depthwise(x, 3, 2); }},
        Case{"Pointwise", [](GraphBuilder& b, ValueId x) { return b.pointwise(x, 17); }},
        Case{"Linear", [](GraphBuilder& b, ValueId x) { return b.linear(b.flatten(x), 5); }},
        Case{"BatchNormalization", [](GraphBuilder& b, ValueId x) { return b.batchNormalization(x); }},
        Case{"MaximumPool", pooling(nn::PoolKind::Maximum, false)},
        Case{"AveragePool", pooling(nn::PoolKind::Average, false)},
        Case{"AveragePoolWithPadding", pooling(nn::PoolKind::Average, true)},
        Case{"GlobalAveragePool", [](GraphBuilder& b, ValueId x) { return b.globalAveragePool(x); }},
        Case{"GlobalMaximumPool",
             [](GraphBuilder& b, ValueId x) {
                 return b.apply(nn::GlobalPool{nn::PoolKind::Maximum}, {x}, {1, 6, 1, 1}, "largest");
             }},
        Case{"ResidualAdd",
             [](GraphBuilder& b, ValueId x) { return b.add(b.pointwise(x, 6), b.depthwise(x)); }},
        Case{"AddToItself", [](GraphBuilder& b, ValueId x) { return b.add(x, x); }},
        Case{"Concat",
             [](GraphBuilder& b, ValueId x) {
                 return b.apply(nn::Concat{1}, {b.pointwise(x, 3), x}, {1, 9, 7, 6}, "joined");
             }},
        Case{"Relu", activation(Relu, 0, 0, 0, 0)}, Case{"LeakyRelu", activation(LeakyRelu, 0.2F, 0, 0, 0)},
        Case{"Clip", activation(Clip, 0, 0, -0.5F, 0.75F)}, Case{"Sigmoid", activation(Sigmoid, 0, 0, 0, 0)},
        Case{"HardSigmoid", activation(HardSigmoid, 0.4F, 0.3F, 0, 0)},
        Case{"HardSwish", activation(HardSwish, 0, 0, 0, 0)}, Case{"Tanh", activation(Tanh, 0, 0, 0, 0)}),
    [](const auto& tested) { return tested.param.name; });

TEST(TrainableNetwork, BatchNormalizationReportsTheBatchsStatistics) {
    GraphBuilder b("statistics");
    const ValueId x = b.input("image", {1, 2, 1, 2});
    const Graph graph = b.finish({b.batchNormalization(x)});
    TrainableNetwork network(graph, 2);
    const ParameterBlocks blocks = readParameters(graph, parametersOf(graph));
    const Tensor scores =
        network.forward(blocks, Tensor::ofFloats({2, 2, 1, 2}, {1, 2, 10, 10, 3, 6, 10, 14}));
    ParameterBlocks gradients;
    network.backward(blocks, scores, gradients);
    EXPECT_THAT(gradients[2], testing::Pointwise(testing::FloatNear(1e-5F), {3.0F, 11.0F}));
    EXPECT_THAT(gradients[3], testing::Pointwise(testing::FloatNear(1e-5F), {3.5F, 3.0F}));
    EXPECT_NEAR(scores.floats()[0], (1.0 - 3.0) / std::sqrt(3.5 + 1e-5), 1e-5);
}

TEST(TrainableNetwork, LeavesOutAFinalSoftmax) {
    GraphBuilder b("classifier");
    const ValueId x = b.input("vector", {1, 4});
    const ValueId scores = b.linear(x, 3);
    const Graph graph = b.finish({b.apply(nn::Softmax{}, {scores}, {1, 3}, "softmax")});
    TrainableNetwork network(graph, 1);
    const ParameterBlocks blocks = readParameters(graph, parametersOf(graph));
    const Tensor result = network.forward(blocks, Tensor::ofFloats({1, 4}, {1, 0, 0, 0}));
    EXPECT_FLOAT_EQ(result.floats()[1], blocks[0][4]);
}

TEST(TrainableNetwork, NamesTheNodeThatHasNoGradient) {
    const Graph graph = behindConvolution([](GraphBuilder& b, ValueId x) {
        return b.apply(nn::LocalResponseNormalization{}, {x}, b.shape(x), "odd one");
    });
    try {
        TrainableNetwork network(graph, 2);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        EXPECT_THAT(error.what(), testing::HasSubstr("odd one"));
    }
}

} // namespace
} // namespace tandem::train
