// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/builder.h"
#include "core/nn/host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::nn {
namespace {

using testing::HasSubstr;

/// The reasons of the nodes that run on the host, in order.
std::vector<std::string> hostReasons(const Graph& graph) {
    std::vector<std::string> reasons;
    for (const Node& node : graph.nodes) {
        if (const auto reason = hardwareSupport(graph, node)) {
            reasons.push_back(*reason);
        }
    }
    return reasons;
}

TEST(Host, ResidualNetworkIsHardwareThroughout) {
    GraphBuilder builder("g");
    ValueId x = builder.relu(builder.convolution(builder.input("x", {1, 3, 8, 8}), {.channels = 8}));
    const ValueId side = builder.depthwise(x);
    x = builder.relu6(builder.add(x, side));
    x = builder.globalAveragePool(builder.maximumPool(x, 2, 2));
    EXPECT_THAT(hostReasons(builder.finish({builder.linear(builder.flatten(x), 10)})), testing::IsEmpty());
}

TEST(Host, ReasonsAreGiven) {
    GraphBuilder builder("g");
    ValueId x = builder.input("x", {1, 4, 8, 8});
    x = builder.relu(x); // nothing in front
    x = builder.activation(builder.convolution(x, {.channels = 4}), {ActivationKind::Tanh}); // no clamp
    x = builder.apply(Binary{BinaryKind::Multiply}, {x, x}, builder.shape(x), "square");
    x = builder.pool(x, {PoolKind::Maximum, {2, 2}, {1, 1}, {2, 2}, {}, false, false});
    x = builder.apply(Softmax{1}, {x}, builder.shape(x), "probabilities");
    EXPECT_THAT(hostReasons(builder.finish({x})),
                testing::ElementsAre(HasSubstr("clamp"), HasSubstr("Tanh"), HasSubstr("Multiply"),
                                     HasSubstr("dilated"), HasSubstr("Softmax")));
}

TEST(Host, SharedConvolutionCannotTakeUpAClamp) {
    GraphBuilder builder("g");
    const ValueId y = builder.convolution(builder.input("x", {1, 4, 8, 8}), {.channels = 4});
    EXPECT_THAT(hostReasons(builder.finish({builder.relu(y), builder.add(y, y)})),
                testing::ElementsAre(HasSubstr("takes up the clamp")));
}

} // namespace
} // namespace tandem::nn
