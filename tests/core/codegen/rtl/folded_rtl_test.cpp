// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/process.h"
#include "core/codegen/layer_checksums.h"
#include "core/codegen/rtl/folded/folded_rtl.h"
#include "core/codegen/rtl/folded/memory.h"
#include "core/codegen/verify/rtl_tools.h"
#include "core/codegen/verify/synthesis.h"
#include "core/hw/folded/program.h"
#include "core/hw/workload/workload_of.h"
#include "tests/core/support/cases.h"
#include "tests/core/support/random_integer_network.h"
#include "tests/core/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>

namespace tandem::codegen {
namespace {

namespace fs = std::filesystem;
using namespace hw::folded;
using test::casesFromEnvironment;

const fs::path kLibrary = fs::path(TANDEM_SOURCE_DIR) / "resources/rtl";

Parameters randomParameters(Random& random) {
    Parameters parameters;
    parameters.columns = 2 << random.below(3);
    parameters.rows = parameters.columns >> random.below(3);
    parameters.rows = std::max(2, parameters.rows);
    parameters.busBits = 8 << random.below(5);
    parameters.multiplier = hw::kMultipliers[random.below(std::size(hw::kMultipliers))];
    parameters.order = random.below(2) == 0 ? Order::Weights : Order::Outputs;
    return parameters;
}

std::string describe(const hw::Workload& workload, const Parameters& parameters) {
    std::string text =
        fmt::format("multiplier {} rows {} columns {} bus {} order {} pool {}\n",
                    hw::toString(parameters.multiplier), parameters.rows, parameters.columns,
                    parameters.busBits, static_cast<int>(parameters.order), parameters.poolWords);
    for (std::size_t l = 0; l < workload.layers.size(); ++l) {
        const hw::Layer& w = workload.layers[l];
        text += fmt::format(
            "{} {} from {} in {}x{}x{} out {}x{}x{} k {}x{} s {}x{} d {}x{} p {},{},{},{} groups {} "
            "bits {}/{}/{}\n",
            l, hw::kindName(w.kind), fmt::join(w.inputs, ","), w.inputChannels, w.inputHeight, w.inputWidth,
            w.outputChannels, w.outputHeight, w.outputWidth, w.kernelHeight, w.kernelWidth, w.strideHeight,
            w.strideWidth, w.dilationHeight, w.dilationWidth, w.padTop, w.padLeft, w.padBottom, w.padRight,
            w.groups, w.inputBits, w.weightBits, w.outputBits);
    }
    return text;
}

/// One network on one accelerator: values exact with and without stalls, every instruction when modelled.
void simulate(const quant::IntegerNetwork& network, const Parameters& parameters, const Memory& memory,
              const std::vector<std::vector<std::int32_t>>& inputs, Simulator tool, int seed) {
    const hw::Workload workload = hw::workloadOf(network);
    SCOPED_TRACE(fmt::format("seed {}\n{}", seed, describe(workload, parameters)));
    const test::TemporaryFolder folder;
    writeFoldedRtl(network, parameters, memory, inputs, kLibrary, folder.path());
    const Timing expected = replay(foldedProgram(network, parameters), workload, memory);
    const Simulation free = simulateRtl(folder.path(), tool);
    EXPECT_TRUE(free.exact) << free.wrong << " of " << free.outputs << " wrong: " << free.firstMismatch;
    EXPECT_EQ(free.begins, expected.begins);
    for (std::size_t frame = 0; frame < inputs.size(); ++frame) {
        EXPECT_EQ(free.lastOutput.at(frame), static_cast<std::int64_t>(frame + 1) * expected.latency);
    }
    EXPECT_EQ(free.layers.size(), inputs.size() * network.layers.size());
    EXPECT_FALSE(firstDifference(layerChecksums(network, inputs), free.layers).has_value());
    const Simulation stalled = simulateRtl(folder.path(), tool, {40, 40, seed});
    EXPECT_TRUE(stalled.exact) << "stalled: " << stalled.firstMismatch;
    EXPECT_GE(stalled.lastOutput.at(0), expected.latency);
}

/// An activation memory that is too small for the whole network, if the template has a way to do with one.
int smallPool(const hw::Workload& workload, const Parameters& parameters, Random& random) {
    const int whole = 1 << compile(workload, parameters).machine.poolLog2;
    for (int words = 8 << random.below(3); words < whole; words *= 2) {
        Parameters small = parameters;
        small.poolWords = words;
        try {
            compile(workload, small);
            return words;
        } catch (const Error&) { // a row does not fit
            continue;
        }
    }
    return 0;
}

void simulateRandom(int seed, Simulator tool, const test::RandomNetworkShape& shape, bool small) {
    Random random(static_cast<std::uint64_t>(seed));
    test::RandomNetwork maker(random, shape);
    const quant::IntegerNetwork network = maker.make();
    Parameters parameters = randomParameters(random);
    if (small) {
        parameters.poolWords = smallPool(hw::workloadOf(network), parameters, random);
    }
    const Memory memory{static_cast<int>(1 + random.below(40)), static_cast<int>(1 + random.below(3))};
    simulate(network, parameters, memory, {maker.input(), maker.input()}, tool, seed);
}

constexpr test::RandomNetworkShape kEverything{.layers = 5,
                                               .channels = 18,
                                               .size = 7,
                                               .tables = true,
                                               .concats = true,
                                               .selects = true,
                                               .expands = true,
                                               .scales = true,
                                               .blocks = true};

TEST(FoldedRtl, RandomNetworksMatchTheExecutorAndTheCycleModelInIcarus) {
    if (findProgram("iverilog").empty()) {
        GTEST_SKIP() << "iverilog is not installed";
    }
    for (int seed = 0; seed < casesFromEnvironment(20) && !HasFailure(); ++seed) {
        simulateRandom(seed, Simulator::Icarus, {.layers = 4, .channels = 18, .size = 7}, false);
    }
}

TEST(FoldedRtl, EveryKindOfLayerMatchesInIcarus) {
    if (findProgram("iverilog").empty()) {
        GTEST_SKIP() << "iverilog is not installed";
    }
    for (int seed = 0; seed < casesFromEnvironment(20) && !HasFailure(); ++seed) {
        simulateRandom(1000 + seed, Simulator::Icarus, kEverything, false);
    }
}

TEST(FoldedRtl, BandsOfRowsMatchInIcarus) {
    if (findProgram("iverilog").empty()) {
        GTEST_SKIP() << "iverilog is not installed";
    }
    for (int seed = 0; seed < casesFromEnvironment(20) && !HasFailure(); ++seed) {
        simulateRandom(2000 + seed, Simulator::Icarus, kEverything, true);
    }
}

TEST(FoldedRtl, DspAndBlockRamEqualYosys) {
    if (findProgram("yosys").empty()) {
        GTEST_SKIP() << "yosys is not installed";
    }
    for (const int seed : {3, 1004}) {
        Random random(static_cast<std::uint64_t>(seed));
        test::RandomNetwork maker(
            random,
            seed < 1000 ? test::RandomNetworkShape{.layers = 4, .channels = 40, .size = 24} : kEverything);
        const quant::IntegerNetwork network = maker.make();
        const hw::Workload workload = hw::workloadOf(network);
        const Parameters parameters = randomParameters(random);
        SCOPED_TRACE(fmt::format("seed {}\n{}", seed, describe(workload, parameters)));
        const test::TemporaryFolder folder;
        writeFoldedRtl(network, parameters, {}, {{maker.input()}}, kLibrary, folder.path());
        const hw::Resources found = synthesizeRtl(folder.path(), hw::DeviceFamily::Xilinx7);
        const hw::Resources modelled =
            resources(foldedProgram(network, parameters).machine, hw::DeviceFamily::Xilinx7);
        std::cout << fmt::format("LUT {:.0f} modelled {:.0f}, FF {:.0f} modelled {:.0f}\n", found.lut,
                                 modelled.lut, found.ff, modelled.ff);
        EXPECT_EQ(modelled.dsp, found.dsp);
        EXPECT_EQ(modelled.ramb18, found.ramb18);
        EXPECT_EQ(modelled.ramb36, found.ramb36);
    }
}

} // namespace
} // namespace tandem::codegen
