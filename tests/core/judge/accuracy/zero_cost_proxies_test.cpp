// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/judge/accuracy/zero_cost_proxies.h"
#include "core/nn/builder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace tandem::judge {
namespace {

using nn::Graph;
using nn::GraphBuilder;
using nn::Tensor;
using nn::ValueId;

/// Linear layers without biases, rectifiers between them; `weights` row by row.
Graph layersOf(int inputs, const std::vector<std::vector<float>>& weights, bool endsWithRelu = false) {
    GraphBuilder b("layers");
    ValueId x = b.input("x", {1, inputs});
    std::int64_t width = inputs;
    for (std::size_t layer = 0; layer < weights.size(); ++layer) {
        const auto outputs = static_cast<std::int64_t>(weights[layer].size()) / width;
        const ValueId w =
            b.constant(fmt::format("w{}", layer), Tensor::ofFloats({outputs, width}, weights[layer]));
        x = b.apply(nn::Linear{}, {x, w}, {1, outputs}, fmt::format("linear{}", layer));
        if (layer + 1 < weights.size() || endsWithRelu) {
            x = b.relu(x);
        }
        width = outputs;
    }
    return b.finish({x});
}

Tensor vectorOf(std::vector<float> values) {
    const auto size = static_cast<std::int64_t>(values.size());
    return Tensor::ofFloats({1, size}, std::move(values));
}

TEST(SynFlow, AgreesWithHandCalculation) {
    // |W1| ones = (3, 7); R = 1 * 3 + 2 * 7 = 17 flows through each of the two layers.
    EXPECT_NEAR(synFlow(layersOf(2, {{1, -2, 3, 4}, {-1, 2}})), 2.0 * 17.0, 1e-4);
}

TEST(SynFlow, CountsAClampedActivationAsOpen) {
    GraphBuilder b("clamped");
    const ValueId x = b.input("x", {1, 1});
    const ValueId w = b.constant("w", Tensor::ofFloats({1, 1}, {-50.0F}));
    const ValueId v = b.constant("v", Tensor::ofFloats({1, 1}, {2.0F}));
    const ValueId hidden = b.relu6(b.apply(nn::Linear{}, {x, w}, {1, 1}, "first"));
    EXPECT_NEAR(synFlow(b.finish({b.apply(nn::Linear{}, {hidden, v}, {1, 1}, "second")})), 200.0, 1e-3);
}

TEST(SynFlow, SaysWhenItOverflows) {
    const std::vector<std::vector<float>> deep(12, std::vector<float>{1e5F});
    EXPECT_THROW(synFlow(layersOf(1, deep)), Error);
}

TEST(ActivationOverlap, AgreesWithHandCalculation) {
    // Units x1, x2, x1 + x2: (1, 1) switches all on, (1, -2) the first alone. They agree in one of three.
    const Graph graph = layersOf(2, {{1, 0, 0, 1, 1, 1}}, true);
    const std::vector<Tensor> inputs{vectorOf({1, 1}), vectorOf({1, -2})};
    EXPECT_NEAR(activationOverlap(graph, inputs), std::log(3.0 * 3.0 - 1.0 * 1.0), 1e-12);
}

TEST(ActivationOverlap, IsMinusInfinityWhereInputsAreNotToldApart) {
    const Graph graph = layersOf(1, {{1, -1}}, true);
    const std::vector<Tensor> inputs{vectorOf({1}), vectorOf({2})};
    EXPECT_EQ(activationOverlap(graph, inputs), -std::numeric_limits<double>::infinity());
}

TEST(ActivationOverlap, RefusesNetworksInWhichNothingSwitches) {
    const std::vector<Tensor> inputs{vectorOf({1})};
    EXPECT_THROW(activationOverlap(layersOf(1, {{1}}), inputs), Error);
    EXPECT_THROW(activationOverlap(layersOf(1, {{1}}, true), {}), Error);
}

TEST(GradientNorm, AgreesWithHandCalculation) {
    // Without weights both classes have probability 1/2; the gradient is (p - target) x', averaged over
    // samples.
    const Graph graph = layersOf(2, {{0, 0, 0, 0}});
    const std::vector<Tensor> one{vectorOf({1, 2})};
    EXPECT_NEAR(gradientNorm(graph, one, std::vector<int>{0}), std::sqrt(2.0 * 0.25 * 5.0), 1e-6);
    const std::vector<Tensor> two{vectorOf({1, 2}), vectorOf({3, 0})};
    // Rows: half of (-1/2) (1, 2) + (1/2) (3, 0) = (1/2, -1/2), and its negative.
    EXPECT_NEAR(gradientNorm(graph, two, std::vector<int>{0, 1}), 1.0, 1e-6);
}

TEST(GradientNorm, RefusesWhatDoesNotFit) {
    const Graph graph = layersOf(2, {{0, 0, 0, 0}});
    const std::vector<Tensor> narrow{vectorOf({1})}, right{vectorOf({1, 2})};
    EXPECT_THROW(gradientNorm(graph, narrow, std::vector<int>{0}), Error);
    EXPECT_THROW(gradientNorm(graph, right, std::vector<int>{}), Error);
    EXPECT_THROW(gradientNorm(graph, right, std::vector<int>{2}), Error);
}

} // namespace
} // namespace tandem::judge
