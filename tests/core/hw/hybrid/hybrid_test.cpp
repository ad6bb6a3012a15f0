// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/hw/hybrid/hybrid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::hw::hybrid {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Layer convolution(int input, int inputs, int outputs, int size) {
    Layer layer;
    layer.name = "conv";
    layer.inputs = {input};
    layer.inputChannels = inputs;
    layer.outputChannels = outputs;
    layer.inputHeight = layer.outputHeight = layer.inputWidth = layer.outputWidth = size;
    layer.kernelHeight = layer.kernelWidth = 3;
    layer.padTop = layer.padLeft = layer.padBottom = layer.padRight = 1;
    layer.accumulatorBits = 20;
    return layer;
}

/// Three convolutions, an addition of the first and third, one more convolution.
Workload residual() {
    Layer add = convolution(2, 8, 8, 12);
    add.kind = LayerKind::Add;
    add.inputs = {2, 0};
    add.kernelHeight = add.kernelWidth = 1;
    add.padTop = add.padLeft = add.padBottom = add.padRight = 0;
    return {4,
            12,
            12,
            8,
            true,
            {convolution(kNetworkInput, 4, 8, 12), convolution(0, 8, 8, 12), convolution(1, 8, 8, 12), add,
             convolution(3, 8, 16, 12)}};
}

Parameters cutAt(const Workload& workload, int layers, std::int64_t interval) {
    Parameters parameters;
    parameters.layers = layers;
    parameters.tail.rows = parameters.tail.columns = 8;
    parameters.head = allocate(split(workload, layers).head, interval, 8);
    return parameters;
}

TEST(Hybrid, CutsWhereOneMapPasses) {
    EXPECT_THAT(cuts(residual()), ElementsAre(1, 4));
    Parameters through = cutAt(residual(), 1, 1);
    EXPECT_EQ(fault(residual(), through), std::nullopt);
    through.layers = 2;
    EXPECT_THAT(fault(residual(), through).value_or(""), HasSubstr("cannot be cut after 2 layers"));
}

TEST(Hybrid, PartsKeepTheNetwork) {
    const Parts parts = split(residual(), 1);
    EXPECT_EQ(parts.head.layers.size(), 1U);
    ASSERT_EQ(parts.tail.layers.size(), 4U);
    EXPECT_EQ(parts.tail.inputChannels, 8);
    EXPECT_THAT(parts.tail.layers[0].inputs, ElementsAre(kNetworkInput));
    EXPECT_THAT(parts.tail.layers[2].inputs, ElementsAre(1, kNetworkInput));
}

TEST(Hybrid, TheSlowerAcceleratorSetsTheInterval) {
    const Workload workload = residual();
    const folded::Memory memory;
    const Parameters quick = cutAt(workload, 1, 1), slow = cutAt(workload, 1, 1000000);
    const Timing limited = exactTiming(workload, quick, memory),
                 waiting = exactTiming(workload, slow, memory);
    const Workload head = split(workload, 1).head;
    EXPECT_EQ(waiting.interval, std::max(waiting.interval, pipeline::interval(head, slow.head)));
    EXPECT_LE(limited.interval, waiting.interval);
    for (const Timing& timing : {limited, waiting}) {
        ASSERT_GE(timing.done.size(), 3U);
        EXPECT_EQ(timing.done.back() - timing.done[timing.done.size() - 2], timing.interval);
    }
}

TEST(Hybrid, BothPartsAreCounted) {
    constexpr DeviceFamily kFamily = DeviceFamily::Xilinx7;
    const Workload workload = residual();
    const Parameters parameters = cutAt(workload, 4, 2000);
    const Parts parts = split(workload, 4);
    const folded::Program program = compile(parts, parameters);
    const Resources all = resources(parts, parameters, program, kFamily);
    folded::Parameters tail = parameters.tail;
    tail.streamed = true;
    EXPECT_EQ(all.dsp, pipeline::resources(parts.head, parameters.head, kFamily).dsp +
                           folded::resources(parts.tail, tail, kFamily).dsp);
    EXPECT_GT(all.bram36(), folded::resources(parts.tail, tail, kFamily).bram36());
    EXPECT_GT(energy(parts, parameters, program).compute,
              pipeline::energy(parts.head, parameters.head).compute);
}

} // namespace
} // namespace tandem::hw::hybrid
