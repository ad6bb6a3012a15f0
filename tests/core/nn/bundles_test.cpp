// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/nn/bundles.h"
#include "core/train/executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace tandem::nn {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

template <typename Op>
std::vector<const Node*> nodesOf(const Graph& graph) {
    std::vector<const Node*> nodes;
    for (const Node& node : graph.nodes) {
        if (std::holds_alternative<Op>(node.op)) {
            nodes.push_back(&node);
        }
    }
    return nodes;
}

TEST(Bundles, AreReadAsTheyAreWritten) {
    const std::vector<BundleOperators> candidates = candidateBundles();
    EXPECT_EQ(candidates.size(), 19U); // 7 alone, 6 with a 1x1 convolution before or behind
    for (const BundleOperators& bundle : candidates) {
        EXPECT_EQ(parseBundle(toString(bundle)), bundle);
    }
    EXPECT_EQ(parseBundle("dw5+conv1"), (BundleOperators{{true, 5}, {false, 1}}));
    for (const char* wrong : {"", "conv4", "dw1", "conv3+", "conv1+dw3+conv1"}) {
        EXPECT_THAT([&] { parseBundle(wrong); },
                    ThrowsMessage<Error>(HasSubstr(fmt::format("bundle '{}' is not known", wrong))));
    }
}

TEST(Bundles, AreRepeatedInStagesThatHalveTheMap) {
    AssemblyOptions options;
    options.input = {1, 1, 28, 28};
    options.channels = {8, 12, 20};
    options.repetitions = 3;
    for (const DownSampling down :
         {DownSampling::Stride, DownSampling::MaximumPool, DownSampling::AveragePool}) {
        options.downSampling = down;
        const Graph graph = assembledNetwork(options);
        EXPECT_EQ(nodesOf<Convolution>(graph).size(), 1U + 9U * 2U); // the stem and nine bundles
        EXPECT_EQ(nodesOf<Binary>(graph).size(), 7U) << "the first bundles of two stages change the shape";
        const Node& last = *nodesOf<Convolution>(graph).back();
        EXPECT_EQ(graph.value(last.outputs.at(0)).shape, (Shape{1, 20, 7, 7}));
        const std::vector<Tensor> inputs{Tensor::zeros(ElementType::Float32, options.input)};
        EXPECT_EQ(train::run(graph, inputs).at(0).shape, (Shape{1, 10}));
    }
}

TEST(Bundles, AreCountedWithoutDrawingAWeight) {
    AssemblyOptions options;
    for (const BundleOperators& bundle : candidateBundles()) {
        options.bundle = bundle;
        const NetworkSize drawn = sizeOf(assembledNetwork(options)), counted = assembledSize(options);
        EXPECT_EQ(counted.parameters, drawn.parameters) << toString(bundle);
        EXPECT_EQ(counted.operations, drawn.operations) << toString(bundle);
    }
    // Ten times the largest network within the time that drawing a hundredth of its weights takes.
    options.bundle = parseBundle("conv3");
    options.channels = {400, 400};
    options.repetitions = 6;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 10; ++i) {
        EXPECT_GT(assembledSize(options).parameters, 15'000'000);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(50));
}

TEST(Bundles, MayHaveNoShortcutsAndClippedActivations) {
    AssemblyOptions options;
    options.bundle = parseBundle("conv3");
    options.hasShortcuts = false;
    options.clip = 6.0;
    const Graph graph = assembledNetwork(options);
    EXPECT_TRUE(nodesOf<Binary>(graph).empty());
    const std::vector<const Node*> activations = nodesOf<Activation>(graph);
    EXPECT_EQ(activations.size(), 7U);
    for (const Node* node : activations) {
        EXPECT_EQ(std::get<Activation>(node->op).high, 6.0F);
    }
}

TEST(Bundles, WithoutAFullConvolutionGetOneWhereChannelsChange) {
    AssemblyOptions options;
    options.bundle = parseBundle("dw7");
    options.channels = {16, 16, 24};
    const Graph graph = assembledNetwork(options);
    EXPECT_EQ(nodesOf<Convolution>(graph).size(), 1U + 6U + 1U);
}

TEST(Bundles, RefuseWhatCannotBeAssembled) {
    const auto refuses = [](const auto& change, const char* said) {
        AssemblyOptions options;
        change(options);
        EXPECT_THAT([&] { assembledNetwork(options); }, ThrowsMessage<Error>(HasSubstr(said)));
    };
    refuses(
        [](AssemblyOptions& o) {
            o.input = {1, 3, 2, 2};
        },
        "1x1 cannot be halved again for all of the 3 stages");
    refuses([](AssemblyOptions& o) { o.classes = 1; }, "1 classes");
    refuses([](AssemblyOptions& o) { o.channels = {}; }, "0 stages");
    refuses([](AssemblyOptions& o) { o.channels = {16, 0}; }, "0 channels");
    refuses([](AssemblyOptions& o) { o.channels = {4096}, o.bundle = parseBundle("conv7"); },
            "weights are more");
    refuses([](AssemblyOptions& o) { o.repetitions = 0; }, "0 bundles");
    refuses([](AssemblyOptions& o) { o.input = {3, 32, 32}; }, "channels x height x width");
}

} // namespace
} // namespace tandem::nn
