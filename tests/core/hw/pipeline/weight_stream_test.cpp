// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/hw/device/unit_energy.h"
#include "core/hw/hybrid/hybrid.h"
#include "core/hw/pipeline/netlist.h"
#include "core/hw/pipeline/timing.h"
#include "core/hw/pipeline/weight_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::hw::pipeline {
namespace {

using testing::HasSubstr;

/// 64 channels of one pixel to 32, weights of 6 bits.
Workload fullyConnected() {
    Layer layer;
    layer.name = "fc";
    layer.inputs = {kNetworkInput};
    layer.inputChannels = 64;
    layer.outputChannels = 32;
    layer.weightBits = 6;
    layer.accumulatorBits = 20;
    return {64, 1, 1, 8, true, {layer}};
}

/// 4 x 8 products: 64 words of 192 bits.
Parameters streamed(const WeightPort& port) {
    return {{{4, 8, Multiplier::Dsp, WeightStore::Stream}}, port, {}, {}};
}

TEST(WeightStream, FillsWholeBeatsOfAPortNoWiderThanAWord) {
    const Workload workload = fullyConnected();
    const auto of = [&](const WeightPort& port, int pe, int simd) {
        const Folding folding{pe, simd, Multiplier::Dsp, WeightStore::Stream};
        const Layer& layer = workload.layers[0];
        return weightStreamOf(layer, folding, engineOf(layer, folding, port), port);
    };
    const WeightStream wide = of({64, {32, 1}}, 4, 8);
    EXPECT_EQ(wide.busBits, 64);
    EXPECT_EQ(wide.beatsPerWord, 3);
    EXPECT_EQ(wide.words, 64);
    EXPECT_EQ(wide.imageBytes(), 64 * 192 / 8);
    const WeightStream narrow = of({64, {32, 1}}, 1, 2);
    EXPECT_EQ(narrow.busBits, 16) << "12 bits";
    EXPECT_EQ(narrow.beatsPerWord, 1);
    EXPECT_GT(of({64, {200, 1}}, 4, 8).ringLog2, wide.ringLog2) << "the ring covers the latency";
}

TEST(WeightStream, ReadsEveryWordOnceForAPixel) {
    const Workload workload = fullyConnected();
    const Parameters parameters = streamed({64, {20, 2}});
    EXPECT_EQ(streamedBytes(workload, parameters), 64 * 24);
    Parameters whole = parameters;
    whole.foldings[0].weights = WeightStore::Block;
    EXPECT_EQ(streamedBytes(workload, whole), 0);
    EXPECT_DOUBLE_EQ(energy(workload, parameters).dram - energy(workload, whole).dram,
                     64 * 192 * kDramPerBit);
    EXPECT_GT(resources(workload, whole, DeviceFamily::Xilinx7).bram36(),
              resources(workload, parameters, DeviceFamily::Xilinx7).bram36());
    // Three beats of two cycles each for every step.
    EXPECT_EQ(interval(workload, parameters), 64 * 3 * 2);
    EXPECT_EQ(interval(workload, whole), 64);
}

TEST(WeightStream, MemoryThatKeepsUpCostsNoCycleAfterTheFirstWord) {
    const Workload workload = fullyConnected();
    Parameters parameters = streamed({256, {40, 1}});
    const Replay streams = replay(workload, netlistOf(workload, parameters), 4);
    parameters.foldings[0].weights = WeightStore::Block;
    const Replay stands = replay(workload, netlistOf(workload, parameters), 4);
    const std::int64_t late = streams.lastOutput[0] - stands.lastOutput[0];
    EXPECT_GT(late, 0) << "the first word comes 40 cycles after its request";
    EXPECT_LE(late, 42);
    for (std::size_t frame = 1; frame < 4; ++frame) {
        EXPECT_EQ(streams.lastOutput[frame] - stands.lastOutput[frame], late);
    }
}

TEST(WeightStream, WhatCannotBeBuiltIsRefused) {
    const Workload workload = fullyConnected();
    for (const auto& [port, words] : {std::pair{WeightPort{48, {}}, "48 bits"},
                                      {WeightPort{2048, {}}, "2048 bits"},
                                      {WeightPort{64, {0, 1}}, "latency of 0"},
                                      {WeightPort{64, {1, 0}}, "every 0"}}) {
        try {
            netlistOf(workload, streamed(port));
            FAIL() << words;
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr(words));
        }
    }
    Workload two = workload;
    two.layers.push_back(two.layers[0]);
    two.layers[1].inputs = {0};
    two.layers[1].inputChannels = 32;
    hybrid::Parameters parameters;
    parameters.head = streamed({});
    parameters.tail.rows = parameters.tail.columns = 4;
    EXPECT_THAT(hybrid::fault(two, parameters).value_or(""), HasSubstr("'fc'"))
        << "the folded array's port is not shared";
}

} // namespace
} // namespace tandem::hw::pipeline
