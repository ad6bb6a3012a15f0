// SPDX-License-Identifier: GPL-3.0-or-later
// Where a host operator stands between layers, or values of unlike size leave, the end of the network runs on
// the host.
#include "core/base/error.h"
#include "core/nn/builder.h"
#include "core/quant/packed/run.h"
#include "core/quant/quantize/agreement.h"
#include "core/quant/quantize/quantize.h"
#include "core/train/executor.h"
#include "tests/core/support/stripes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::quant {
namespace {

using nn::GraphBuilder;
using nn::ValueId;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// An average pool that no accelerator has: padded cells are not in its divisor. Keeps the map's size.
ValueId hostPool(GraphBuilder& b, ValueId x) {
    return b.pool(x, {nn::PoolKind::Average, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}, false, false});
}

/// Two convolutions of `width` channels, a pool for the host, and 4 x 3 x 8 x 8 products behind it.
nn::Graph poolInBetween(int width) {
    GraphBuilder b("between");
    ValueId x = b.relu(b.convolution(b.input("image", {1, 2, 8, 8}), {.channels = width, .bias = true}));
    x = hostPool(b, b.convolution(x, {.channels = 4, .bias = true}));
    return b.finish({b.relu(b.convolution(x, {.channels = 3, .kernel = 1}))});
}

/// A map, what is made of it, and a classifier behind their mean leave: 5, 4x8x8 and 6x8x8 numbers.
nn::Graph unlikeOutputs() {
    GraphBuilder b("unlike");
    const ValueId x = b.relu(b.convolution(b.input("image", {1, 2, 8, 8}), {.channels = 6, .bias = true}));
    const ValueId boxes = b.convolution(x, {.channels = 4, .bias = true});
    return b.finish({b.linear(b.flatten(b.globalAveragePool(x)), 5), boxes, x});
}

std::vector<nn::Tensor> inputs(std::size_t count) {
    const data::Dataset dataset = test::noise(count);
    std::vector<nn::Tensor> made;
    for (std::size_t sample = 0; sample < count; ++sample) {
        made.push_back(dataset.batch({{sample}}));
    }
    return made;
}

std::string refusalOf(const nn::Graph& graph) {
    try {
        lower(graph);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        return error.what();
    }
    return {};
}

std::vector<std::string> operatorsOf(const nn::Graph& graph) {
    std::vector<std::string> names;
    for (const nn::Node& node : graph.nodes) {
        names.emplace_back(nn::operatorName(node.op));
    }
    return names;
}

/// Of every output of the model, of the integers with what the host makes of them: 1 / noise power, in dB.
std::vector<double> signalToNoise(const nn::Graph& graph, int count) {
    const std::vector<nn::Tensor> given = inputs(static_cast<std::size_t>(count));
    const IntegerNetwork network = quantize(graph, given);
    std::vector<Outputs> wanted(graph.outputs.size()), found(graph.outputs.size());
    for (const nn::Tensor& input : given) {
        const auto floats = train::run(graph, std::span(&input, 1));
        const auto integers = runInteger(network, std::span(&input, 1));
        for (std::size_t i = 0; i < floats.size(); ++i) {
            EXPECT_EQ(floats[i].shape, integers.at(i).shape);
            wanted[i].push_back(floats[i].floats());
            found[i].push_back(integers[i].floats());
        }
    }
    std::vector<double> ratios;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        ratios.push_back(measureAgreement(wanted[i], found[i]).signalToNoise());
    }
    return ratios;
}

TEST(HostTail, TakesWhatIsBehindAHostOperator) {
    const nn::Graph graph = poolInBetween(12);
    const Lowering lowering = lower(graph);
    EXPECT_EQ(lowering.layers.size(), 2U);
    EXPECT_THAT(operatorsOf(lowering.after), ElementsAre("AveragePool", "Convolution", "Relu"));
    EXPECT_THAT(lowering.hostNodes, ElementsAre(3, 4, 5));
    EXPECT_GT(signalToNoise(graph, 12).at(0), 30.0);
}

TEST(HostTail, LeavesMapsOfOneSizeToTheHost) {
    const nn::Graph graph = unlikeOutputs();
    const Lowering lowering = lower(graph);
    EXPECT_EQ(lowering.tensors[static_cast<std::size_t>(lowering.output)].shape, (MapShape{10, 8, 8}));
    EXPECT_THAT(operatorsOf(lowering.after), ElementsAre("Split", "GlobalAveragePool", "Reshape", "Linear"));
    EXPECT_THAT(signalToNoise(graph, 12), testing::Each(testing::Gt(30.0)));
}

TEST(HostTail, IsTheSmallestOfThosePossible) {
    GraphBuilder b("chain");
    ValueId x = b.relu(b.convolution(b.input("image", {1, 2, 16, 16}), {.channels = 24}));
    x = b.relu(b.convolution(x, {.channels = 8, .stride = 2}));
    const ValueId small = b.convolution(x, {.channels = 4, .stride = 2});
    const ValueId scores = b.linear(b.flatten(b.globalAveragePool(small)), 3);
    // Both 4x4 maps may leave; to make them 8x8 ones the host would have to compute two more layers.
    const Lowering lowering = lower(b.finish({scores, small, b.convolution(small, {.channels = 2})}));
    EXPECT_EQ(lowering.tensors[static_cast<std::size_t>(lowering.output)].shape, (MapShape{6, 4, 4}));
}

TEST(HostTail, IsListedWithItsReasons) {
    std::vector<std::string> reasons;
    for (const auto& graph : {poolInBetween(12), unlikeOutputs()}) {
        for (const auto& reason : hostReasons(graph)) {
            if (reason) {
                reasons.push_back(*reason);
            }
        }
    }
    EXPECT_THAT(reasons, ElementsAre(HasSubstr("leaves padded cells out"), HasSubstr("behind 'pool"),
                                     HasSubstr("behind 'pool"), HasSubstr("unlike rows and columns"),
                                     HasSubstr("behind 'global_pool"), HasSubstr("behind 'global_pool")));
}

TEST(HostTail, IsRefusedWhereItIsALargeShare) {
    GraphBuilder b("large");
    ValueId x = hostPool(b, b.convolution(b.input("image", {1, 2, 8, 8}), {.channels = 4}));
    EXPECT_THAT(refusalOf(b.finish({b.convolution(x, {.channels = 2})})), // 72 and 72 products a pixel
                AllOf(HasSubstr("'pool"), HasSubstr("stands between"), HasSubstr("before 'conv"),
                      HasSubstr("50 %"), HasSubstr("at most 10 %")));
    GraphBuilder c("unlike");
    x = c.convolution(c.input("image", {1, 2, 8, 8}), {.channels = 4});
    EXPECT_THAT(refusalOf(c.finish({x, c.convolution(x, {.channels = 8, .stride = 2})})), // 72 and 288 / 4
                AllOf(HasSubstr("2 values leave"), HasSubstr("50 %"), HasSubstr("at most 10 %")));
}

TEST(HostTail, IsOfAnyShareWhereItIsMarked) {
    const nn::Graph marked = withHostTail(poolInBetween(12)), small = poolInBetween(1);
    EXPECT_THAT(refusalOf(small), HasSubstr("at most 10 %"));
    nn::Graph cut = small;
    for (std::size_t node = 0; node < cut.nodes.size(); ++node) {
        cut.nodes[node].onHost = marked.nodes[node].onHost;
    }
    EXPECT_THAT(operatorsOf(lower(cut).after), ElementsAre("AveragePool", "Convolution", "Relu"));
}

TEST(HostTail, IsNotMadeWhereNoneIsNeeded) {
    GraphBuilder b("plain");
    const ValueId x = b.relu(b.convolution(b.input("image", {1, 2, 8, 8}), {.channels = 4}));
    const nn::Graph graph = withHostTail(b.finish({hostPool(b, x)}));
    EXPECT_TRUE(std::ranges::none_of(graph.nodes, &nn::Node::onHost));
    EXPECT_THAT(lower(graph).tail, IsEmpty());
}

TEST(HostTail, NetworksAreComparedBehindIt) {
    GraphBuilder b("scores");
    ValueId x = hostPool(b, b.relu(b.convolution(b.input("image", {1, 2, 8, 8}), {.channels = 12})));
    x = b.linear(b.flatten(b.globalAveragePool(x)), 5);
    const nn::Graph graph = b.finish({b.apply(nn::Softmax{1}, {x}, b.shape(x), "probabilities")});
    const std::vector<nn::Tensor> given = inputs(20);
    const Lowering lowering = lower(graph);
    const Outputs reference = referenceOutputs(graph, lowering, given);
    const Outputs found = integerOutputs(quantize(graph, given), given);
    nn::Graph beforeSoftmax = graph;
    beforeSoftmax.outputs = graph.nodes.back().inputs;
    for (std::size_t i = 0; i < given.size(); ++i) {
        EXPECT_EQ(reference[i], train::run(beforeSoftmax, std::span(&given[i], 1)).at(0).floats());
        EXPECT_EQ(found[i].size(), 5U);
    }
    EXPECT_GT(measureAgreement(reference, found).signalToNoise(), 30.0);
}

} // namespace
} // namespace tandem::quant
