// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/process.h"
#include "core/codegen/rtl/pipeline/images.h"
#include "core/codegen/rtl/pipeline/pipeline_rtl.h"
#include "core/codegen/verify/synthesis.h"
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
using namespace hw::pipeline;
using hw::Folding, hw::WeightStore;
using test::casesFromEnvironment;

const fs::path kLibrary = fs::path(TANDEM_SOURCE_DIR) / "resources/rtl";

void expectSame(const hw::Resources& modelled, const hw::Resources& found) {
    EXPECT_EQ(modelled.dsp, found.dsp);
    EXPECT_EQ(modelled.ramb18, found.ramb18);
    EXPECT_EQ(modelled.ramb36, found.ramb36);
}

/// Weights of 0 and 1 in every other channel, even ones in the others: bits that are the same in all words.
void fixBits(quant::IntegerNetwork& network) {
    for (quant::IntegerLayer& layer : network.layers) {
        auto& op = std::get<quant::ConvolutionLayer>(layer.op);
        const auto tensor = [&](int index) { return network.tensors[static_cast<std::size_t>(index)]; };
        const std::size_t channels = static_cast<std::size_t>(tensor(layer.output).shape.channels);
        for (std::size_t i = 0; i < op.weights.size(); ++i) {
            const bool small = i / (op.weights.size() / channels) % 2 == 0;
            op.weights[i] = static_cast<std::int8_t>(small ? op.weights[i] & 1 : op.weights[i] / 2 * 2);
        }
        op.accumulatorBits = quant::accumulatorBitsNeeded(op, tensor(layer.inputs.front()).format);
    }
}

TEST(MemoryColumns, ChangingColumnsCountBitsThatDifferBetweenWords) {
    EXPECT_EQ(changingColumns("0f\n"), 0);
    EXPECT_EQ(changingColumns("0f\n0f\n0f\n"), 0);
    EXPECT_EQ(changingColumns("0f\n8e\n0f\n"), 2);
    EXPECT_EQ(changingColumns("00\nff\n"), 8);
    EXPECT_EQ(changingColumns("a\n9\n8\n"), 2);
}

TEST(MemoryColumns, ColumnsOfWeightsThatNeverChangeTakeNoBlockRam) {
    if (findProgram("yosys").empty()) {
        GTEST_SKIP() << "yosys is not installed";
    }
    int done = 0;
    for (std::uint64_t seed = 0; done < casesFromEnvironment(2); ++seed) {
        Random random(seed);
        test::RandomNetwork maker(random,
                                  {.layers = 1, .channels = 48, .size = 8, .pools = false, .adds = false});
        quant::IntegerNetwork network = maker.make();
        fixBits(network);
        const hw::Workload workload = hw::workloadOf(network);
        Parameters parameters;
        for (const hw::Layer& layer : workload.layers) {
            Folding chosen;
            for (const Folding& folding : legalFoldings(layer)) {
                chosen = folding.pe * folding.simd <= 16 ? folding : chosen;
            }
            const hw::Multiplier multiplier = hw::kMultipliers[random.below(std::size(hw::kMultipliers))];
            chosen.multiplier = isLegal(layer, chosen, multiplier) ? multiplier : hw::Multiplier::Dsp;
            chosen.weights = WeightStore::Block;
            parameters.foldings.push_back(chosen);
        }
        const hw::Resources modelled =
            resources(workload, withWeightColumns(network, workload, parameters), hw::DeviceFamily::Xilinx7);
        if (modelled.bram36() == resources(workload, parameters, hw::DeviceFamily::Xilinx7).bram36()) {
            continue;
        }
        ++done;
        SCOPED_TRACE(
            fmt::format("seed {}, multiplier {}", seed, toString(parameters.foldings.front().multiplier)));
        const test::TemporaryFolder folder;
        writePipelineRtl(network, parameters, {{maker.input()}}, kLibrary, folder.path());
        expectSame(modelled, synthesizeRtl(folder.path(), hw::DeviceFamily::Xilinx7));
    }
}

} // namespace
} // namespace tandem::codegen
