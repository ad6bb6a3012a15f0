// SPDX-License-Identifier: GPL-3.0-or-later
// The network that app/makers/sample/train_sample.cpp trained.
#include "core/data/split.h"
#include "core/nn/passes/passes.h"
#include "core/onnx/importer.h"
#include "core/quant/lowering/lowering.h"
#include "core/train/metrics.h"
#include "core/train/trainable_network.h"

#include <gtest/gtest.h>

namespace tandem::train {
namespace {

nn::Graph sampleNetwork() {
    return onnx::importOnnx(std::filesystem::path(TANDEM_SOURCE_DIR) / "resources/sample/fashion_small.onnx");
}

TEST(SampleNetwork, HasTheAccuracyThatItsPageStates) {
    if (!std::filesystem::exists("/usr/share/datasets/fashion-mnist")) {
        GTEST_SKIP() << "Debian's dataset-fashion-mnist is not installed";
    }
    const data::Dataset dataset = data::openDataset("fashion-mnist");
    std::vector<std::size_t> samples = data::split(dataset, 0.1, 1).test;
    samples.resize(2000);
    const nn::Graph graph = sampleNetwork();
    const double accuracy = evaluateAccuracy(graph, dataset, samples);
    EXPECT_NEAR(accuracy, 0.92, 0.015);
    EXPECT_NEAR(evaluateAccuracy(nn::prepare(graph), dataset, samples), accuracy, 0.001);
}

TEST(SampleNetwork, RunsInHardwareAsAWhole) {
    const nn::Graph prepared = nn::prepare(sampleNetwork());
    std::int64_t macs = 0;
    std::int64_t parameters = 0;
    for (const nn::Node& node : prepared.nodes) {
        EXPECT_EQ(quant::whyHost(prepared, node), std::nullopt) << node.name;
        macs += nn::multiplyAccumulates(prepared, node);
        parameters += nn::parameterCount(prepared, node);
    }
    EXPECT_EQ(macs, 2'566'992);
    EXPECT_EQ(parameters, 31'698);
}

TEST(SampleNetwork, CanBeTrainedFurther) {
    EXPECT_NO_THROW(TrainableNetwork(sampleNetwork(), 2));
    EXPECT_NO_THROW(TrainableNetwork(nn::prepare(sampleNetwork()), 2));
}

} // namespace
} // namespace tandem::train
