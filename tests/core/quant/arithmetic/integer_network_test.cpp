// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/quant/arithmetic/integer_network.h"
#include "tests/core/support/any_integer_network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace tandem::quant {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

IntegerNetwork oneConvolution() {
    IntegerNetwork network;
    network.tensors = {{"in", {2, 3, 3}, {4, false, 0.5, 3}}, {"out", {2, 3, 3}, {8, true, 0.25, -1}}};
    ConvolutionLayer op;
    op.kernel = {3, 3};
    op.padding = {1, 1, 1, 1};
    op.weightBits = 3;
    op.weights.assign(36, 3);
    op.bias = {100, -100};
    op.padValue = 3;
    op.accumulatorBits = accumulatorBitsNeeded(op, network.tensors[0].format);
    op.requantization = {{1000, 2000}, {12}, -1, -128, 127};
    network.layers = {{"conv", {0}, 1, op}};
    network.outputs = {1};
    return network;
}

std::string failureOf(const IntegerNetwork& network) {
    try {
        check(network);
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

TEST(IntegerNetwork, AccumulatorHoldsTheWorstSumAndNoMore) {
    const IntegerNetwork network = oneConvolution();
    const auto& op = std::get<ConvolutionLayer>(network.layers[0].op);
    // 18 weights of 3 on values 0..15: at most 810, and the bias.
    EXPECT_EQ(accumulatorRange(op, 0, network.tensors[0].format), (Range{0, 910}));
    EXPECT_EQ(accumulatorRange(op, 1, network.tensors[0].format), (Range{-100, 810}));
    EXPECT_EQ(op.accumulatorBits, 11);
    EXPECT_EQ(signedBits({-128, 127}), 8);
    EXPECT_EQ(signedBits({-129, 0}), 9);
    EXPECT_EQ(signedBits({0, 128}), 9);
    EXPECT_EQ(signedBits({0, 0}), 1);
}

TEST(IntegerNetwork, CheckNamesTheLayerAndTheContradiction) {
    EXPECT_EQ(failureOf(oneConvolution()), "");
    const auto broken = [](auto change) {
        IntegerNetwork network = oneConvolution();
        change(network, std::get<ConvolutionLayer>(network.layers[0].op));
        const std::string failure = failureOf(network);
        return failure;
    };
    EXPECT_THAT(broken([](auto&, auto& op) { op.weights[5] = 4; }), HasSubstr("'conv': weight 4"));
    EXPECT_THAT(broken([](auto&, auto& op) { op.weights.pop_back(); }), HasSubstr("35 weights"));
    EXPECT_THAT(broken([](auto&, auto& op) { op.padValue = 0; }), HasSubstr("padding value 0"));
    EXPECT_THAT(broken([](auto&, auto& op) { op.accumulatorBits = 10; }), HasSubstr("at least 11"));
    EXPECT_THAT(broken([](auto&, auto& op) { op.requantization.shift = {47}; }), HasSubstr("shift 47"));
    EXPECT_THAT(broken([](auto&, auto& op) { op.requantization.high = 128; }), HasSubstr("clamp"));
    EXPECT_THAT(broken([](auto&, auto& op) { op.groups = 3; }), HasSubstr("3 groups"));
    EXPECT_THAT(broken([](auto&, auto& op) { op.padding.top = 0; }), HasSubstr("the window gives 2x3"));
    EXPECT_THAT(broken([](auto& network, auto&) { network.tensors[1].format.zeroPoint = 5; }),
                HasSubstr("zero point -1"));
    EXPECT_THAT(broken([](auto& network, auto&) { network.layers[0].inputs = {1}; }),
                HasSubstr("read before"));
    EXPECT_THAT(broken([](auto& network, auto&) { network.layers[0].output = 9; }),
                HasSubstr("tensor 9 does not exist"));
    EXPECT_THAT(broken([](auto& network, auto&) { network.layers.clear(); }),
                HasSubstr("no layer writes it"));
    EXPECT_THAT(broken([](auto& network, auto&) { network.tensors[0].format.bits = 9; }),
                HasSubstr("9 bits"));
}

TEST(IntegerNetwork, HoldsShapesOfAnyRankAndSeveralEndsAndSaysThatNothingExecutesThemYet) {
    const TensorShape matrix(std::vector<int>{6, 7}), video(std::vector<int>{5, 2, 3, 4, 4});
    EXPECT_EQ(matrix, (MapShape{6, 7, 1}));
    EXPECT_EQ(matrix.count(), 42);
    EXPECT_THAT(video.outer, ElementsAre(5, 2));
    EXPECT_EQ(video.count(), 480);
    EXPECT_FALSE(video == (MapShape{3, 4, 4}));

    IntegerNetwork network = oneConvolution();
    network.tensors[0].shape.outer = {2};
    EXPECT_EQ(failureOf(network),
              "integer tensor 'in': 4 extents, a map of channels, rows and columns expected");
    network = oneConvolution();
    network.inputs = {0, 1};
    EXPECT_THAT(failureOf(network), HasSubstr("2 inputs, executions take networks with one"));
    network = oneConvolution();
    network.outputs.clear();
    EXPECT_THAT(failureOf(network), HasSubstr("0 outputs, executions take networks with one"));
}

TEST(LayerKinds, EachHasNamesOfItsOwn) {
    std::set<std::string_view> names, shortNames;
    constexpr int kKinds = 12;
    for (int kind = 0; kind < kKinds; ++kind) {
        const KindTraits traits = traitsOf(static_cast<LayerKind>(kind));
        EXPECT_TRUE(!traits.name.empty() && names.insert(traits.name).second) << kind;
        EXPECT_TRUE(!traits.shortName.empty() && shortNames.insert(traits.shortName).second) << kind;
    }
}

/// One layer that reads a 4x2x2 map of 4 bits and the factors 4x1x1, and writes a map of the given shape.
std::string failureOf(IntegerOperator op, std::vector<int> inputs, MapShape shape,
                      TensorFormat format = {4, true, 0.5, 1}) {
    IntegerNetwork network;
    network.tensors = {{"in", {4, 2, 2}, {4, true, 0.5, 1}},
                       {"factors", {4, 1, 1}, {4, true, 0.5, 1}},
                       {"out", shape, format}};
    PoolLayer squeeze;
    squeeze.kernel = {2, 2};
    network.layers = {{"squeeze", {0}, 1, squeeze}, {"made", std::move(inputs), 2, std::move(op)}};
    network.outputs = {2};
    return failureOf(network);
}

TEST(IntegerNetwork, CheckKnowsEveryKindOfLayer) {
    const TensorFormat other{4, true, 0.25, 1};
    EXPECT_EQ(failureOf(TableLayer{std::vector<std::int16_t>(16, 3), {}}, {0}, {4, 2, 2}, {3, true, 1.0, 0}),
              "");
    EXPECT_THAT(failureOf(TableLayer{std::vector<std::int16_t>(15, 3), {}}, {0}, {4, 2, 2}),
                HasSubstr("15 entries"));
    EXPECT_THAT(failureOf(TableLayer{std::vector<std::int16_t>(16, 8), {}}, {0}, {4, 2, 2}),
                HasSubstr("entry 8"));
    EXPECT_EQ(failureOf(ConcatLayer{}, {0, 0}, {8, 2, 2}), "");
    EXPECT_THAT(failureOf(ConcatLayer{}, {0, 0}, {8, 2, 2}, other),
                HasSubstr("format is not that of input 0"));
    EXPECT_THAT(failureOf(ConcatLayer{}, {0, 1}, {8, 2, 2}), HasSubstr("input 1 has 1x1 cells"));
    EXPECT_THAT(failureOf(ConcatLayer{}, {0}, {4, 2, 2}), HasSubstr("1 inputs, 2 or more"));
    EXPECT_EQ(failureOf(SelectLayer{{3, 0}}, {0}, {2, 2, 2}), "");
    EXPECT_THAT(failureOf(SelectLayer{{4, 0}}, {0}, {2, 2, 2}), HasSubstr("channel 4 of 4"));
    EXPECT_EQ(failureOf(ExpandLayer{{2, 3}, false, 1}, {0}, {4, 4, 6}), "");
    EXPECT_THAT(failureOf(ExpandLayer{{2, 3}, false, 0}, {0}, {4, 4, 6}), HasSubstr("padding value 0"));
    EXPECT_THAT(failureOf(ExpandLayer{{2, 2}, true, 1}, {0}, {4, 4, 6}), HasSubstr("the inputs give 4x4x4"));
    EXPECT_EQ(failureOf(ScaleLayer{1, 1, 9, 4, 24, -8, 7}, {0, 1}, {4, 2, 2}), "");
    EXPECT_THAT(failureOf(ScaleLayer{1, 1, 9, 4, 8, -8, 7}, {0, 1}, {4, 2, 2}),
                HasSubstr("constant 8, 24 expected"));
    EXPECT_THAT(failureOf(ScaleLayer{0, 1, 9, 4, 24, -8, 7}, {0, 1}, {4, 2, 2}),
                HasSubstr("zero points 0 and 1"));
    EXPECT_THAT(failureOf(ScaleLayer{1, 1, 9, 4, 24, -8, 7}, {0, 0}, {4, 2, 2}), HasSubstr("4x1x1 expected"));
    EXPECT_EQ(failureOf(SpaceToDepthLayer{2}, {0}, {16, 1, 1}), "");
    EXPECT_THAT(failureOf(SpaceToDepthLayer{3}, {0}, {16, 1, 1}), HasSubstr("blocks of 3x3"));
    EXPECT_EQ(failureOf(DepthToSpaceLayer{2}, {0}, {1, 4, 4}), "");
    EXPECT_EQ(accumulatorRange(ScaleLayer{1, -3, 9, 4, 24, -8, 7}, {4, true, 1.0, 1}, {3, false, 1.0, -3}),
              (Range{-9 * 10, 6 * 10}));
}

} // namespace
} // namespace tandem::quant
