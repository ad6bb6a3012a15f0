// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/hw/folded/program.h"
#include "core/hw/workload/workload_of.h"
#include "tests/core/support/random_integer_network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace tandem::hw::folded {
namespace {

using testing::HasSubstr;

constexpr test::RandomNetworkShape kEverything{.layers = 8,
                                               .channels = 40,
                                               .size = 16,
                                               .tables = true,
                                               .concats = true,
                                               .selects = true,
                                               .expands = true,
                                               .scales = true,
                                               .blocks = true};

Workload randomWorkload(Random& random) {
    test::RandomNetwork maker(random, kEverything);
    return workloadOf(maker.make());
}

Parameters randomParameters(Random& random) {
    Parameters parameters;
    parameters.columns = 4 << random.below(3);
    parameters.rows = parameters.columns >> random.below(2);
    parameters.order = random.below(2) == 0 ? Order::Weights : Order::Outputs;
    return parameters;
}

std::int64_t busyCycles(const Program& program, const Pass& pass) {
    return kFetchCycles + pass.steps() + program.images[static_cast<std::size_t>(pass.image)].chunks;
}

Layer convolution(int inputs, int outputs, int size) {
    Layer layer;
    layer.name = "conv";
    layer.inputs = {kNetworkInput};
    layer.inputChannels = inputs;
    layer.outputChannels = outputs;
    layer.inputHeight = layer.outputHeight = layer.inputWidth = layer.outputWidth = size;
    layer.kernelHeight = layer.kernelWidth = 3;
    layer.padTop = layer.padLeft = layer.padBottom = layer.padRight = 1;
    layer.accumulatorBits = 20;
    return layer;
}

Workload oneLayer(const Layer& layer) {
    return {layer.inputChannels, layer.inputHeight, layer.inputWidth, 8, true, {layer}};
}

std::string refusal(const Workload& workload, const Parameters& parameters) {
    return fault(workload, parameters).value_or("");
}

TEST(Folded, ClosedFormOfALayerIsItsPassesWithoutWaiting) {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        Random random(seed);
        const Workload workload = randomWorkload(random);
        const Parameters parameters = randomParameters(random);
        const Program program = compile(workload, parameters);
        std::vector<std::int64_t> cycles(workload.layers.size(), 0);
        for (const Pass& pass : program.passes) {
            if (pass.kind == Pass::Kind::Array || pass.kind == Pass::Kind::Lanes) {
                cycles[static_cast<std::size_t>(pass.layer)] += busyCycles(program, pass);
            }
        }
        for (std::size_t l = 0; l < cycles.size(); ++l) {
            EXPECT_EQ(layerCycles(workload.layers[l], parameters), cycles[l])
                << "seed " << seed << " " << kindName(workload.layers[l].kind);
        }
    }
}

TEST(Folded, LayersMovesAndWaitingMakeUpTheFrame) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        Random random(seed);
        const Workload workload = randomWorkload(random);
        const Parameters parameters = randomParameters(random);
        const Timing known = timing(workload, parameters, {20, 2});
        EXPECT_EQ(std::accumulate(known.layers.begin(), known.layers.end(), std::int64_t{kFetchCycles}),
                  known.latency);
        EXPECT_LE(timing(workload, parameters, {1, 1}).latency, known.latency);
        EXPECT_TRUE(std::ranges::is_sorted(known.begins));
    }
}

TEST(Folded, FewerWordsCostCyclesAndScratchMemory) {
    Layer first = convolution(8, 16, 32), second = convolution(16, 8, 32);
    second.inputs = {0};
    const Workload workload{8, 32, 32, 8, true, {first, second}};
    Parameters parameters{.rows = 8, .columns = 8};
    const Program whole = compile(workload, parameters);
    EXPECT_EQ(whole.scratchWords, 0);
    parameters.poolWords = 1024;
    const Program banded = compile(workload, parameters);
    EXPECT_LE(1 << banded.machine.poolLog2, 1024);
    EXPECT_GT(banded.passes.size(), whole.passes.size());
    EXPECT_GT(replay(banded, workload, {}).latency, replay(whole, workload, {}).latency);
    EXPECT_GT(energy(workload, banded).dram, energy(workload, whole).dram);
    EXPECT_LT(resources(banded.machine, DeviceFamily::Xilinx7).bram36(),
              resources(whole.machine, DeviceFamily::Xilinx7).bram36());
}

TEST(Folded, MoreColumnsTakeFewerCyclesAndMoreDsp) {
    const Workload workload = oneLayer(convolution(32, 32, 16));
    const Parameters small{.rows = 8, .columns = 8}, large{.rows = 16, .columns = 16};
    EXPECT_LT(timing(workload, large, {}).latency, timing(workload, small, {}).latency);
    EXPECT_EQ(resources(workload, small, DeviceFamily::Xilinx7).dsp, 8 * 8 + 2 * 8);
    EXPECT_EQ(resources(workload, large, DeviceFamily::Xilinx7).dsp, 16 * 16 + 2 * 16);
}

TEST(Folded, RefusalsNameTheParameterOrTheLayer) {
    const Workload workload = oneLayer(convolution(8, 8, 8));
    EXPECT_THAT(refusal(workload, {.rows = 3}), HasSubstr("3 rows, a power of two"));
    EXPECT_THAT(refusal(workload, {.columns = 12}), HasSubstr("12 columns"));
    EXPECT_THAT(refusal(workload, {.rows = 16, .columns = 8}), HasSubstr("to the 8 columns"));
    EXPECT_THAT(refusal(workload, {.busBits = 48}), HasSubstr("48 bus bits"));
    EXPECT_THAT(refusal(workload, {.poolWords = 8}), HasSubstr("layer 'conv': one row"));
    EXPECT_THAT(refusal(workload, {.ringWords = 4}), HasSubstr("layer 'conv': 9 words of weights"));
}

} // namespace
} // namespace tandem::hw::folded
