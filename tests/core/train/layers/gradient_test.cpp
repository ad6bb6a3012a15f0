// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/nn/builder.h"
#include "core/train/trainable_network.h"
#include "tests/core/train/reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

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
void checkGradients(const Graph& graph, const NetworkOptions& options = {}) {
    TrainableNetwork network(graph, kSamples, options);
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

Body arithmetic(nn::BinaryKind kind, const Body& other) {
    return [=](GraphBuilder& b, ValueId x) {
        return b.apply(nn::Binary{kind}, {x, other(b, x)}, b.shape(x), "both");
    };
}

/// Of one number per channel, from the map's means.
ValueId squeezed(GraphBuilder& b, ValueId x) {
    const ValueId factors = b.pointwise(b.globalAveragePool(x), 6);
    return b.activation(factors, {nn::ActivationKind::Sigmoid, 0, 0, 0, 0});
}

ValueId number(GraphBuilder& b, ValueId) {
    return b.constant("number", Tensor::ofFloats({1}, {1.75F}));
}

/// Not near 0.
ValueId positive(GraphBuilder& b, ValueId x) {
    return arithmetic(nn::BinaryKind::Add, number)(b, b.relu(b.pointwise(x, 6)));
}

Body transposed(int groups, int stride, int padding) {
    return [=](GraphBuilder& b, ValueId x) {
        nn::TransposedConvolution op;
        op.kernel = {3, 3};
        op.stride = {stride, stride};
        op.padding = {padding, padding, padding, padding};
        op.groups = groups;
        const int outputs = 4;
        const ValueId weights =
            b.constant("transposed", reference::randomTensor({6, outputs / groups, 3, 3}, 21));
        const ValueId bias = b.constant("bias", reference::randomTensor({outputs}, 22));
        const auto size = [&](std::int64_t n) { return (n - 1) * stride + 3 - 2 * padding; };
        return b.apply(op, {x, weights, bias}, {1, outputs, size(b.shape(x)[2]), size(b.shape(x)[3])}, "up");
    };
}

Body dilated() {
    return [](GraphBuilder& b, ValueId x) {
        nn::Convolution op;
        op.kernel = {3, 3};
        op.dilation = {2, 1};
        op.padding = {2, 1, 2, 1};
        const ValueId weights = b.constant("dilated", reference::randomTensor({5, 6, 3, 3}, 23));
        return b.apply(op, {x, weights}, {1, 5, 7, 6}, "dilated");
    };
}

Body moved(nn::Operator op, Shape shape) {
    return [=](GraphBuilder& b, ValueId x) { return b.apply(op, {x}, shape, "moved"); };
}

/// Half of the channels, added to a convolution of the other half or, where `both` is not set, alone.
Body split(bool both) {
    return [=](GraphBuilder& b, ValueId x) {
        GraphBuilder& builder = b;
        const ValueId first =
            builder.apply(nn::Slice{{0, 0, 0, 0}, {1, 3, 7, 6}, {1, 1, 1, 1}}, {x}, {1, 3, 7, 6}, "first");
        const ValueId second =
            builder.apply(nn::Slice{{0, 3, 0, 0}, {1, 6, 7, 6}, {1, 1, 1, 1}}, {x}, {1, 3, 7, 6}, "second");
        return both ? builder.add(first, builder.pointwise(second, 3)) : second;
    };
}

nn::Resize doubled() {
    nn::Resize op;
    op.coordinates = "asymmetric";
    op.nearest = "floor";
    op.scales = {1.0F, 1.0F, 2.0F, 2.0F};
    return op;
}

nn::Gather reversedChannels() {
    return {1, Tensor::ofIntegers({6}, {5, 4, 3, 3, 1, 0})};
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
        Case{"DilatedConvolution", dilated()}, Case{"TransposedConvolution", transposed(1, 2, 1)},
        Case{"GroupedTransposedConvolution", transposed(2, 1, 0)},
        Case{"NormalizedRelu", [](GraphBuilder& b, ValueId x) { return b.relu(b.batchNormalization(x)); }},
        Case{"RectifiedSum",
             [](GraphBuilder& b, ValueId x) { return b.relu(b.add(b.pointwise(x, 6), b.depthwise(x))); }},
        Case{"ReluOfASumThatIsReadTwice",
             [](GraphBuilder& b, ValueId x) {
                 const ValueId sum = b.add(b.pointwise(x, 6), x);
                 return b.add(b.relu(sum), sum);
             }},
        Case{"SqueezeAndExcite", arithmetic(nn::BinaryKind::Multiply, squeezed)},
        Case{"Square", arithmetic(nn::BinaryKind::Multiply, [](GraphBuilder&, ValueId x) { return x; })},
        Case{"SumPerChannel", arithmetic(nn::BinaryKind::Add, squeezed)},
        Case{"Difference", arithmetic(nn::BinaryKind::Subtract,
                                      [](GraphBuilder& b, ValueId x) { return b.pointwise(x, 6); })},
        Case{"Quotient", arithmetic(nn::BinaryKind::Divide, positive)},
        Case{"LargerOfTwo", arithmetic(nn::BinaryKind::Maximum,
                                       [](GraphBuilder& b, ValueId x) { return b.pointwise(x, 6); })},
        Case{"ProductWithANumber", arithmetic(nn::BinaryKind::Multiply, number)},
        Case{"Transpose", moved(nn::Transpose{{0, 2, 3, 1}}, {1, 7, 6, 6})},
        Case{"Slice", moved(nn::Slice{{0, 1, 6, 0}, {1, 5, 0, 6}, {1, 2, -2, 1}}, {1, 2, 3, 6})},
        Case{"HalvesJoined", split(true)}, Case{"HalfUnread", split(false)},
        Case{"Gather", moved(reversedChannels(), {1, 6, 7, 6})},
        Case{"Pad", moved(nn::Pad{nn::PadMode::Constant, {0, 0, 1, 2}, {0, 0, 0, 1}, 0.0F}, {1, 6, 8, 9})},
        Case{"EdgePad", moved(nn::Pad{nn::PadMode::Edge, {0, 0, 1, 2}, {0, 0, 0, 1}, 0.0F}, {1, 6, 8, 9})},
        Case{"NearestResize", moved(doubled(), {1, 6, 14, 12})},
        Case{"ReduceMean", moved(nn::ReduceMean{{2, 3}, true}, {1, 6, 1, 1})},
        Case{"Relu", activation(Relu, 0, 0, 0, 0)}, Case{"LeakyRelu", activation(LeakyRelu, 0.2F, 0, 0, 0)},
        Case{"Clip", activation(Clip, 0, 0, -0.5F, 0.75F)}, Case{"Sigmoid", activation(Sigmoid, 0, 0, 0, 0)},
        Case{"HardSigmoid", activation(HardSigmoid, 0.4F, 0.3F, 0, 0)},
        Case{"HardSwish", activation(HardSwish, 0, 0, 0, 0)}, Case{"Tanh", activation(Tanh, 0, 0, 0, 0)}),
    [](const auto& tested) { return tested.param.name; });

TEST(GradientOfASplit, MatchesCentralDifferences) {
    GraphBuilder b("split", 3);
    const ValueId y = b.convolution(b.input("image", {1, 2, 7, 6}), {.channels = 6, .bias = true});
    const ValueId last = b.apply(nn::Split{1, {2, 4}}, {y}, {1, 2, 7, 6}, "parts");
    Graph graph = b.finish({last});
    nn::Value rest;
    rest.name = "rest";
    rest.shape = {1, 4, 7, 6};
    graph.nodes.back().outputs.push_back(graph.addValue(rest));
    checkGradients(graph); // the second part is not read
    graph.outputs = {graph.nodes.back().outputs[1]};
    checkGradients(graph);
}

TEST(FrozenBatchNormalization, HasTheGradientsOfAnAffineFunction) {
    const Graph graph = behindConvolution([](GraphBuilder& b, ValueId x) {
        return b.batchNormalization(b.pointwise(b.batchNormalization(x), 4));
    });
    checkGradients(graph, {BatchStatistics::Running, {}, nullptr});
}

/// Products of a matrix with an unfolded image, which need a scratchpad, behind a convolution.
TEST(TrainableNetwork, RunsOnAThreadThatDidNotMakeIt) {
    constexpr int kMany = 64;
    GraphBuilder b("strided", 3);
    ValueId x = b.convolution(b.input("image", {1, 3, 14, 14}), {.channels = 44});
    x = b.convolution(x, {.channels = 44, .kernel = 1, .stride = 2, .groups = 44});
    const Graph graph = b.finish({b.linear(b.flatten(b.globalAveragePool(x)), 10)});
    const ParameterBlocks blocks = readParameters(graph, parametersOf(graph));
    const Tensor image = reference::randomTensor({kMany, 3, 14, 14}, 1);
    const Tensor change = reference::randomTensor({kMany, 10}, 2);
    const auto gradientsOf = [&](TrainableNetwork& network) {
        ParameterBlocks gradients;
        network.forward(blocks, image);
        network.backward(blocks, change, gradients);
        return gradients;
    };
    TrainableNetwork here(graph, kMany), elsewhere(graph, kMany);
    ParameterBlocks gradients;
    std::thread([&] { gradients = gradientsOf(elsewhere); }).join();
    EXPECT_EQ(gradients, gradientsOf(here));
}

TEST(TrainableNetwork, LeavesOutWhatNoScoreDependsOn) {
    GraphBuilder b("branch", 3);
    const ValueId x = b.input("image", {1, 2, 4, 4});
    b.apply(nn::LocalResponseNormalization{}, {x}, b.shape(x), "cannot be trained");
    EXPECT_NO_THROW(TrainableNetwork(b.finish({b.convolution(x, {.channels = 2})}), 2));
}

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
