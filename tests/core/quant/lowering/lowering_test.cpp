// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/nn/passes/passes.h"
#include "core/quant/lowering/lowering.h"
#include "tests/core/quant/graph_maker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::quant {
namespace {

using nn::ActivationKind;
using nn::PoolKind;
using testing::AllOf;
using testing::HasSubstr;

std::string failureOf(const nn::Graph& graph) {
    try {
        lower(graph);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        return error.what();
    }
    return {};
}

TEST(Lowering, ClassifierBecomesLayersWithFoldedActivationsAndHostSoftmax) {
    test::GraphMaker make({1, 3, 8, 8});
    auto x = make.relu(make.convolution(make.input(), 4, 3));
    x = make.pool(x, PoolKind::Maximum, 2, 2);
    x = make.activation(make.convolution(x, 4, 3, 1, 4), ActivationKind::Clip, 0.0F, 6.0F);
    x = make.softmax(make.linear(make.flatten(x), 10));
    const Lowering lowering = lower(make.finish({x}));

    ASSERT_EQ(lowering.layers.size(), 4U);
    EXPECT_EQ(lowering.tensors[1].low, 0.0);
    EXPECT_TRUE(lowering.tensors[1].neverNegative);
    EXPECT_TRUE(lowering.tensors[2].neverNegative) << "a pool of what is never negative";
    EXPECT_EQ(lowering.layers[2].groups, 4);
    EXPECT_EQ(lowering.tensors[3].high, 6.0);
    EXPECT_EQ(lowering.layers[3].kernel, (nn::Extent{4, 4})) << "a linear layer covers its whole input map";
    EXPECT_EQ(lowering.tensors[4].shape, (MapShape{10, 1, 1}));
    EXPECT_FALSE(lowering.tensors[4].neverNegative);
    EXPECT_TRUE(lowering.before.nodes.empty());
    ASSERT_EQ(lowering.after.nodes.size(), 1U);
    EXPECT_TRUE(std::holds_alternative<nn::Softmax>(lowering.after.nodes[0].op));
}

TEST(Lowering, ActivationAfterAdditionFoldsIntoIt) {
    test::GraphMaker make({1, 4, 6, 6});
    const auto x = make.relu(make.convolution(make.input(), 4, 3));
    const auto y = make.relu(make.add(make.convolution(x, 4, 3), x));
    const Lowering lowering = lower(make.finish({make.globalAverage(y)}));
    ASSERT_EQ(lowering.layers.size(), 4U);
    EXPECT_EQ(lowering.layers[2].kind, LayerKind::Add);
    EXPECT_EQ(lowering.layers[2].nodes.size(), 2U);
    EXPECT_EQ(lowering.tensors[static_cast<std::size_t>(lowering.layers[2].output)].low, 0.0);
    EXPECT_EQ(lowering.layers[3].kernel, (nn::Extent{6, 6}));
}

TEST(Lowering, ActivationBehindMaximumPoolFoldsIntoTheConvolution) {
    test::GraphMaker make({1, 4, 6, 6});
    const auto x = make.relu(make.pool(make.convolution(make.input(), 4, 3), PoolKind::Maximum, 2, 2));
    const Lowering lowering = lower(make.finish({x}));
    ASSERT_EQ(lowering.layers.size(), 2U);
    EXPECT_EQ(lowering.layers[0].nodes.size(), 2U);
    EXPECT_EQ(lowering.tensors[1].low, 0.0);
    EXPECT_EQ(lowering.tensors[2].low, 0.0);
}

TEST(Lowering, ActivationOfASharedMapBecomesATable) {
    test::GraphMaker make({1, 4, 6, 6});
    const auto x = make.convolution(make.input(), 4, 3);
    const Lowering lowering = lower(make.finish({make.add(x, make.convolution(make.relu(x), 4, 3))}));
    ASSERT_EQ(lowering.layers.size(), 4U);
    EXPECT_EQ(lowering.layers[1].kind, LayerKind::Table);
    EXPECT_EQ(lowering.tensors[1].low, -std::numeric_limits<double>::infinity())
        << "the map itself keeps its sign";
    EXPECT_TRUE(lowering.tensors[2].neverNegative);
}

TEST(Lowering, TransposeBeforeLinearOnlyReordersItsWeights) {
    test::GraphMaker make({1, 2, 2, 3});
    const auto x = make.transpose(make.convolution(make.input(), 2, 3), {0, 2, 3, 1});
    const Lowering lowering = lower(make.finish({make.linear(make.flatten(x), 5)}));
    ASSERT_EQ(lowering.layers.size(), 2U);
    // Row, column, channel order read from a channel, row, column map of 2x2x3.
    EXPECT_EQ(lowering.layers[1].inputOrder, (std::vector<int>{0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11}));
}

TEST(Lowering, TransposeOfSinglePixelsIsNaturalOrder) {
    test::GraphMaker make({1, 4, 5, 5});
    const auto x = make.transpose(make.globalAverage(make.input()), {0, 2, 3, 1});
    const Lowering lowering = lower(make.finish({make.linear(make.flatten(x), 5)}));
    EXPECT_TRUE(lowering.layers[1].inputOrder.empty());
}

TEST(Lowering, HostOperatorsInFrontStayInFront) {
    test::GraphMaker make({1, 8, 8, 3});
    const auto x = make.transpose(make.input(), {0, 3, 1, 2});
    const Lowering lowering = lower(make.finish({make.convolution(x, 4, 3)}));
    ASSERT_EQ(lowering.before.nodes.size(), 1U);
    EXPECT_EQ(lowering.before.value(lowering.before.inputs[0]).shape, (nn::Shape{1, 8, 8, 3}));
    EXPECT_EQ(lowering.before.value(lowering.before.outputs[0]).shape, (nn::Shape{1, 3, 8, 8}));
    EXPECT_TRUE(lowering.after.nodes.empty());
}

TEST(Lowering, HostOperatorBetweenLayersIsRefusedByName) {
    test::GraphMaker make({1, 3, 8, 8});
    const auto x = make.softmax(make.convolution(make.input(), 4, 3));
    const std::string failure = failureOf(make.finish({make.convolution(x, 4, 3)}));
    EXPECT_THAT(failure, AllOf(HasSubstr("'Softmax1' (Softmax)"), HasSubstr("before 'Conv2'"),
                               HasSubstr("has no accelerator engine")));
}

TEST(Lowering, OneDimensionalConvolutionBehindALinearLayerStayedOnTheHost) {
    test::GraphMaker make({1, 12});
    auto x = make.reshape(make.linear(make.input(), 24), {1, 3, 1, 8});
    nn::Convolution op;
    op.kernel = {1, 3};
    op.padding = {0, 1, 0, 1};
    x = make.relu(make.node("Conv", op, {x, make.constant({4, 3, 1, 3}, 0.3)}, {1, 4, 1, 8}));
    const Lowering lowering = lower(nn::prepare(make.finish({x})));
    EXPECT_TRUE(lowering.hostNodes.empty());
    EXPECT_EQ(lowering.tensors[static_cast<std::size_t>(lowering.output)].shape, (MapShape{4, 1, 8}));
    std::vector<LayerKind> kinds;
    for (const LoweredLayer& layer : lowering.layers) {
        kinds.push_back(layer.kind);
    }
    EXPECT_EQ(kinds, (std::vector{LayerKind::Convolution, LayerKind::Expand, LayerKind::Convolution,
                                  LayerKind::Convolution}));
    const LoweredLayer& layout = lowering.layers[2];
    EXPECT_EQ(layout.groups, 3);
    EXPECT_LT(layout.padding.left + layout.padding.right, layout.kernel.width) << "engines ask for that";
}

TEST(Lowering, SquareMapInRowsBehindALinearLayerIsStillDepthToSpace) {
    test::GraphMaker make({1, 12});
    auto x = make.reshape(make.linear(make.input(), 48), {1, 4, 4, 3}); // rows, columns, channels
    x = make.convolution(make.transpose(x, {0, 3, 1, 2}), 4, 3);
    const Lowering lowering = lower(nn::prepare(make.finish({x})));
    EXPECT_TRUE(lowering.hostNodes.empty());
    ASSERT_EQ(lowering.layers.size(), 3U);
    EXPECT_EQ(lowering.layers[1].kind, LayerKind::DepthToSpace);
}

TEST(Lowering, LeavingMapsOfUnlikeSizeAreRefused) {
    test::GraphMaker make({1, 3, 8, 8});
    const auto x = make.convolution(make.input(), 4, 3);
    EXPECT_THAT(failureOf(make.finish({x, make.convolution(x, 4, 3, 2)})),
                HasSubstr("2 values leave the accelerator"));
}

TEST(Lowering, NothingToAccelerateIsRefused) {
    test::GraphMaker make({1, 3});
    EXPECT_THAT(failureOf(make.finish({make.softmax(make.input())})), HasSubstr("nothing to accelerate"));
}

TEST(Lowering, ReshapeBetweenConvolutionsIsRefused) {
    test::GraphMaker make({1, 4, 2, 8});
    const auto x = make.reshape(make.convolution(make.input(), 4, 3), {1, 8, 2, 4});
    EXPECT_THAT(failureOf(make.finish({make.convolution(make.convolution(x, 8, 3), 2, 1)})),
                HasSubstr("reshaped or transposed"));
}

} // namespace
} // namespace tandem::quant
