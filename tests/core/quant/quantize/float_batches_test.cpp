// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/quantize/calibration.h"
#include "core/quant/quantize/float_batches.h"
#include "core/train/executor.h"
#include "tests/core/quant/graph_maker.h"

#include <gtest/gtest.h>

namespace tandem::quant {
namespace {

nn::Graph network(bool mixesSamples) {
    test::GraphMaker make({1, 3, 8, 8}, 3);
    nn::ValueId x = make.relu(make.convolution(make.input(), 8, 3));
    if (mixesSamples) { // samples go one by one through a transpose that moves them
        x = make.transpose(x, {1, 0, 2, 3});
        x = make.transpose(x, {1, 0, 2, 3});
    }
    return make.finish({make.linear(make.flatten(make.globalAverage(x)), 10)});
}

class FloatBatches : public testing::TestWithParam<bool> {};

TEST_P(FloatBatches, GiveWhatSingleRunsDo) {
    const nn::Graph graph = network(GetParam());
    const std::vector<nn::Tensor> inputs = uniformInputs(graph, 5, 1);
    BatchExecutor batches(graph);
    const std::vector<nn::Tensor> together = batches.run(inputs);
    const auto values = batches.record(inputs);
    train::Executor alone(graph);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        alone.run({&inputs[i], 1}, [&](nn::ValueId value, const nn::Tensor& tensor) {
            const auto found = sampleOf(values[static_cast<std::size_t>(value)].value(), i, inputs.size());
            ASSERT_EQ(found.size(), tensor.floats().size()) << graph.value(value).name;
            for (std::size_t k = 0; k < found.size(); ++k) {
                ASSERT_NEAR(found[k], tensor.floats()[k], 1e-5F) << graph.value(value).name;
            }
            if (value == graph.outputs[0]) {
                const auto output = sampleOf(together.at(0), i, inputs.size());
                EXPECT_TRUE(std::ranges::equal(found, output));
            }
        });
    }
}

INSTANTIATE_TEST_SUITE_P(Kinds, FloatBatches, testing::Bool());

TEST(BatchSize, FallsWithTheMaps) {
    test::GraphMaker small({1, 3, 8, 8}, 3), large({1, 3, 512, 512}, 3);
    const nn::Graph few = small.finish({small.convolution(small.input(), 8, 3)});
    const nn::Graph many = large.finish({large.convolution(large.input(), 32, 3)});
    EXPECT_GE(batchSize(few), 8U);
    EXPECT_EQ(batchSize(many), 1U);
}

} // namespace
} // namespace tandem::quant
