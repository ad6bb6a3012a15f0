// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/quant/integer_network.h"
#include "tests/core/support/any_integer_network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::quant {
namespace {

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
    network.output = 1;
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

} // namespace
} // namespace tandem::quant
