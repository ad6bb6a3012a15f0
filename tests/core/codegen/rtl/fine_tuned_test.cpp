// SPDX-License-Identifier: GPL-3.0-or-later
// What was fine-tuned is what runs: the integer network whose accuracy was measured, the exported C++ and the
// simulated RTL give the same outputs.
#include "core/base/process.h"
#include "core/codegen/cpp/cpp.h"
#include "core/codegen/rtl/folded/folded_rtl.h"
#include "core/codegen/rtl/pipeline/pipeline_rtl.h"
#include "core/codegen/verify/rtl_tools.h"
#include "core/hw/workload/workload_of.h"
#include "core/nn/builder.h"
#include "core/nn/passes/passes.h"
#include "core/quant/packed/run.h"
#include "core/quant/tuning/fine_tuning.h"
#include "tests/core/support/stripes.h"
#include "tests/core/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace tandem::codegen {
namespace {

namespace fs = std::filesystem;

const fs::path kResources = fs::path(TANDEM_SOURCE_DIR) / "resources";
constexpr std::size_t kTraining = 1024, kTest = 256, kGolden = 6;

nn::Graph smallNetwork() {
    nn::GraphBuilder b("stripes", 4);
    const nn::ValueId x = b.input("image", {1, 2, 8, 8});
    const nn::ValueId y = b.relu(b.convolution(x, {.channels = 8, .bias = true}));
    const nn::ValueId z = b.relu(b.add(b.pointwise(b.relu(b.depthwise(y)), 8), y));
    return nn::prepare(b.finish({b.linear(b.flatten(b.averagePool(z, 2, 2)), 5)}));
}

class FineTunedNetwork : public testing::TestWithParam<int> {
  protected:
    void SetUp() override {
        const data::Dataset dataset = test::stripes(kTraining + kTest);
        std::vector<std::size_t> samples(kTraining + kTest);
        std::iota(samples.begin(), samples.end(), std::size_t{0});
        const auto all = std::span(samples);
        const nn::Graph prepared = smallNetwork();
        quant::FineTuningOptions options;
        options.layers.assign(quant::lower(prepared).layers.size(), {GetParam(), GetParam()});
        options.training.epochs = 4;
        options.training.batch = 32;
        options.training.learningRate = 0.05;
        options.training.averaging = 0.9;
        const quant::FineTuned tuned =
            quant::fineTune(prepared, dataset, all.first(kTraining), all.last(kTest), options);
        EXPECT_GT(tuned.integerAccuracy, 0.95);
        EXPECT_NEAR(tuned.integerAccuracy, tuned.roundedAccuracy, 0.01);
        network_ = tuned.network;
        for (const std::size_t sample : all.last(kGolden)) {
            const nn::Tensor input = dataset.batch({{sample}});
            inputs_.push_back(quant::integerInput(network_, std::span(&input, 1)));
        }
    }

    void expectExact(Simulator simulator) const {
        const Simulation simulation = simulateRtl(folder_.path(), simulator);
        EXPECT_TRUE(simulation.exact)
            << simulation.wrong << " of " << simulation.outputs << " wrong: " << simulation.firstMismatch;
    }

    quant::IntegerNetwork network_;
    std::vector<std::vector<std::int32_t>> inputs_;
    test::TemporaryFolder folder_;
};

TEST_P(FineTunedNetwork, IsExactAsCpp) {
    writeCpp(network_, inputs_, kResources / "cpp", folder_.path());
    const ProcessResult built = runProcess({"c++", "-std=c++17", "-O1", "network.cpp", "weights.cpp",
                                            "tandem_kernels.cpp", "golden_test.cpp", "-o", "golden"},
                                           folder_.path(), 120);
    ASSERT_EQ(built.exitCode, 0) << built.output;
    const ProcessResult run = runProcess({(folder_.path() / "golden").string()}, folder_.path(), 60);
    EXPECT_EQ(run.exitCode, 0) << run.output;
    EXPECT_THAT(run.output, testing::HasSubstr("6 of 6 vectors exact"));
}

TEST_P(FineTunedNetwork, IsExactAsAPipeline) {
    if (findProgram("iverilog").empty()) {
        GTEST_SKIP() << "iverilog is not installed";
    }
    const hw::pipeline::Parameters parameters = hw::pipeline::allocate(hw::workloadOf(network_), 2000);
    writePipelineRtl(network_, parameters, inputs_, kResources / "rtl", folder_.path());
    expectExact(Simulator::Icarus);
}

TEST_P(FineTunedNetwork, IsExactOnAFoldedArray) {
    if (findProgram("iverilog").empty()) {
        GTEST_SKIP() << "iverilog is not installed";
    }
    const hw::folded::Parameters array{.rows = 4, .columns = 4, .busBits = 64, .poolWords = 4096};
    writeFoldedRtl(network_, array, {}, std::span(inputs_).first(1), kResources / "rtl", folder_.path());
    expectExact(Simulator::Icarus);
}

INSTANTIATE_TEST_SUITE_P(Bits, FineTunedNetwork, testing::Values(8, 4), testing::PrintToStringParamName());

} // namespace
} // namespace tandem::codegen
