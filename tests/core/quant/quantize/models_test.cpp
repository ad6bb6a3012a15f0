// SPDX-License-Identifier: GPL-3.0-or-later
// Networks that others trained, quantized by us.
#include "core/nn/networks.h"
#include "core/nn/passes/passes.h"
#include "core/onnx/importer.h"
#include "core/quant/packed/run.h"
#include "core/quant/quantize/agreement.h"
#include "core/quant/quantize/quantize.h"
#include "core/quant/quantize/sensitivity.h"
#include "core/train/executor.h"
#include "tests/core/support/shared_files.h"

#include <gtest/gtest.h>

#include <map>

namespace tandem::quant {
namespace {

/// File and the least signal-to-noise ratio (dB) of its 8-bit network.
struct Model {
    const char* file;
    double signalToNoise;
};

std::string nameOf(const testing::TestParamInfo<Model>& info) {
    const std::string file = info.param.file;
    return file.substr(0, file.find('.'));
}

class FloatModel : public testing::TestWithParam<Model> {};

TEST_P(FloatModel, EightBitsAgreeAndTheirNoiseIsPredicted) {
    const auto path = test::sharedFile(std::string("models/") + GetParam().file);
    if (path.empty()) {
        GTEST_SKIP() << "the reference models are not here";
    }
    const nn::Graph graph = nn::prepare(onnx::importOnnx(path));
    const Lowering lowering = lower(graph);
    const std::vector<nn::Tensor> inputs = uniformInputs(graph, 16, 1);
    const Calibration calibration = calibrate(graph, lowering, inputs, 1);
    const IntegerNetwork network = quantize(graph, lowering, calibration);
    const Agreement agreement =
        measureAgreement(referenceOutputs(graph, lowering, inputs, 1), integerOutputs(network, inputs, 1));
    EXPECT_GE(agreement.signalToNoise(), GetParam().signalToNoise);
    EXPECT_GE(agreement.topOne, 0.9);

    SensitivityOptions options;
    options.workers = 1;
    const Sensitivities noise =
        sensitivities(graph, lowering, calibration, std::span(inputs).first(4), options);
    double predicted = noise.input[8];
    for (std::size_t layer = 0; layer < lowering.layers.size(); ++layer) {
        predicted += noise.weights[layer][8] + noise.activations[layer][8];
    }
    EXPECT_NEAR(-10.0 * std::log10(predicted), agreement.signalToNoise(), 5.0);
}

INSTANTIATE_TEST_SUITE_P(Quantize, FloatModel,
                         testing::Values(Model{"cnn_cifar10.onnx", 40.0}, Model{"convnet_kws.onnx", 34.0},
                                         Model{"mobilenetv1_025_vww.onnx", 34.0},
                                         Model{"resnet8_cifar10.onnx", 27.0}),
                         nameOf);

/// What is left to the host of each of the shared networks.
struct HostShare {
    const char* file;
    const char* before;
    const char* after;
};

class SharedModel : public testing::TestWithParam<HostShare> {};

std::string operatorsOf(const nn::Graph& part) {
    std::string names;
    for (const nn::Node& node : part.nodes) {
        names += (names.empty() ? "" : " ") + nn::operatorName(node.op);
    }
    return names;
}

TEST_P(SharedModel, RunsOnTheAcceleratorButForItsEnds) {
    const auto path = test::sharedFile(std::string("models/") + GetParam().file);
    if (path.empty()) {
        GTEST_SKIP() << "the reference models are not here";
    }
    const nn::Graph graph = nn::prepare(onnx::importOnnx(path));
    const Lowering lowering = lower(graph);
    EXPECT_EQ(operatorsOf(lowering.before), GetParam().before);
    EXPECT_EQ(operatorsOf(lowering.after), GetParam().after);
    const std::vector<nn::Tensor> inputs = uniformInputs(graph, 2, 1);
    const IntegerNetwork network = quantize(graph, lowering, calibrate(graph, lowering, inputs, 1));
    const Agreement agreement =
        measureAgreement(referenceOutputs(graph, lowering, inputs, 1), integerOutputs(network, inputs, 1));
    EXPECT_GE(agreement.signalToNoise(), 12.0);
}

INSTANTIATE_TEST_SUITE_P(
    Quantize, SharedModel,
    testing::Values(HostShare{"autoencoder_ad_qdq.onnx", "", ""}, HostShare{"cnn_cifar10.onnx", "", ""},
                    HostShare{"convnet_kws.onnx", "Reshape", ""}, HostShare{"espcn_x3.onnx", "Relu", ""},
                    HostShare{"fastestdet.onnx", "", "Split Sigmoid Transpose Softmax Transpose Concat"},
                    HostShare{"mobilenetv1_025_vww.onnx", "", "Softmax"},
                    HostShare{"mobilenetv1_025_vww_qdq.onnx", "", "Softmax"},
                    HostShare{"resnet8_cifar10.onnx", "", "Softmax"},
                    HostShare{"resnet8_cifar10_qdq.onnx", "Transpose", "Softmax"}),
    [](const auto& shared) {
        const std::string file = shared.param.file;
        return file.substr(0, file.find('.'));
    });

TEST(SkyNet, HasItsPublishedSizeAndLowersAsAWhole) {
    const nn::Graph graph = nn::prepare(nn::skyNet());
    std::int64_t macs = 0, parameters = 0;
    for (const nn::Node& node : graph.nodes) {
        macs += nn::multiplyAccumulates(graph, node);
    }
    const nn::Graph imported = nn::skyNet();
    for (const nn::Node& node : imported.nodes) {
        parameters += nn::parameterCount(imported, node);
    }
    EXPECT_NEAR(static_cast<double>(macs) / 1e6, 463.7, 0.1);
    EXPECT_NEAR(static_cast<double>(parameters), 442049, 5000);
    const Lowering lowering = lower(graph);
    EXPECT_TRUE(lowering.hostNodes.empty());
    std::map<LayerKind, int> kinds;
    for (const LoweredLayer& layer : lowering.layers) {
        ++kinds[layer.kind];
    }
    EXPECT_EQ(kinds, (std::map<LayerKind, int>{{LayerKind::Convolution, 13},
                                               {LayerKind::MaximumPool, 3},
                                               {LayerKind::SpaceToDepth, 1},
                                               {LayerKind::Concat, 1}}));
}

class QuantizedModel : public testing::TestWithParam<Model> {};

// The imported model rounds half to even in float32, our arithmetic half up with 16-bit multipliers and in
// one step: values next to the middle between two steps may fall to the other side.
TEST_P(QuantizedModel, IntegersAreWithinAStepOfTheModelsOwn) {
    const auto path = test::sharedFile(std::string("models/") + GetParam().file);
    if (path.empty()) {
        GTEST_SKIP() << "the reference models are not here";
    }
    const nn::Graph imported = onnx::importOnnx(path);
    const std::vector<nn::Tensor> inputs = uniformInputs(imported, 8, 1);
    const IntegerNetwork network = quantize(nn::prepare(imported), inputs, {}, 1);
    const double step = network.tensors[static_cast<std::size_t>(network.output())].format.scale;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const auto input = std::span(inputs).subspan(i, 1);
        const nn::Tensor expected = train::run(imported, input).front();
        const nn::Tensor found = runInteger(network, input).front();
        ASSERT_EQ(found.shape, expected.shape);
        for (std::size_t k = 0; k < expected.floats().size(); ++k) {
            ASSERT_NEAR(found.floats()[k], expected.floats()[k], 1.01 * step)
                << "input " << i << " element " << k;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Quantize, QuantizedModel,
                         testing::Values(Model{"autoencoder_ad_qdq.onnx", 0},
                                         Model{"mobilenetv1_025_vww_qdq.onnx", 0},
                                         Model{"resnet8_cifar10_qdq.onnx", 0}),
                         nameOf);

} // namespace
} // namespace tandem::quant
