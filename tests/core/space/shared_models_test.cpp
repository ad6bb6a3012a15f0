// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/workload/workload_of.h"
#include "core/nn/passes/passes.h"
#include "core/onnx/importer.h"
#include "core/quant/quantize/calibration.h"
#include "core/quant/quantize/quantize.h"
#include "core/space/joint_space.h"
#include "core/train/executor.h"
#include "tests/core/space/networks.h"
#include "tests/core/support/shared_files.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tandem::space {
namespace {

/// The joint space of networks that others trained.
class SharedModel : public testing::TestWithParam<const char*> {
  protected:
    void SetUp() override {
        file_ = test::sharedFile(std::string("models/") + GetParam() + ".onnx");
        if (file_.empty()) {
            GTEST_SKIP() << "no shared reference models here";
        }
    }
    std::filesystem::path file_;
};

TEST_P(SharedModel, TheImportedPointIsTheImportedNetwork) {
    const nn::Graph graph = nn::prepare(onnx::importOnnx(file_));
    const JointSpace joint(graph, test::exampleDevice());
    const nn::Graph same = joint.network(joint.space().importedPoint());
    const std::vector<nn::Tensor> inputs = test::normalInputs(graph, 1, 3);
    const nn::Tensor expected = train::run(graph, inputs).at(0), actual = train::run(same, inputs).at(0);
    ASSERT_EQ(actual.shape, expected.shape);
    for (std::size_t i = 0; i < expected.floats().size(); ++i) {
        EXPECT_NEAR(actual.floats()[i], expected.floats()[i], 1e-4 * (1 + std::abs(expected.floats()[i])));
    }
}

TEST_P(SharedModel, DesignsAreTheWorkloadsOfTheQuantizedNetworks) {
    const nn::Graph graph = nn::prepare(onnx::importOnnx(file_));
    const JointSpace joint(graph, test::exampleDevice());
    const std::vector<nn::Tensor> inputs = quant::uniformInputs(graph, 2, 1);
    Random random(9);
    for (int i = 0; i < 8; ++i) {
        const point::Encoding encoding =
            i == 0 ? joint.space().importedPoint() : test::buildablePoint(joint, random);
        quant::QuantizationOptions options;
        for (const LayerBits& bits : joint.precision(encoding)) {
            options.layers.push_back({bits.weightBits, bits.activationBits});
        }
        const hw::Workload exact =
            hw::workloadOf(quant::quantize(joint.network(encoding), inputs, options, 1));
        const hw::Workload modelled = joint.design(encoding).workload;
        ASSERT_EQ(modelled.layers.size(), exact.layers.size());
        for (std::size_t l = 0; l < exact.layers.size(); ++l) {
            // These follow from the calibration.
            hw::Layer layer = modelled.layers[l];
            layer.accumulatorBits = exact.layers[l].accumulatorBits;
            layer.multiplierBits = exact.layers[l].multiplierBits;
            layer.inputSigned = exact.layers[l].inputSigned;
            layer.outputSigned = exact.layers[l].outputSigned;
            // Only quantization tells how far results are shifted.
            layer.shift = exact.layers[l].shift;
            layer.shiftBits = exact.layers[l].shiftBits;
            EXPECT_EQ(layer, exact.layers[l]) << "point " << i << ", layer " << exact.layers[l].name;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Models, SharedModel,
                         testing::Values("resnet8_cifar10", "convnet_kws", "mobilenetv1_025_vww",
                                         "mobilenetv1_025_vww_qdq", "resnet8_cifar10_qdq", "cnn_cifar10"),
                         [](const auto& instance) { return std::string(instance.param); });

} // namespace
} // namespace tandem::space
