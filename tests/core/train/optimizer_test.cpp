// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/train/loss.h"
#include "core/train/optimizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace tandem::train {
namespace {

TEST(Sgd, FollowsTheHandComputedSteps) {
    Sgd sgd(0.5);
    std::vector<float> w{1.0F};
    sgd.update(0, w, {{2.0F}}, 0.1, 0.5);
    // g = 2 + 0.5*1 = 2.5; v = 2.5; w = 1 - 0.25
    EXPECT_FLOAT_EQ(w[0], 0.75F);
    sgd.update(0, w, {{-1.0F}}, 0.1, 0.0);
    // g = -1; v = 1.25 - 1 = 0.25; w = 0.75 - 0.025
    EXPECT_FLOAT_EQ(w[0], 0.725F);
}

TEST(Sgd, NesterovLooksAhead) {
    Sgd sgd(0.5, true);
    std::vector<float> w{1.0F};
    sgd.update(0, w, {{2.0F}}, 0.1, 0.0);
    // v = 2; step = 2 + 0.5*2 = 3
    EXPECT_FLOAT_EQ(w[0], 0.7F);
    sgd.update(0, w, {{1.0F}}, 0.1, 0.0);
    // v = 1 + 1 = 2; step = 1 + 1 = 2
    EXPECT_FLOAT_EQ(w[0], 0.5F);
}

TEST(Sgd, KeepsTensorsApart) {
    Sgd sgd(0.9);
    std::vector<float> a{0.0F};
    std::vector<float> b{0.0F, 0.0F};
    sgd.update(3, a, {{1.0F}}, 1.0, 0.0);
    sgd.update(0, b, {{1.0F, 2.0F}}, 1.0, 0.0);
    EXPECT_THAT(a, testing::ElementsAre(-1.0F));
    EXPECT_THAT(b, testing::ElementsAre(-1.0F, -2.0F));
}

TEST(Adam, FollowsTheHandComputedSteps) {
    Adam adam(0.9, 0.99, 0.0);
    std::vector<float> w{1.0F};
    adam.beginStep();
    adam.update(0, w, {{4.0F}}, 0.1, 0.0);
    // Bias correction makes the first step the sign of the gradient.
    EXPECT_FLOAT_EQ(w[0], 0.9F);
    adam.beginStep();
    adam.update(0, w, {{-2.0F}}, 0.1, 0.5);
    // m = 0.9*0.4 - 0.2 = 0.16, corrected by 1 - 0.81: 0.842105; v = 0.99*0.16 + 0.04 = 0.1984, by 1 -
    // 0.9801: 9.969849; step 0.842105/3.157507 = 0.266699, decay 0.5*0.9 = 0.45
    EXPECT_NEAR(w[0], 0.9 - 0.1 * (0.266699 + 0.45), 1e-5);
}

TEST(CosineRate, WarmsUpAndFallsToZero) {
    EXPECT_DOUBLE_EQ(cosineRate(0.4, 0, 104, 4), 0.1);
    EXPECT_DOUBLE_EQ(cosineRate(0.4, 3, 104, 4), 0.4);
    EXPECT_DOUBLE_EQ(cosineRate(0.4, 4, 104, 4), 0.4);
    EXPECT_NEAR(cosineRate(0.4, 54, 104, 4), 0.2, 1e-12);
    EXPECT_NEAR(cosineRate(0.4, 79, 104, 4), 0.2 * (1.0 - std::numbers::sqrt2 / 2.0), 1e-12);
    EXPECT_NEAR(cosineRate(0.4, 104, 104, 4), 0.0, 1e-12);
}

TEST(SoftmaxCrossEntropy, MatchesTheFormula) {
    const nn::Tensor scores = nn::Tensor::ofFloats({2, 2}, {0.0F, std::log(3.0F), 1000.0F, 0.0F});
    const std::vector<int> labels{0, 0};
    const Loss loss = softmaxCrossEntropy(scores, labels);
    EXPECT_NEAR(loss.sum, std::log(4.0), 1e-6); // probabilities 1/4 and 1
    EXPECT_EQ(loss.correct, 1);
    EXPECT_THAT(loss.gradient.floats(),
                testing::Pointwise(testing::FloatNear(1e-6F), {-0.75F, 0.75F, 0.0F, 0.0F}));
}

TEST(SoftmaxCrossEntropy, SmoothsLabels) {
    const nn::Tensor scores = nn::Tensor::ofFloats({1, 2}, {0.0F, std::log(3.0F)});
    const std::vector<int> labels{0};
    const Loss loss = softmaxCrossEntropy(scores, labels, 0.2);
    EXPECT_NEAR(loss.sum, 0.9 * std::log(4.0) - 0.1 * std::log(0.75), 1e-6);
    EXPECT_THAT(loss.gradient.floats(), testing::Pointwise(testing::FloatNear(1e-6F), {-0.65F, 0.65F}));
}

TEST(Distillation, IsTheDivergenceFromTheTeacher) {
    const std::vector<float> teacher{0.0F, 2.0F * std::log(3.0F)}; // 1/4 and 3/4 at temperature 2
    const std::vector<float> scores{0.0F, 0.0F};                   // 1/2 and 1/2
    std::vector<float> gradient{10.0F, 10.0F};
    const double loss = addDistillation(scores, teacher, 2, 2.0, 0.5, gradient);
    EXPECT_NEAR(loss, 4.0 * (0.25 * std::log(0.5) + 0.75 * std::log(1.5)), 1e-6);
    EXPECT_THAT(gradient, testing::Pointwise(testing::FloatNear(1e-5F), {10.25F, 9.75F}));
}

TEST(Losses, HaveTheGradientsThatTheyState) {
    const std::vector<float> targets{0.2F, 0.5F, 0.3F, 0.0F, 0.0F, 1.0F};
    const std::vector<float> teacher{1.0F, -2.0F, 0.5F, 0.0F, 3.0F, 1.0F};
    std::vector<float> scores{0.3F, -0.8F, 1.2F, 2.0F, -1.0F, 0.4F};
    std::vector<float> ignored(6);
    const auto loss = [&](std::span<float> gradient) {
        return 0.7 * addCrossEntropy(scores, targets, 3, 0.7, gradient) +
               0.3 * addDistillation(scores, teacher, 3, 2.5, 0.3, gradient);
    };
    std::vector<float> gradient(6);
    loss(gradient);
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const float original = scores[i];
        scores[i] = original + 1e-2F;
        const double above = loss(ignored);
        scores[i] = original - 1e-2F;
        const double below = loss(ignored);
        scores[i] = original;
        EXPECT_NEAR(static_cast<double>(gradient[i]), (above - below) / 2e-2, 1e-3);
    }
}

TEST(SoftmaxCrossEntropy, RefusesLabelsOutsideTheClasses) {
    const std::vector<int> labels{2};
    EXPECT_THROW(softmaxCrossEntropy(nn::Tensor::ofFloats({1, 2}, {0, 0}), labels), Error);
}

} // namespace
} // namespace tandem::train
