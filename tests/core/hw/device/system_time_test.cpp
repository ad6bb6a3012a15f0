// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/device/host_cost.h"
#include "core/hw/device/system_time.h"

#include <gtest/gtest.h>

namespace tandem::hw {
namespace {

Device board() {
    Device device;
    device.dramGBperS = 1.0;
    device.host = "a core";
    device.hostGflops = 0.5;
    device.hostGBperS = 2.0;
    device.startUpUs = 20.0;
    return device;
}

/// 1 ms of work at 100 MHz, a frame every 0.5 ms, input over 20,000 cycles (0.2 ms), output over 1,000.
AcceleratorRun run() {
    AcceleratorRun made;
    made.latencyCycles = 100'000;
    made.intervalCycles = 50'000;
    made.inputCycles = 20'000;
    made.outputCycles = 1'000;
    made.inputBytes = 100'000; // 0.1 ms of the memory's bandwidth
    made.outputBytes = 1'000;
    return made;
}

TEST(SystemTime, IsTheSumOfItsPartsAndHidesTransfersBehindBeats) {
    const SystemTime time = systemTime(run(), 100.0, 0.3, board());
    EXPECT_DOUBLE_EQ(time.acceleratorMs, 1.0);
    EXPECT_DOUBLE_EQ(time.startUpMs, 0.02);
    EXPECT_DOUBLE_EQ(time.hostMs, 0.3);
    EXPECT_DOUBLE_EQ(time.transferMs, 0.0) << "0.1 ms of input lie under 0.2 ms of beats";
    EXPECT_DOUBLE_EQ(time.allTransferMs, 0.101);
    EXPECT_DOUBLE_EQ(time.latencyMs(), 1.32);
    EXPECT_DOUBLE_EQ(time.frameMs, 0.5) << "the accelerator is the slowest";
}

TEST(SystemTime, CountsWhatASlowMemoryMakesTheAcceleratorWait) {
    Device device = board();
    device.dramGBperS = 0.25;
    const SystemTime time = systemTime(run(), 100.0, 0.3, device);
    EXPECT_DOUBLE_EQ(time.transferMs, 0.2) << "0.4 ms of input over 0.2 ms of beats";
    EXPECT_DOUBLE_EQ(time.latencyMs(), 1.52);
}

TEST(SystemTime, TheSlowestOfHostMemoryAndAcceleratorSetsThePace) {
    EXPECT_DOUBLE_EQ(systemTime(run(), 100.0, 0.7, board()).frameMs, 0.72) << "host and call";
    AcceleratorRun streaming = run();
    streaming.streamedBytes = 2e6;
    EXPECT_DOUBLE_EQ(systemTime(streaming, 100.0, 0.0, board()).frameMs, 2.101) << "memory";
}

TEST(SystemTime, WithoutExternalMemoryNothingIsTransferred) {
    Device device = board();
    device.dramGBperS = 0.0;
    const SystemTime time = systemTime(run(), 100.0, 0.0, device);
    EXPECT_EQ(time.transferMs, 0.0);
    EXPECT_EQ(time.allTransferMs, 0.0);
}

nn::Graph softmaxOf(std::int64_t elements) {
    nn::Graph graph;
    nn::Value value;
    value.shape = {1, elements};
    graph.inputs = {graph.addValue(value)};
    graph.outputs = {graph.addValue(value)};
    nn::Node node;
    node.name = "soft";
    node.op = nn::Softmax{};
    node.inputs = graph.inputs;
    node.outputs = graph.outputs;
    graph.nodes.push_back(node);
    return graph;
}

TEST(HostCost, GrowsWithElementsAndIsTheLongerOfComputingAndMoving) {
    const std::vector<HostOperator> one = hostOperators(softmaxOf(1000), board());
    ASSERT_EQ(one.size(), 1U);
    EXPECT_EQ(one[0].name, "soft");
    EXPECT_EQ(one[0].kind, "Softmax");
    EXPECT_EQ(one[0].operations, 23'000.0);
    EXPECT_EQ(one[0].bytes, 8'000.0);
    EXPECT_DOUBLE_EQ(one[0].milliseconds, 0.046) << "23,000 operations at 0.5 GFLOP/s";
    Device slow = board();
    slow.hostGBperS = 0.01;
    EXPECT_DOUBLE_EQ(hostOperators(softmaxOf(1000), slow)[0].milliseconds, 0.8) << "8 KB at 10 MB/s";
    EXPECT_DOUBLE_EQ(hostOperators(softmaxOf(3000), board())[0].milliseconds, 0.138);
}

TEST(HostCost, ConversionsStandAroundTheAccelerator) {
    const std::vector<HostOperator> all = hostOperators({}, 3072, 10, softmaxOf(10), board());
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].kind, "quantize");
    EXPECT_EQ(all[0].operations, 5.0 * 3072);
    EXPECT_EQ(all[1].kind, "dequantize");
    EXPECT_EQ(all[2].kind, "Softmax");
    EXPECT_DOUBLE_EQ(totalMilliseconds(all), all[0].milliseconds + all[1].milliseconds + all[2].milliseconds);
}

TEST(HostCost, IsNothingWhereTheHostIsNotStated) {
    EXPECT_EQ(hostMilliseconds(1e9, 1e9, Device{}), 0.0);
}

} // namespace
} // namespace tandem::hw
