// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/builder.h"
#include "core/train/layers/learned_step_size.h"
#include "core/train/trainable_network.h"
#include "tests/core/train/reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::train {
namespace {

using testing::ElementsAre;
using testing::FloatEq;

TEST(RoundToSteps, RoundsHalfUpAndClamps) {
    const std::vector<float> values{-9.0F, -1.25F, -0.75F, -0.25F, 0.0F, 0.25F, 0.7F, 0.75F, 9.0F};
    std::vector<float> rounded(values.size());
    roundToSteps(values, 0.5F, {-3, 3}, rounded);
    EXPECT_THAT(rounded, ElementsAre(-1.5F, -1.0F, -0.5F, 0.0F, 0.0F, 0.5F, 0.5F, 1.0F, 1.5F));
}

TEST(RoundToSteps, TakesTheActivationsClampFirst) {
    const std::vector<float> values{-1.0F, 0.3F, 5.9F, 7.0F};
    std::vector<float> rounded(values.size());
    roundToSteps(values, 0.25F, {0, 255, 0.0F, 6.0F}, rounded);
    EXPECT_THAT(rounded, ElementsAre(0.0F, 0.25F, 6.0F, 6.0F));
}

TEST(RoundingGradient, FollowsTheFormulaOfThePaper) {
    // Equation 3 of Esser et al.: d y / d step = -x / step + round(x / step) inside, -Qn or Qp outside.
    const std::vector<float> values{-9.0F, 0.7F, -0.6F, 9.0F};
    const std::vector<float> gradient{1.0F, 2.0F, 3.0F, 4.0F};
    std::vector<float> byValues(values.size());
    const double byStep = roundingGradient(values, 0.5F, {-3, 3}, gradient, byValues);
    // -3, round(1.4) - 1.4 = -0.4, round(-1.2) + 1.2 = 0.2, 3
    EXPECT_NEAR(byStep, 1.0 * -3.0 + 2.0 * -0.4 + 3.0 * 0.2 + 4.0 * 3.0, 1e-6);
    EXPECT_THAT(byValues, ElementsAre(0.0F, 2.0F, 3.0F, 0.0F));
}

TEST(RoundingGradient, StopsAtTheActivationsClamp) {
    const std::vector<float> values{-1.0F, 0.3F, 7.0F};
    const std::vector<float> gradient{1.0F, 1.0F, 1.0F};
    std::vector<float> byValues(values.size());
    // At 7 the clamp to 6 holds: 6 / 0.7 = 8.571 steps are rounded to 9, which moves with the step.
    const double byStep = roundingGradient(values, 0.7F, {0, 255, 0.0F, 6.0F}, gradient, byValues);
    EXPECT_NEAR(byStep, (0.0 - 3.0 / 7.0) + (9.0 - 60.0 / 7.0), 1e-5);
    EXPECT_THAT(byValues, ElementsAre(0.0F, 1.0F, 0.0F));
}

TEST(RoundingGradient, SumsManyElementsAsFew) {
    const nn::Tensor values = reference::randomTensor({5003}, 3);
    const nn::Tensor gradient = reference::randomTensor({5003}, 4);
    double one = 0.0;
    std::vector<float> ignored(1);
    for (std::size_t i = 0; i < 5003; ++i) {
        one += roundingGradient({&values.floats()[i], 1}, 0.1F, {-7, 7}, {&gradient.floats()[i], 1}, ignored);
    }
    std::vector<float> byValues(5003);
    EXPECT_NEAR(roundingGradient(values.floats(), 0.1F, {-7, 7}, gradient.floats(), byValues), one, 1e-3);
}

TEST(StepGradientScale, IsThePapers) {
    EXPECT_DOUBLE_EQ(stepGradientScale(100, -7, 7), 1.0 / std::sqrt(700.0));
    EXPECT_DOUBLE_EQ(stepGradientScale(64, 0, 15), 1.0 / std::sqrt(960.0));
}

TEST(QuantizeWeights, GivesEveryChannelItsStep) {
    const std::vector<float> weights{0.3F, -0.9F, 0.3F, -0.9F};
    const std::vector<float> steps{0.5F, 0.1F};
    std::vector<float> rounded(4);
    quantizeWeights(weights, steps, 3, rounded); // -3 .. 3 steps
    EXPECT_THAT(rounded, ElementsAre(FloatEq(0.5F), FloatEq(-1.0F), FloatEq(0.3F), FloatEq(-0.3F)));
    std::vector<float> gradient{1.0F, 1.0F, 1.0F, 1.0F};
    std::vector<float> byStep(2);
    quantizeWeightsGradient(weights, steps, 3, gradient, byStep);
    const float scale = 1.0F / std::sqrt(6.0F); // two weights a channel, Qp 3
    EXPECT_NEAR(byStep[0], scale * ((1.0F - 0.6F) + (-2.0F + 1.8F)), 1e-6F);
    EXPECT_NEAR(byStep[1], scale * ((3.0F) + (-3.0F)), 1e-5F);
    EXPECT_THAT(gradient, ElementsAre(1.0F, 1.0F, 0.0F, 0.0F));
}

/// A convolution, a rounding of it, and a linear layer.
struct RoundingNetwork {
    RoundingNetwork() {
        nn::GraphBuilder b("rounding", 5);
        const nn::ValueId x = b.input("image", {1, 2, 5, 4});
        const nn::ValueId y = b.convolution(x, {.channels = 6});
        const nn::ValueId z = b.apply(nn::Identity{}, {y}, b.shape(y), "rounded");
        const nn::ValueId step = b.constant("step", nn::Tensor::ofFloats({1}, {0.4F}));
        graph = b.finish({b.linear(b.flatten(z), 3)});
        quantization.activations.push_back({z, step, 0, 3, 0.0, 1.0});
    }

    nn::Graph graph;
    FakeQuantization quantization;
};

TEST(QuantizerLayer, RoundsAndPassesGradientsOn) {
    const RoundingNetwork made;
    TrainableNetwork rounding(made.graph, 2, {BatchStatistics::OfBatch, made.quantization, nullptr});
    TrainableNetwork plain(made.graph, 2);
    const std::vector<Parameter> parameters = parametersOf(made.graph, made.quantization);
    ASSERT_EQ(parameters.back().role, ParameterRole::StepSize);
    ParameterBlocks blocks = readParameters(made.graph, parameters);
    const nn::Tensor input = reference::randomTensor({2, 2, 5, 4}, 6);
    const nn::Tensor scores = rounding.forward(blocks, input);

    // The linear layer is linear in what was rounded: find that with its own weights as the reference.
    nn::Graph upToConvolution = made.graph;
    upToConvolution.outputs = {made.graph.nodes[0].outputs[0]};
    const std::vector<Parameter> first = parametersOf(upToConvolution);
    TrainableNetwork convolution(upToConvolution, 2);
    const nn::Tensor sums = convolution.forward(readParameters(made.graph, first), input);
    std::vector<float> rounded(sums.floats().size());
    roundToSteps(sums.floats(), 0.4F, {0, 3, 0.0F, 1.0F}, rounded);
    const std::vector<float>& weights = blocks[1];
    for (std::size_t n = 0; n < 2; ++n) {
        for (std::size_t k = 0; k < 3; ++k) {
            double sum = static_cast<double>(blocks[2][k]);
            for (std::size_t i = 0; i < 120; ++i) {
                sum += static_cast<double>(weights[k * 120 + i]) * static_cast<double>(rounded[n * 120 + i]);
            }
            EXPECT_NEAR(static_cast<double>(scores.floats()[n * 3 + k]), sum, 1e-4);
        }
    }

    ParameterBlocks gradients;
    const nn::Tensor slopes = reference::randomTensor({2, 3}, 7);
    rounding.backward(blocks, slopes, gradients);
    std::vector<float> byRounded(240), bySums(240);
    for (std::size_t i = 0; i < 240; ++i) {
        for (std::size_t k = 0; k < 3; ++k) {
            byRounded[i] += slopes.floats()[i / 120 * 3 + k] * weights[k * 120 + i % 120];
        }
    }
    const double byStep = roundingGradient(sums.floats(), 0.4F, {0, 3, 0.0F, 1.0F}, byRounded, bySums);
    EXPECT_NEAR(static_cast<double>(gradients.back()[0]), stepGradientScale(120, 0, 3) * byStep, 1e-4);
    ParameterBlocks expected;
    convolution.forward(readParameters(made.graph, first), input);
    convolution.backward(readParameters(made.graph, first), nn::Tensor::ofFloats(sums.shape, bySums),
                         expected);
    EXPECT_THAT(gradients[0], testing::Pointwise(testing::FloatNear(1e-4F), expected[0]));
}

TEST(QuantizerLayer, SharesOneStepAmongSeveral) {
    nn::GraphBuilder b("shared", 5);
    const nn::ValueId x = b.input("vector", {1, 8});
    const nn::ValueId step = b.constant("step", nn::Tensor::ofFloats({1}, {0.4F}));
    const auto rounded = [&](nn::ValueId value, const char* name) {
        return b.apply(nn::Identity{}, {value}, b.shape(value), name);
    };
    const nn::ValueId first = rounded(b.linear(x, 4), "first");
    const nn::ValueId second = rounded(b.linear(x, 4), "second");
    FakeQuantization both;
    both.activations = {{first, step, -8, 7}, {second, step, -8, 7}};
    const nn::Graph graph = b.finish({b.add(first, second)});
    const auto stepGradient = [&](const std::vector<nn::ValueId>& values) {
        FakeQuantization some;
        for (const ActivationQuantizer& quantizer : both.activations) {
            if (std::ranges::find(values, quantizer.value) != values.end()) {
                some.activations.push_back(quantizer);
            }
        }
        TrainableNetwork network(graph, 1, {BatchStatistics::OfBatch, some, nullptr});
        const ParameterBlocks blocks = readParameters(graph, parametersOf(graph, some));
        network.forward(blocks, reference::randomTensor({1, 8}, 8));
        ParameterBlocks gradients;
        network.backward(blocks, reference::randomTensor({1, 4}, 9), gradients);
        network.backward(blocks, reference::randomTensor({1, 4}, 9), gradients); // starts from 0 each time
        return gradients.back()[0];
    };
    EXPECT_NEAR(stepGradient({first, second}), stepGradient({first}) + stepGradient({second}), 1e-5F);
}

} // namespace
} // namespace tandem::train
