// SPDX-License-Identifier: GPL-3.0-or-later
// Training reaches the layers that the host computes behind the accelerator.
#include "core/base/error.h"
#include "core/nn/builder.h"
#include "core/nn/passes/passes.h"
#include "core/quant/tuning/fine_tuning.h"
#include "tests/core/support/stripes.h"

#include <gtest/gtest.h>

#include <numeric>

namespace tandem::quant {
namespace {

/// Behind an average pool that leaves padded cells out the host computes a fully connected layer.
nn::Graph networkWithTail() {
    nn::GraphBuilder b("tail", 4);
    const nn::ValueId x =
        b.relu(b.convolution(b.input("image", {1, 2, 8, 8}), {.channels = 8, .bias = true}));
    const nn::ValueId y = b.relu(b.convolution(x, {.channels = 8, .bias = true}));
    const nn::ValueId z =
        b.pool(y, {nn::PoolKind::Average, {4, 4}, {2, 2}, {1, 1}, {1, 1, 1, 1}, false, false});
    return nn::prepare(b.finish({b.linear(b.flatten(z), 2)}));
}

std::vector<std::size_t> range(std::size_t first, std::size_t last) {
    std::vector<std::size_t> indices(last - first);
    std::iota(indices.begin(), indices.end(), first);
    return indices;
}

TEST(TunedTail, IsTrainedKeptAndRestored) {
    const data::Dataset dataset = test::stripes(1536);
    const nn::Graph prepared = networkWithTail();
    const Lowering lowering = lower(prepared);
    ASSERT_FALSE(lowering.tail.empty());
    const auto training = range(0, 1024), test = range(1024, 1536);
    FineTuningOptions options;
    options.layers.assign(lowering.layers.size(), {3, 4});
    options.training.epochs = 6;
    options.training.batch = 32;
    options.training.learningRate = 0.05;
    options.training.averaging = 0.9;
    const FineTuned tuned = fineTune(prepared, dataset, training, test, options);
    EXPECT_GT(tuned.integerAccuracy, 0.9);
    EXPECT_NEAR(tuned.integerAccuracy, tuned.roundedAccuracy, 0.02);

    const std::vector<nn::ValueId> parameters = tailParameters(prepared, lowering);
    ASSERT_EQ(parameters.size(), 2U) << "weights and bias";
    ASSERT_EQ(tuned.tuned.tail.size(), 2U);
    EXPECT_NE(tuned.tuned.tail[0], prepared.value(parameters[0]).constant->floats());

    const std::string bytes = toBytes(tuned.tuned);
    EXPECT_EQ(tunedNetworkFromBytes(bytes), tuned.tuned);
    const IntegerNetwork again = integerNetwork(prepared, tunedNetworkFromBytes(bytes),
                                                calibrationInputs(prepared, dataset, training, 1));
    EXPECT_DOUBLE_EQ(integerAccuracy(again, dataset, test), tuned.integerAccuracy);

    TunedNetwork without = tuned.tuned;
    without.tail.clear();
    EXPECT_THROW(withTunedConstants(prepared, without), Error);
}

} // namespace
} // namespace tandem::quant
