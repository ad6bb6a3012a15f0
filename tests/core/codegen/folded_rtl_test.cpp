// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/process.h"
#include "core/codegen/folded_memory.h"
#include "core/codegen/folded_rtl.h"
#include "core/codegen/layer_checksums.h"
#include "core/codegen/rtl_tools.h"
#include "core/codegen/synthesis.h"
#include "core/hw/folded_program.h"
#include "core/hw/workload_of.h"
#include "core/nn/networks.h"
#include "core/nn/passes/passes.h"
#include "core/onnx/importer.h"
#include "core/quant/calibration.h"
#include "core/quant/quantize.h"
#include "core/quant/run.h"
#include "tests/core/support/cases.h"
#include "tests/core/support/random_integer_network.h"
#include "tests/core/support/shared_files.h"
#include "tests/core/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cstdlib>
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
    parameters.multiplier = hw::pipeline::kMultipliers[random.below(std::size(hw::pipeline::kMultipliers))];
    parameters.order = random.below(2) == 0 ? Order::Weights : Order::Outputs;
    return parameters;
}

std::string describe(const hw::Workload& workload, const Parameters& parameters) {
    std::string text =
        fmt::format("multiplier {} rows {} columns {} bus {} order {} pool {}\n",
                    hw::pipeline::toString(parameters.multiplier), parameters.rows, parameters.columns,
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

/// A network in Verilator, and what it was modelled with.
void simulateLarge(const quant::IntegerNetwork& network, const Parameters& parameters,
                   const std::vector<std::int32_t>& input, bool stalls) {
    if (findProgram("verilator").empty()) {
        GTEST_SKIP() << "verilator is not installed";
    }
    const hw::Workload workload = hw::workloadOf(network);
    const Memory memory;
    const test::TemporaryFolder folder;
    writeFoldedRtl(network, parameters, memory, {{input}}, kLibrary, folder.path());
    const Timing expected = replay(foldedProgram(network, parameters), workload, memory);
    const Simulation free = simulateRtl(folder.path(), Simulator::Verilator);
    EXPECT_TRUE(free.exact) << free.firstMismatch;
    EXPECT_EQ(free.begins, expected.begins);
    EXPECT_FALSE(firstDifference(layerChecksums(network, {{input}}), free.layers).has_value());
    const hw::pipeline::Resources used = resources(workload, parameters, hw::DeviceFamily::Xilinx7);
    std::cout << fmt::format("{}: {} cycles, {} waiting, {} moving, {} DSP, {} BRAM36, {:.1f} s\n",
                             network.name, expected.latency, expected.waiting, expected.moving, used.dsp,
                             used.bram36(), free.seconds);
    if (stalls) {
        const Simulation stalled = simulateRtl(folder.path(), Simulator::Verilator, {30, 30, 3});
        EXPECT_TRUE(stalled.exact) << stalled.firstMismatch;
    }
}

void simulateGraph(const nn::Graph& graph, const Parameters& parameters) {
    const quant::IntegerNetwork network = quant::quantize(graph, quant::uniformInputs(graph, 4, 1));
    const std::vector<nn::Tensor> inputs = quant::uniformInputs(graph, 1, 2);
    simulateLarge(network, parameters, quant::integerInput(network, inputs), false);
}

void simulateModel(const std::string& model, const Parameters& parameters) {
    const fs::path path = test::sharedFile("models/" + model);
    if (path.empty()) {
        GTEST_SKIP() << "the reference collection is not there: models/" << model;
    }
    simulateGraph(nn::prepare(onnx::importOnnx(path)), parameters);
}

/// One of the reference networks that is not simulated every time: TANDEM_RTL_MODEL names its file.
TEST(FoldedRtl, NamedModelRunsExactlyAsModelled) {
    const char* model = std::getenv("TANDEM_RTL_MODEL");
    if (model == nullptr) {
        GTEST_SKIP() << "set TANDEM_RTL_MODEL to the name of a reference network";
    }
    simulateModel(model, {.rows = 16, .columns = 16, .busBits = 128, .poolWords = 65536});
}

TEST(FoldedRtl, ResNet8RunsExactlyAsModelled) {
    simulateModel("resnet8_cifar10.onnx", {.rows = 16, .columns = 16});
}

TEST(FoldedRtl, KeywordSpottingNetworkRunsExactlyAsModelled) {
    simulateModel("convnet_kws.onnx", {.rows = 8, .columns = 16, .order = Order::Outputs});
}

TEST(FoldedRtl, SkyNetRunsExactlyAsModelled) {
    if (std::getenv("TANDEM_RTL_LARGE") == nullptr) {
        GTEST_SKIP() << "minutes: set TANDEM_RTL_LARGE to run it";
    }
    simulateGraph(nn::prepare(nn::skyNet()), {.rows = 16,
                                              .columns = 32,
                                              .multiplier = hw::pipeline::Multiplier::Packed,
                                              .busBits = 128,
                                              .poolWords = 16384});
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
        const hw::pipeline::Resources found = synthesizeRtl(folder.path(), hw::DeviceFamily::Xilinx7);
        const hw::pipeline::Resources modelled =
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
