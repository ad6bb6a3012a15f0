// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/process.h"
#include "core/codegen/rtl/pipeline/pipeline_rtl.h"
#include "core/codegen/rtl/pipeline/weights.h"
#include "core/codegen/verify/rtl_tools.h"
#include "core/codegen/verify/synthesis.h"
#include "core/hw/pipeline/timing.h"
#include "core/hw/workload/workload_of.h"
#include "core/nn/passes/passes.h"
#include "core/onnx/importer.h"
#include "core/quant/packed/run.h"
#include "core/quant/quantize/calibration.h"
#include "core/quant/quantize/quantize.h"
#include "tests/core/support/cases.h"
#include "tests/core/support/random_integer_network.h"
#include "tests/core/support/shared_files.h"
#include "tests/core/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

namespace tandem::codegen {
namespace {

namespace fs = std::filesystem;
using namespace hw::pipeline;
using hw::Folding, hw::WeightStore;
using test::casesFromEnvironment;

const fs::path kLibrary = fs::path(TANDEM_SOURCE_DIR) / "resources/rtl";

Folding withRandomMultiplier(Random& random, const hw::Layer& layer, Folding folding) {
    const hw::Multiplier multiplier = hw::kMultipliers[random.below(std::size(hw::kMultipliers))];
    if (isLegal(layer, folding, multiplier)) {
        folding.multiplier = multiplier;
    }
    return folding;
}

Parameters randomFoldings(Random& random, const hw::Workload& workload) {
    Parameters parameters;
    for (const hw::Layer& layer : workload.layers) {
        const std::vector<Folding> legal = legalFoldings(layer);
        parameters.foldings.push_back(withRandomMultiplier(random, layer, legal[random.below(legal.size())]));
    }
    return parameters;
}

/// Weights stream to about two of three layers that have any, over narrow and wide ports from slow and fast
/// memory.
void streamSome(Random& random, Parameters& parameters) {
    parameters.weightPort.busBits = 8 << random.below(5);
    parameters.weightPort.memory = {static_cast<int>(1 + random.below(40)),
                                    static_cast<int>(1 + random.below(3))};
    for (Folding& folding : parameters.foldings) {
        folding.weights = random.below(3) > 0 ? WeightStore::Stream : WeightStore::Smaller;
    }
}

std::string describe(const hw::Workload& workload, const Parameters& parameters) {
    const WeightPort& port = parameters.weightPort;
    std::string text =
        fmt::format("bus {} latency {} gap {}\n", port.busBits, port.memory.latency, port.memory.gap);
    for (std::size_t l = 0; l < workload.layers.size(); ++l) {
        const hw::Layer& w = workload.layers[l];
        text += fmt::format(
            "{} kind {} from {} in {}x{}x{} out {}x{}x{} k {}x{} s {}x{} d {}x{} p {},{},{},{} "
            "groups {} bits {}/{}/{} pe {} simd {} {} {}\n",
            l, static_cast<int>(w.kind), fmt::join(w.inputs, ","), w.inputChannels, w.inputHeight,
            w.inputWidth, w.outputChannels, w.outputHeight, w.outputWidth, w.kernelHeight, w.kernelWidth,
            w.strideHeight, w.strideWidth, w.dilationHeight, w.dilationWidth, w.padTop, w.padLeft,
            w.padBottom, w.padRight, w.groups, w.inputBits, w.weightBits, w.outputBits,
            parameters.foldings[l].pe, parameters.foldings[l].simd,
            toString(parameters.foldings[l].multiplier), toString(parameters.foldings[l].weights));
    }
    return text;
}

/// Per layer and frame: the cycle in which the last beat left the layer.
std::vector<std::vector<std::int64_t>> layerEnds(const Simulation& simulation) {
    std::vector<std::vector<std::int64_t>> ends;
    for (const LayerChecksum& checksum : simulation.layers) {
        ends.resize(std::max(ends.size(), checksum.layer + 1));
        ends[checksum.layer].push_back(checksum.cycle);
    }
    return ends;
}

/// One random network with random foldings, written out and simulated. How many layers' weights streamed.
std::size_t simulateRandom(std::uint64_t seed, Simulator tool, const test::RandomNetworkShape& shape,
                           bool streamed = false) {
    Random random(seed);
    test::RandomNetwork maker(random, shape);
    const quant::IntegerNetwork network = maker.make();
    const hw::Workload workload = hw::workloadOf(network);
    Parameters parameters = randomFoldings(random, workload);
    if (streamed) {
        streamSome(random, parameters);
    }
    if (seed % 2 == 0) {
        parameters = withLeastBuffers(workload, parameters);
    }
    std::vector<std::vector<std::int32_t>> inputs;
    for (int frame = 0; frame < 3; ++frame) {
        inputs.push_back(maker.input());
    }
    SCOPED_TRACE(fmt::format("seed {}\n{}", seed, describe(workload, parameters)));
    const test::TemporaryFolder folder;
    writePipelineRtl(network, parameters, inputs, kLibrary, folder.path());

    const Replay expected = replay(workload, netlistOf(workload, parameters), 3);
    const Simulation free = simulateRtl(folder.path(), tool);
    EXPECT_TRUE(free.exact) << free.wrong << " of " << free.outputs << " wrong: " << free.firstMismatch;
    EXPECT_EQ(free.firstOutput, expected.firstOutput);
    EXPECT_EQ(free.lastOutput, expected.lastOutput);
    const std::vector<std::vector<std::uint32_t>> golden = layerChecksums(network, inputs);
    EXPECT_FALSE(firstDifference(golden, free.layers));
    EXPECT_EQ(layerEnds(free), expected.layers);

    Stalls stalls{40, 40, static_cast<int>(seed)};
    if (streamed) { // nor does a memory of another speed than planned change values
        stalls.latency = static_cast<int>(1 + random.below(90));
        stalls.gap = static_cast<int>(1 + random.below(5));
    }
    const Simulation stalled = simulateRtl(folder.path(), tool, stalls);
    EXPECT_TRUE(stalled.exact) << "stalled: " << stalled.firstMismatch;
    EXPECT_FALSE(firstDifference(golden, stalled.layers));
    if (streamed) {
        Netlist other = netlistOf(workload, parameters);
        other.memory = {stalls.latency, stalls.gap};
        const Replay slow = replay(workload, other, 3);
        stalls.input = stalls.output = 0;
        const Simulation unplanned = simulateRtl(folder.path(), tool, stalls);
        EXPECT_EQ(unplanned.lastOutput, slow.lastOutput);
        EXPECT_EQ(layerEnds(unplanned), slow.layers);
    }
    return streamedWeights(workload, netlistOf(workload, parameters)).size();
}

TEST(Rtl, RandomConvolutionsMatchTheExecutorAndTheCycleModelInIcarus) {
    if (findProgram("iverilog").empty()) {
        GTEST_SKIP() << "iverilog is not installed";
    }
    for (int seed = 0; seed < casesFromEnvironment(20) && !HasFailure(); ++seed) {
        simulateRandom(static_cast<std::uint64_t>(seed), Simulator::Icarus,
                       {.layers = 3, .channels = 6, .size = 7, .pools = false, .adds = false});
    }
}

TEST(Rtl, RandomNetworksMatchTheExecutorAndTheCycleModelInIcarus) {
    if (findProgram("iverilog").empty()) {
        GTEST_SKIP() << "iverilog is not installed";
    }
    for (int seed = 0; seed < casesFromEnvironment(30) && !HasFailure(); ++seed) {
        simulateRandom(1000 + static_cast<std::uint64_t>(seed), Simulator::Icarus,
                       {.layers = 5, .channels = 6, .size = 7});
    }
}

/// Networks of all kinds of layers; `channels` at most.
test::RandomNetworkShape everything(int layers, int channels, int size) {
    return {.layers = layers,
            .channels = channels,
            .size = size,
            .tables = true,
            .concats = true,
            .selects = true,
            .expands = true,
            .scales = true,
            .blocks = true};
}

TEST(Rtl, RandomNetworksOfAllKindsMatchTheExecutorAndTheCycleModelInIcarus) {
    if (findProgram("iverilog").empty()) {
        GTEST_SKIP() << "iverilog is not installed";
    }
    for (int seed = 0; seed < casesFromEnvironment(64) && !HasFailure(); ++seed) {
        simulateRandom(3000 + static_cast<std::uint64_t>(seed), Simulator::Icarus, everything(5, 8, 6));
    }
}

TEST(Rtl, StreamedWeightsMatchTheExecutorAndTheCycleModelInIcarus) {
    if (findProgram("iverilog").empty()) {
        GTEST_SKIP() << "iverilog is not installed";
    }
    std::size_t streams = 0;
    for (int seed = 0; seed < casesFromEnvironment(30) && !HasFailure(); ++seed) {
        streams +=
            simulateRandom(5000 + static_cast<std::uint64_t>(seed), Simulator::Icarus,
                           seed % 3 == 0 ? everything(4, 8, 6)
                                         : test::RandomNetworkShape{.layers = 3, .channels = 12, .size = 6},
                           true);
    }
    EXPECT_GE(streams, casesFromEnvironment(30));
}

TEST(Rtl, RandomNetworkMatchesInVerilator) {
    if (findProgram("verilator").empty()) {
        GTEST_SKIP() << "verilator is not installed";
    }
    for (int seed = 0; seed < casesFromEnvironment(2) && !HasFailure(); ++seed) {
        simulateRandom(2000 + static_cast<std::uint64_t>(seed), Simulator::Verilator, everything(5, 10, 12));
    }
}

TEST(Rtl, DspAndBlockRamEqualYosysAndLutsAndRegistersAreNear) {
    if (findProgram("yosys").empty()) {
        GTEST_SKIP() << "yosys is not installed";
    }
    double lutError = 0, ffError = 0;
    for (const std::uint64_t seed : {2U, 7U, 12U, 16U}) {
        Random random(seed);
        test::RandomNetwork maker(random, {.layers = 3, .channels = 16, .size = 14});
        const quant::IntegerNetwork network = maker.make();
        const hw::Workload workload = hw::workloadOf(network);
        Parameters parameters;
        for (const hw::Layer& layer : workload.layers) {
            const std::vector<Folding> legal = legalFoldings(layer);
            parameters.foldings.push_back(legal[random.below(std::min<std::size_t>(8, legal.size()))]);
        }
        SCOPED_TRACE(fmt::format("seed {}\n{}", seed, describe(workload, parameters)));
        const test::TemporaryFolder folder;
        const std::vector<std::vector<std::int32_t>> inputs{maker.input()};
        writePipelineRtl(network, parameters, inputs, kLibrary, folder.path());
        const hw::Resources found = synthesizeRtl(folder.path(), hw::DeviceFamily::Xilinx7);
        const hw::Resources modelled = resources(workload, parameters, hw::DeviceFamily::Xilinx7);
        EXPECT_EQ(modelled.dsp, found.dsp);
        EXPECT_EQ(modelled.ramb18, found.ramb18);
        EXPECT_EQ(modelled.ramb36, found.ramb36);
        lutError += std::abs(modelled.lut / found.lut - 1) / 4;
        ffError += std::abs(modelled.ff / found.ff - 1) / 4;
    }
    // Small odd designs, none of them fitted.
    EXPECT_LE(lutError, fitErrors(hw::DeviceFamily::Xilinx7).size.worst);
    EXPECT_LE(ffError, fitErrors(hw::DeviceFamily::Xilinx7).ff.worst);
}

TEST(Rtl, LayersOfAllKindsTakeTheDspsAndBlockRamsThatYosysCounts) {
    if (findProgram("yosys").empty()) {
        GTEST_SKIP() << "yosys is not installed";
    }
    for (int seed = 0; seed < casesFromEnvironment(3); ++seed) {
        Random random(4000 + static_cast<std::uint64_t>(seed));
        test::RandomNetworkShape shape = everything(3, 12, 16);
        shape.pools = shape.adds = false;
        test::RandomNetwork maker(random, shape);
        const quant::IntegerNetwork network = maker.make();
        const hw::Workload workload = hw::workloadOf(network);
        Parameters parameters;
        for (const hw::Layer& layer : workload.layers) {
            const std::vector<Folding> legal = legalFoldings(layer);
            parameters.foldings.push_back(legal[random.below(std::min<std::size_t>(6, legal.size()))]);
        }
        SCOPED_TRACE(fmt::format("seed {}\n{}", seed, describe(workload, parameters)));
        const test::TemporaryFolder folder;
        const std::vector<std::vector<std::int32_t>> inputs{maker.input()};
        writePipelineRtl(network, parameters, inputs, kLibrary, folder.path());
        const hw::Resources found = synthesizeRtl(folder.path(), hw::DeviceFamily::Xilinx7);
        const hw::Resources modelled = resources(workload, parameters, hw::DeviceFamily::Xilinx7);
        EXPECT_EQ(modelled.dsp, found.dsp);
        EXPECT_EQ(modelled.ramb18, found.ramb18);
        EXPECT_EQ(modelled.ramb36, found.ramb36);
    }
}

/// The folding of a layer with the most products below 17 that `multiplier` can build, else by Dsp.
Folding foldingWith(const hw::Layer& layer, hw::Multiplier multiplier) {
    Folding best;
    for (const Folding& folding : legalFoldings(layer)) {
        if (folding.pe * folding.simd <= 16 && isLegal(layer, folding, multiplier)) {
            best = {folding.pe, folding.simd, multiplier};
        }
    }
    return best;
}

TEST(Rtl, ProductsTakeTheDspsThatYosysCounts) {
    if (findProgram("yosys").empty()) {
        GTEST_SKIP() << "yosys is not installed";
    }
    int packed = 0, fabric = 0;
    for (std::uint64_t seed = 300; packed < 3 || fabric < 2; ++seed) {
        Random random(seed);
        test::RandomNetwork maker(random,
                                  {.layers = 2, .channels = 8, .size = 5, .pools = false, .adds = false});
        const quant::IntegerNetwork network = maker.make();
        const hw::Workload workload = hw::workloadOf(network);
        Parameters parameters;
        bool sharesDsps = false;
        for (const hw::Layer& layer : workload.layers) {
            const bool first = parameters.foldings.empty();
            parameters.foldings.push_back(
                foldingWith(layer, first ? hw::Multiplier::Packed : hw::Multiplier::Fabric));
            sharesDsps = sharesDsps || parameters.foldings.back().multiplier == hw::Multiplier::Packed;
            fabric += sharesDsps && parameters.foldings.back().multiplier == hw::Multiplier::Fabric ? 1 : 0;
        }
        if (!sharesDsps) {
            continue;
        }
        ++packed;
        SCOPED_TRACE(fmt::format("seed {}\n{}", seed, describe(workload, parameters)));
        const test::TemporaryFolder folder;
        const std::vector<std::vector<std::int32_t>> inputs{maker.input()};
        writePipelineRtl(network, parameters, inputs, kLibrary, folder.path());
        const hw::Resources found = synthesizeRtl(folder.path(), hw::DeviceFamily::Xilinx7);
        const hw::Resources modelled = resources(workload, parameters, hw::DeviceFamily::Xilinx7);
        EXPECT_EQ(modelled.dsp, found.dsp);
        EXPECT_EQ(modelled.ramb18, found.ramb18);
        EXPECT_EQ(modelled.ramb36, found.ramb36);
    }
}

TEST(Rtl, StreamsOfWeightsTakeTheDspsAndBlockRamsThatYosysCounts) {
    if (findProgram("yosys").empty()) {
        GTEST_SKIP() << "yosys is not installed";
    }
    double lutError = 0, ffError = 0;
    const std::vector<WeightPort> ports{{64, {200, 1}}, {16, {20, 2}}, {32, {120, 1}}};
    for (const WeightPort& port : ports) {
        Random random(6000 + static_cast<std::uint64_t>(port.busBits));
        test::RandomNetwork maker(random,
                                  {.layers = 2, .channels = 12, .size = 6, .pools = false, .adds = false});
        const quant::IntegerNetwork network = maker.make();
        const hw::Workload workload = hw::workloadOf(network);
        Parameters parameters;
        parameters.weightPort = port;
        for (const hw::Layer& layer : workload.layers) {
            parameters.foldings.push_back(foldingWith(layer, hw::Multiplier::Dsp));
            parameters.foldings.back().weights = WeightStore::Stream;
        }
        SCOPED_TRACE(describe(workload, parameters));
        const test::TemporaryFolder folder;
        const std::vector<std::vector<std::int32_t>> inputs{maker.input()};
        writePipelineRtl(network, parameters, inputs, kLibrary, folder.path());
        const hw::Resources found = synthesizeRtl(folder.path(), hw::DeviceFamily::Xilinx7);
        const hw::Resources modelled = resources(workload, parameters, hw::DeviceFamily::Xilinx7);
        EXPECT_EQ(modelled.dsp, found.dsp);
        EXPECT_EQ(modelled.ramb18, found.ramb18);
        EXPECT_EQ(modelled.ramb36, found.ramb36);
        lutError += std::abs(modelled.lut / found.lut - 1) / static_cast<double>(ports.size());
        ffError += std::abs(modelled.ff / found.ff - 1) / static_cast<double>(ports.size());
    }
    EXPECT_LE(lutError, 0.3);
    EXPECT_LE(ffError, 0.3);
}

// What fpgaConvNet's ResNet-8 took of a ZedBoard; `tandem-cli bench hardware` simulates and synthesizes ours.
TEST(Rtl, ResNet8SolvedForAPublishedBudgetIsFasterInTheModel) {
    const fs::path path = test::sharedFile("models/resnet8_cifar10.onnx");
    if (path.empty()) {
        GTEST_SKIP() << "the reference collection is not there: models/resnet8_cifar10.onnx";
    }
    const nn::Graph graph = nn::prepare(onnx::importOnnx(path));
    const hw::Workload workload = hw::workloadOf(quant::quantize(graph, quant::uniformInputs(graph, 4, 1)));
    const std::optional<Allocation> made = allocate(workload, Budget{47000, 1e9, 211, 93});
    ASSERT_TRUE(made.has_value());
    EXPECT_LE(made->resources.dsp, 211);
    EXPECT_LE(made->resources.bram36(), 93);
    EXPECT_LE(made->resources.lut, 47000);
    const hw::FrameCycles timing = exactTiming(workload, withLeastBuffers(workload, made->parameters));
    EXPECT_LT(timing.interval, 32768);
    EXPECT_LE(timing.latency + 1, 58799);
}

} // namespace
} // namespace tandem::codegen
