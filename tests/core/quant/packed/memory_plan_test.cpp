// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/packed/memory_plan.h"
#include "tests/core/support/any_integer_network.h"

#include <gtest/gtest.h>

namespace tandem::quant {
namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

/// Bytes that a map and what stands around it take, from the first to behind the last.
struct Place {
    std::int64_t first = 0, end = 0;
};
Place placeOf(const PackedMap& map) {
    const std::int64_t first =
        map.offset - std::int64_t{map.top} * map.rowStride - map.left * map.pixelStride;
    const std::int64_t last = map.offset + std::int64_t{map.height + map.bottom - 1} * map.rowStride +
                              std::int64_t{map.width + map.right - 1} * map.pixelStride;
    return {first, last + map.channels};
}

TEST(PlanMemory, MapsThatAreReadLaterAreNotOverwritten) {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        test::RandomIntegerNetwork make(seed);
        const IntegerNetwork network = make.make(10);
        const MemoryPlan plan = planMemory(network);
        std::vector<int> lastRead(network.tensors.size(), -1);
        for (int i = 0; i < static_cast<int>(network.layers.size()); ++i) {
            for (const int input : network.layers[at(i)].inputs) {
                lastRead[at(input)] = i;
            }
        }
        lastRead[at(network.output())] = static_cast<int>(network.layers.size());
        std::vector<int> alive = {network.input()};
        for (int i = 0; i < static_cast<int>(network.layers.size()); ++i) {
            const int output = network.layers[at(i)].output;
            const Place written = placeOf(plan.maps[at(output)]);
            for (const int other : alive) {
                const bool needed = lastRead[at(other)] > i;
                const Place held = placeOf(plan.maps[at(other)]);
                const bool apart = held.end <= written.first || written.end <= held.first;
                EXPECT_TRUE(!needed || apart || plan.maps[at(other)].buffer == plan.maps[at(output)].buffer)
                    << "seed " << seed << ", layer " << i;
                EXPECT_GE(held.first, 0);
                EXPECT_LE(held.end + tandem_kernels::kSlack, plan.bytes);
            }
            alive.push_back(output);
        }
    }
}

/// input -> a, b (1x1 convolutions) -> their concatenation, or their sum.
IntegerNetwork twoBranches(IntegerOperator join, int outputChannels) {
    IntegerNetwork network;
    network.name = "branches";
    const TensorFormat format{8, false, 1.0, 0};
    network.tensors = {{"input", TensorShape(1, 4, 4), format},
                       {"a", TensorShape(2, 4, 4), format},
                       {"b", TensorShape(2, 4, 4), format},
                       {"joined", TensorShape(outputChannels, 4, 4), format}};
    ConvolutionLayer convolution;
    convolution.kernel = convolution.stride = convolution.dilation = {1, 1};
    convolution.weights = {1, 1};
    convolution.bias = {0, 0};
    convolution.requantization = {{1, 1}, {0}, 0, 0, 255};
    network.layers = {{"a", {0}, 1, convolution}, {"b", {0}, 2, convolution}, {"join", {1, 2}, 3, join}};
    network.inputs = {0};
    network.outputs = {3};
    return network;
}

TEST(PlanMemory, ConcatenationsAreWrittenInPlace) {
    const MemoryPlan plan = planMemory(twoBranches(ConcatLayer{}, 4));
    EXPECT_EQ(plan.maps[1].offset, plan.maps[3].offset);
    EXPECT_EQ(plan.maps[2].offset, plan.maps[3].offset + 2);
    EXPECT_EQ(plan.maps[1].pixelStride, 4);
    EXPECT_TRUE(std::get<PackedConcat>(pack(twoBranches(ConcatLayer{}, 4)).layers[2].op).copied.empty());
}

TEST(PlanMemory, SumsTakeThePlaceOfWhatTheyAdd) {
    AddLayer add;
    add.high = 255;
    const MemoryPlan plan = planMemory(twoBranches(add, 2));
    EXPECT_EQ(plan.maps[1].offset, plan.maps[3].offset);
    EXPECT_NE(plan.maps[2].offset, plan.maps[3].offset);
}

} // namespace
} // namespace tandem::quant
