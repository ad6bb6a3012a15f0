// SPDX-License-Identifier: GPL-3.0-or-later
// Whole networks on every template: simulated, they give the golden outputs in the modelled cycles.
#include "core/base/process.h"
#include "core/codegen/layer_checksums.h"
#include "core/codegen/rtl/folded/folded_rtl.h"
#include "core/codegen/rtl/folded/memory.h"
#include "core/codegen/rtl/hybrid/hybrid_rtl.h"
#include "core/codegen/rtl/pipeline/pipeline_rtl.h"
#include "core/codegen/verify/rtl_tools.h"
#include "core/hw/pipeline/netlist.h"
#include "core/hw/pipeline/timing.h"
#include "core/hw/workload/workload_of.h"
#include "core/nn/networks.h"
#include "core/nn/passes/passes.h"
#include "core/onnx/importer.h"
#include "core/quant/packed/run.h"
#include "core/quant/quantize/calibration.h"
#include "core/quant/quantize/quantize.h"
#include "tests/core/support/shared_files.h"
#include "tests/core/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>
#include <string>

namespace tandem::codegen {
namespace {

namespace fs = std::filesystem;
namespace pipeline = hw::pipeline;
namespace folded = hw::folded;
namespace hybrid = hw::hybrid;

const fs::path kLibrary = fs::path(TANDEM_SOURCE_DIR) / "resources/rtl";
constexpr const char* kSkyNet = "skynet";

/// A network and accelerators of a size that suits it.
struct Case {
    std::string network; ///< a reference network's file name without its end, or kSkyNet
    std::int64_t interval;
    folded::Parameters array;
};

void PrintTo(const Case& each, std::ostream* out) {
    *out << each.network;
}

const folded::Parameters kSmallArray{.rows = 16, .columns = 16, .busBits = 128, .poolWords = 65536};
const folded::Parameters kOutputStationary{
    .rows = 8, .columns = 16, .order = folded::Order::Outputs, .busBits = 128, .poolWords = 65536};
const folded::Parameters kSkyNetArray{
    .rows = 16, .columns = 32, .multiplier = hw::Multiplier::Packed, .busBits = 128, .poolWords = 16384};

class Networks : public testing::TestWithParam<Case> {
  protected:
    void SetUp() override {
        if (findProgram("verilator").empty()) {
            GTEST_SKIP() << "verilator is not installed";
        }
        nn::Graph graph;
        if (GetParam().network == kSkyNet) {
            graph = nn::prepare(nn::skyNet());
        } else {
            const std::string file = "models/" + GetParam().network + ".onnx";
            const fs::path path = test::sharedFile(file);
            if (path.empty()) {
                GTEST_SKIP() << "the reference collection is not there: " << file;
            }
            graph = nn::prepare(onnx::importOnnx(path));
        }
        network_ = quant::quantize(graph, quant::uniformInputs(graph, 4, 1));
        workload_ = hw::workloadOf(network_);
        for (const nn::Tensor& input : quant::uniformInputs(graph, kFrames, 2)) {
            inputs_.push_back(quant::integerInput(network_, std::span(&input, 1)));
        }
    }

    Simulation simulated() const { return simulateRtl(folder_.path(), Simulator::Verilator); }

    void expectGolden(const Simulation& simulation, int frames) const {
        EXPECT_TRUE(simulation.exact)
            << simulation.wrong << " of " << simulation.outputs << " wrong: " << simulation.firstMismatch;
        const std::span golden(inputs_);
        EXPECT_FALSE(firstDifference(layerChecksums(network_, golden.first(static_cast<std::size_t>(frames))),
                                     simulation.layers)
                         .has_value());
    }

    static constexpr int kFrames = 2;
    quant::IntegerNetwork network_;
    hw::Workload workload_;
    std::vector<std::vector<std::int32_t>> inputs_;
    test::TemporaryFolder folder_;
};

TEST_P(Networks, RunExactlyAsModelledOnAPipeline) {
    const pipeline::Parameters parameters = pipeline::allocate(workload_, GetParam().interval);
    const hw::FrameCycles timing = pipeline::exactTiming(workload_, parameters);
    EXPECT_EQ(timing.interval, pipeline::interval(workload_, parameters));
    writePipelineRtl(network_, parameters, inputs_, kLibrary, folder_.path());
    const Simulation simulation = simulated();
    expectGolden(simulation, kFrames);
    const pipeline::Replay expected =
        pipeline::replay(workload_, pipeline::netlistOf(workload_, parameters), kFrames);
    EXPECT_EQ(simulation.firstOutput, timing.firstOutput);
    EXPECT_EQ(simulation.lastOutput, expected.lastOutput);
    for (const LayerChecksum& layer : simulation.layers) {
        EXPECT_EQ(layer.cycle, expected.layers.at(layer.layer).at(layer.input));
    }
}

TEST_P(Networks, RunExactlyAsModelledOnAFoldedArray) {
    const std::span<const std::vector<std::int32_t>> frame(inputs_.data(), 1);
    const folded::Memory memory;
    writeFoldedRtl(network_, GetParam().array, memory, frame, kLibrary, folder_.path());
    const folded::Timing expected =
        folded::replay(foldedProgram(network_, GetParam().array), workload_, memory);
    const Simulation simulation = simulated();
    expectGolden(simulation, 1);
    EXPECT_EQ(simulation.begins, expected.begins);
}

TEST_P(Networks, RunExactlyAsModelledOnAHybrid) {
    const std::vector<int> cuts = hybrid::cuts(workload_);
    ASSERT_FALSE(cuts.empty());
    hybrid::Parameters parameters;
    parameters.layers = cuts[cuts.size() / 2];
    parameters.tail = GetParam().array;
    parameters.tail.poolWords = 1 << 19; // the map between the parts stays on chip
    parameters.head = hybrid::allocate(hybrid::split(workload_, parameters.layers).head, GetParam().interval,
                                       parameters.tail.columns);
    const folded::Memory memory;
    writeHybridRtl(network_, parameters, memory, inputs_, kLibrary, folder_.path());
    const hybrid::Timing expected = hybrid::exactTiming(workload_, parameters, memory, kFrames);
    const Simulation simulation = simulated();
    expectGolden(simulation, kFrames);
    EXPECT_EQ(simulation.lastOutput, expected.done);
}

INSTANTIATE_TEST_SUITE_P(Reference, Networks,
                         testing::Values(Case{"resnet8_cifar10", 150'000, kSmallArray},
                                         Case{"resnet8_cifar10_qdq", 150'000, kSmallArray},
                                         Case{"mobilenetv1_025_vww", 200'000, kSmallArray},
                                         Case{"mobilenetv1_025_vww_qdq", 200'000, kSmallArray},
                                         Case{"convnet_kws", 50'000, kOutputStationary},
                                         Case{"autoencoder_ad_qdq", 20'000, kSmallArray},
                                         Case{"cnn_cifar10", 100'000, kSmallArray},
                                         Case{"espcn_x3", 2'000'000, kSmallArray},
                                         Case{"fastestdet", 1'000'000, kSmallArray},
                                         Case{kSkyNet, 1'930'000, kSkyNetArray}),
                         [](const testing::TestParamInfo<Case>& each) { return each.param.network; });

} // namespace
} // namespace tandem::codegen
