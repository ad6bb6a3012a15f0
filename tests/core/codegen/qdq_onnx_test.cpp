// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/codegen/qdq_onnx.h"
#include "core/nn/passes/passes.h"
#include "core/onnx/importer.h"
#include "core/quant/executor.h"
#include "core/quant/quantize.h"
#include "core/quant/run.h"
#include "core/train/executor.h"
#include "tests/core/support/any_integer_network.h"
#include "tests/core/support/shared_files.h"
#include "tests/core/support/temporary_folder.h"

#include <gtest/gtest.h>

namespace tandem::codegen {
namespace {

namespace fs = std::filesystem;

/// Writes the model, reads it back as anyone would.
nn::Graph writtenAndRead(const quant::IntegerNetwork& network) {
    const test::TemporaryFolder folder;
    writeQdqOnnx(network, folder.path() / "model.onnx");
    return onnx::importOnnx(folder.path() / "model.onnx");
}

// Random additions and pools scale by any factor, which plain ONNX operators cannot say: single convolutions
// here, all layer kinds in the real networks below.
TEST(Qdq, ImportedModelIsWithinOneStepOfTheIntegers) {
    std::size_t different = 0, all = 0;
    for (std::uint64_t seed = 0; all < 3000; ++seed) {
        test::RandomIntegerNetwork make(seed, false);
        const quant::IntegerNetwork network = make.make(1);
        if (!std::holds_alternative<quant::ConvolutionLayer>(network.layers[0].op) ||
            network.layers.size() != 1) {
            continue;
        }
        const nn::Graph graph = writtenAndRead(network);
        const std::vector<std::int32_t> input = make.input(network);
        const quant::IntegerTensor& in = network.tensors[0];
        const nn::Tensor real = nn::Tensor::ofFloats({1, in.shape.channels, in.shape.height, in.shape.width},
                                                     quant::dequantizeMap(input, in.format));
        const std::vector<float> found = train::run(graph, std::span(&real, 1)).front().floats();
        const std::vector<std::int32_t> expected = quant::Executor(network).output(input);
        const quant::TensorFormat& format = network.tensors[1].format;
        ASSERT_EQ(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
            const double steps = found[i] / format.scale + format.zeroPoint - expected[i];
            ASSERT_LE(std::abs(steps), 1.001) << "seed " << seed << " element " << i;
            different += std::abs(steps) > 0.5 ? 1 : 0;
            ++all;
        }
    }
    EXPECT_LT(static_cast<double>(different) / static_cast<double>(all), 0.02)
        << "only values in the middle between two steps may round to the other side";
}

class QdqModel : public testing::TestWithParam<const char*> {};

TEST_P(QdqModel, FollowsTheIntegersThroughTheWholeNetwork) {
    const fs::path path = test::sharedFile(std::string("models/") + GetParam() + ".onnx");
    if (path.empty()) {
        GTEST_SKIP() << "the reference models are not here";
    }
    const nn::Graph prepared = nn::prepare(onnx::importOnnx(path));
    const std::vector<nn::Tensor> inputs = quant::uniformInputs(prepared, 4, 1);
    quant::QuantizationOptions options;
    options.layers.assign(quant::lower(prepared).layers.size(), {8, 8});
    options.layers[1] = {5, 6};
    const quant::IntegerNetwork network = quant::quantize(prepared, inputs, options, 1);
    const nn::Graph graph = writtenAndRead(network);
    EXPECT_EQ(graph.value(graph.inputs[0]).shape, prepared.value(prepared.inputs[0]).shape);
    const double step = network.tensors[static_cast<std::size_t>(network.output)].format.scale;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const auto input = std::span(inputs).subspan(i, 1);
        const nn::Tensor expected = quant::runInteger(network, input).front();
        const nn::Tensor found = train::run(graph, input).front();
        ASSERT_EQ(found.shape, expected.shape);
        for (std::size_t k = 0; k < expected.floats().size(); ++k) {
            EXPECT_NEAR(found.floats()[k], expected.floats()[k], 1.5 * step)
                << "input " << i << " element " << k;
        }
    }
    // What we export we also read: the same layers with the same widths come back.
    const quant::IntegerNetwork again = quant::quantize(nn::prepare(graph), inputs, {}, 1);
    EXPECT_EQ(again.layers.size(), network.layers.size());
}

INSTANTIATE_TEST_SUITE_P(Shared, QdqModel,
                         testing::Values("convnet_kws", "resnet8_cifar10", "mobilenetv1_025_vww",
                                         "cnn_cifar10"),
                         [](const auto& model) { return std::string(model.param); });

} // namespace
} // namespace tandem::codegen
