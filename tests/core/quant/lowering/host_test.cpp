// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/builder.h"
#include "core/quant/lowering/lowering.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::quant {
namespace {

using nn::ValueId;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// The reasons of the nodes that run on the host, in order.
std::vector<std::string> reasonsOf(const nn::Graph& graph) {
    std::vector<std::string> reasons;
    for (const auto& reason : hostReasons(graph)) {
        if (reason) {
            reasons.push_back(*reason);
        }
    }
    return reasons;
}

TEST(Host, ResidualNetworkIsHardwareThroughout) {
    nn::GraphBuilder builder("g");
    ValueId x = builder.relu(builder.convolution(builder.input("x", {1, 3, 8, 8}), {.channels = 8}));
    const ValueId side = builder.depthwise(x);
    x = builder.relu6(builder.add(x, side));
    x = builder.activation(x, {nn::ActivationKind::Tanh});
    x = builder.globalAveragePool(builder.maximumPool(x, 2, 2));
    EXPECT_THAT(reasonsOf(builder.finish({builder.linear(builder.flatten(x), 10)})), IsEmpty());
}

TEST(Host, ReasonsAreGiven) {
    nn::GraphBuilder builder("g");
    ValueId x = builder.input("x", {1, 4, 8, 8});
    x = builder.relu(x); // in front of everything
    x = builder.convolution(x, {.channels = 4});
    x = builder.pool(x, {nn::PoolKind::Maximum, {2, 2}, {1, 1}, {2, 2}, {}, false, false});
    x = builder.apply(nn::Softmax{1}, {x}, builder.shape(x), "probabilities");
    EXPECT_THAT(reasonsOf(builder.finish({x})),
                ElementsAre(HasSubstr("an end of the network"), HasSubstr("dilated"), HasSubstr("Softmax")));
}

TEST(Host, BetweenLayersTheNodesOwnReasonsRemain) {
    nn::GraphBuilder builder("g");
    ValueId x = builder.convolution(builder.input("x", {1, 4, 8, 8}), {.channels = 4});
    x = builder.apply(nn::Softmax{1}, {x}, builder.shape(x), "probabilities");
    EXPECT_THAT(reasonsOf(builder.finish({builder.convolution(x, {.channels = 4})})),
                ElementsAre(HasSubstr("Softmax has no accelerator engine")));
}

} // namespace
} // namespace tandem::quant
