// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/process.h"
#include "core/codegen/hybrid_rtl.h"
#include "core/codegen/layer_checksums.h"
#include "core/codegen/rtl_tools.h"
#include "core/hw/workload_of.h"
#include "tests/core/support/cases.h"
#include "tests/core/support/random_integer_network.h"
#include "tests/core/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace tandem::codegen {
namespace {

namespace fs = std::filesystem;
using namespace hw::hybrid;
using test::casesFromEnvironment;

const fs::path kLibrary = fs::path(TANDEM_SOURCE_DIR) / "resources/rtl";
constexpr int kFrames = 4;

/// A random network cut at random. Gives whether it can be cut at all.
bool simulateRandom(int seed, Simulator tool) {
    Random random(static_cast<std::uint64_t>(seed));
    test::RandomNetwork maker(random, {.layers = 5,
                                       .channels = 10,
                                       .size = 7,
                                       .tables = true,
                                       .concats = true,
                                       .selects = true,
                                       .expands = true,
                                       .scales = true,
                                       .blocks = true});
    const quant::IntegerNetwork network = maker.make();
    const hw::Workload workload = hw::workloadOf(network);
    const std::vector<int> legal = cuts(workload);
    if (legal.empty()) {
        return false;
    }
    Parameters parameters;
    parameters.layers = legal[random.below(legal.size())];
    parameters.tail.columns = 2 << random.below(3);
    parameters.tail.rows = std::max(2, parameters.tail.columns >> random.below(2));
    parameters.tail.busBits = 16 << random.below(3);
    parameters.head = allocate(hw::hybrid::split(workload, parameters.layers).head,
                               static_cast<std::int64_t>(20 + random.below(2000)), parameters.tail.columns);
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

} // namespace
} // namespace tandem::codegen
