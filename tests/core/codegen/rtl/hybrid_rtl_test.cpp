// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/process.h"
#include "core/codegen/layer_checksums.h"
#include "core/codegen/rtl/hybrid/hybrid_rtl.h"
#include "core/codegen/rtl/pipeline/images.h"
#include "core/codegen/verify/rtl_tools.h"
#include "core/codegen/verify/synthesis.h"
#include "core/hw/workload/workload_of.h"
#include "tests/core/support/cases.h"
#include "tests/core/support/random_integer_network.h"
#include "tests/core/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>

namespace tandem::codegen {
namespace {

namespace fs = std::filesystem;
using namespace hw::hybrid;
using test::casesFromEnvironment;

const fs::path kLibrary = fs::path(TANDEM_SOURCE_DIR) / "resources/rtl";
constexpr int kFrames = 4;

constexpr test::RandomNetworkShape kEverything{.layers = 5,
                                               .channels = 10,
                                               .size = 7,
                                               .tables = true,
                                               .concats = true,
                                               .selects = true,
                                               .expands = true,
                                               .scales = true,
                                               .blocks = true};

/// A random cut and a random array behind it; none where the network cannot be cut.
std::optional<Parameters> randomParameters(Random& random, const hw::Workload& workload) {
    const std::vector<int> legal = cuts(workload);
    if (legal.empty()) {
        return std::nullopt;
    }
    Parameters parameters;
    parameters.layers = legal[random.below(legal.size())];
    parameters.tail.columns = 2 << random.below(3);
    parameters.tail.rows = std::max(2, parameters.tail.columns >> random.below(2));
    parameters.tail.busBits = 16 << random.below(3);
    parameters.head = allocate(hw::hybrid::split(workload, parameters.layers).head,
                               static_cast<std::int64_t>(20 + random.below(2000)), parameters.tail.columns);
    return parameters;
}

/// A random network cut at random. Gives whether it can be cut at all.
bool simulateRandom(int seed, Simulator tool) {
    Random random(static_cast<std::uint64_t>(seed));
    test::RandomNetwork maker(random, kEverything);
    const quant::IntegerNetwork network = maker.make();
    const hw::Workload workload = hw::workloadOf(network);
    const std::optional<Parameters> made = randomParameters(random, workload);
    if (!made) {
        return false;
    }
    const Parameters& parameters = *made;
    const hw::folded::Memory memory{static_cast<int>(1 + random.below(40)), 1};
    std::vector<std::vector<std::int32_t>> inputs;
    for (int frame = 0; frame < kFrames; ++frame) {
        inputs.push_back(maker.input());
    }
    SCOPED_TRACE(fmt::format("seed {}: {} of {} layers in the pipeline, {} columns", seed, parameters.layers,
                             workload.layers.size(), parameters.tail.columns));
    const test::TemporaryFolder folder;
    writeHybridRtl(network, parameters, memory, inputs, kLibrary, folder.path());
    const Timing expected = exactTiming(workload, parameters, memory, kFrames);
    const Simulation free = simulateRtl(folder.path(), tool);
    EXPECT_TRUE(free.exact) << free.wrong << " of " << free.outputs << " wrong: " << free.firstMismatch;
    EXPECT_EQ(free.lastOutput, expected.done);
    EXPECT_EQ(free.interval(), expected.interval);
    EXPECT_FALSE(firstDifference(layerChecksums(network, inputs), free.layers).has_value());
    const Simulation stalled = simulateRtl(folder.path(), tool, {40, 40, seed});
    EXPECT_TRUE(stalled.exact) << "stalled: " << stalled.firstMismatch;
    return true;
}

TEST(HybridRtl, RandomNetworksMatchTheExecutorAndTheCycleModelInIcarus) {
    if (findProgram("iverilog").empty()) {
        GTEST_SKIP() << "iverilog is not installed";
    }
    int done = 0;
    for (int seed = 0; done < casesFromEnvironment(60) && !HasFailure(); ++seed) {
        done += simulateRandom(seed, Simulator::Icarus) ? 1 : 0;
    }
}

TEST(HybridRtl, DspAndBlockRamEqualYosys) {
    if (findProgram("yosys").empty()) {
        GTEST_SKIP() << "yosys is not installed";
    }
    using hw::Multiplier;
    for (const auto& [seed, multiplier] : {std::pair{3, Multiplier::Dsp}}) {
        Random random(static_cast<std::uint64_t>(seed));
        test::RandomNetwork maker(random, kEverything);
        const quant::IntegerNetwork network = maker.make();
        const hw::Workload workload = hw::workloadOf(network);
        std::optional<Parameters> parameters = randomParameters(random, workload);
        ASSERT_TRUE(parameters);
        parameters->tail.multiplier = multiplier;
        SCOPED_TRACE(fmt::format("seed {}: {} of {} layers in the pipeline, {} x {}", seed,
                                 parameters->layers, workload.layers.size(), parameters->tail.rows,
                                 parameters->tail.columns));
        const test::TemporaryFolder folder;
        writeHybridRtl(network, *parameters, {}, {{maker.input()}}, kLibrary, folder.path());
        const hw::Resources found = synthesizeRtl(folder.path(), hw::DeviceFamily::Xilinx7);
        const Parts parts = hw::hybrid::split(workload, parameters->layers);
        const hw::folded::Program program = hybridProgram(network, *parameters);
        parameters->head = withWeightColumns(network, parts.head, parameters->head);
        const hw::Resources modelled = resources(parts, *parameters, program, hw::DeviceFamily::Xilinx7);
        EXPECT_EQ(modelled.dsp, found.dsp);
        EXPECT_EQ(modelled.ramb18, found.ramb18);
        EXPECT_EQ(modelled.ramb36, found.ramb36);
    }
}

} // namespace
} // namespace tandem::codegen
