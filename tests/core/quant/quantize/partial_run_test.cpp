// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/quantize/calibration.h"
#include "core/quant/quantize/float_batches.h"
#include "core/quant/quantize/partial_run.h"
#include "tests/core/quant/graph_maker.h"

#include <gtest/gtest.h>

namespace tandem::quant {
namespace {

/// Two branches that meet, and an output behind.
struct Branches {
    nn::ValueId first = 0, left = 0, right = 0, sum = 0;
    nn::Graph graph;

    Branches() {
        test::GraphMaker make({1, 3, 8, 8}, 3);
        first = make.relu(make.convolution(make.input(), 8, 3));
        left = make.convolution(first, 8, 3);
        right = make.relu(make.convolution(first, 8, 1));
        sum = make.add(left, right);
        graph = make.finish({make.convolution(sum, 4, 3)});
    }
};

TEST(PartialRun, ComputesOnlyWhatIsNotKnown) {
    Branches made;
    const std::vector<nn::Tensor> inputs = uniformInputs(made.graph, 3, 1);
    const auto values = BatchExecutor(made.graph).record(inputs);
    std::vector<bool> isKnown(made.graph.values.size(), true);
    const nn::ValueId output = made.graph.outputs[0];
    isKnown[static_cast<std::size_t>(made.sum)] = isKnown[static_cast<std::size_t>(output)] = false;
    PartialRun run(made.graph, isKnown, {output, made.left}, inputs.size());
    EXPECT_EQ(run.nodeCount(), 2U) << "the addition and the last convolution";
    const nn::Tensor zeros =
        nn::Tensor::zeros(nn::ElementType::Float32, values[static_cast<std::size_t>(made.right)]->shape);
    const auto outputs = [&](const nn::Tensor& right) {
        return run.run([&](nn::ValueId value) -> const nn::Tensor& {
            return value == made.right ? right : values[static_cast<std::size_t>(value)].value();
        });
    };
    const nn::Tensor& whole = *values[static_cast<std::size_t>(output)];
    const auto same = outputs(*values[static_cast<std::size_t>(made.right)]);
    EXPECT_EQ(same.at(0).floats(), whole.floats());
    EXPECT_EQ(same.at(1).floats(), values[static_cast<std::size_t>(made.left)]->floats());
    EXPECT_NE(outputs(zeros).at(0).floats(), whole.floats());
}

TEST(PartialRun, RunsNothingWhereAllIsKnown) {
    Branches made;
    const std::vector<nn::Tensor> inputs = uniformInputs(made.graph, 1, 1);
    const auto values = BatchExecutor(made.graph).record(inputs);
    PartialRun run(made.graph, std::vector<bool>(made.graph.values.size(), true), {made.sum}, 1);
    EXPECT_EQ(run.nodeCount(), 0U);
    const auto known = [&](nn::ValueId value) -> const nn::Tensor& {
        return values[static_cast<std::size_t>(value)].value();
    };
    EXPECT_EQ(run.run(known).at(0).floats(), known(made.sum).floats());
}

} // namespace
} // namespace tandem::quant
