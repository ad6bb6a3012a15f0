// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/step_size_optimizer.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tandem::train {
namespace {

TEST(StepSizeOptimizer, MovesByAShareWhateverTheGradientsAndTheStepsAre) {
    StepSizeOptimizer optimizer;
    std::vector<float> sizes{1.0F, 1e-4F, 2.0F, 3.0F};
    const std::vector<float> start = sizes;
    optimizer.beginStep();
    optimizer.update(0, sizes, std::vector<float>{1e-3F, 1e6F, -5.0F, 0.0F}, start, 0.01);
    // Adam's first move is the rate against the gradient's sign; here of the logarithm.
    EXPECT_NEAR(sizes[0], std::exp(-0.01), 1e-5);
    EXPECT_NEAR(sizes[1], 1e-4 * std::exp(-0.01), 1e-9);
    EXPECT_NEAR(sizes[2], 2.0 * std::exp(0.01), 1e-5);
    EXPECT_FLOAT_EQ(sizes[3], 3.0F);
}

TEST(StepSizeOptimizer, StaysPositiveAndNearTheStart) {
    StepSizeOptimizer optimizer;
    std::vector<float> sizes{1.0F, 1.0F};
    const std::vector<float> start = sizes;
    for (int step = 0; step < 100; ++step) {
        optimizer.beginStep();
        optimizer.update(0, sizes, std::vector<float>{1e3F, -1e3F}, start, 0.5);
    }
    EXPECT_FLOAT_EQ(sizes[0], 1.0F / 16.0F);
    EXPECT_FLOAT_EQ(sizes[1], 16.0F);
}

TEST(StepSizeOptimizer, FindsTheStepOfALossThatIsLeastThere) {
    StepSizeOptimizer optimizer;
    std::vector<float> size{0.2F};
    const std::vector<float> start = size;
    for (int step = 0; step < 400; ++step) {
        optimizer.beginStep();
        optimizer.update(0, size, std::vector<float>{2.0F * (size[0] - 0.05F)}, start, 0.02);
    }
    EXPECT_NEAR(size[0], 0.05F, 0.002F);
}

} // namespace
} // namespace tandem::train
