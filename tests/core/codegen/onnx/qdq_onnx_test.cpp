// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/codegen/onnx/qdq_onnx.h"
#include "core/nn/builder.h"
#include "core/nn/passes/passes.h"
#include "core/onnx/importer.h"
#include "core/quant/arithmetic/executor.h"
#include "core/quant/packed/run.h"
#include "core/quant/quantize/quantize.h"
#include "core/train/executor.h"
#include "tests/core/support/any_integer_network.h"
#include "tests/core/support/shared_files.h"
#include "tests/core/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <set>

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

/// A network with every kind of layer beside convolutions, pools and additions.
nn::Graph everyKind() {
    nn::GraphBuilder b("every_kind", 4);
    const nn::Extent two{2, 2};
    nn::ValueId x = b.convolution(b.input("x", {1, 3, 8, 8}), {.channels = 4});
    const nn::ValueId gate = b.activation(x, {nn::ActivationKind::Sigmoid});
    x = b.apply(nn::Binary{nn::BinaryKind::Multiply}, {x, gate}, b.shape(x), "swish");
    nn::ValueId factor = b.convolution(b.globalAveragePool(x), {.channels = 4, .kernel = 1});
    factor = b.activation(factor, {nn::ActivationKind::HardSigmoid, 0.2F, 0.5F});
    x = b.apply(nn::Binary{nn::BinaryKind::Multiply}, {x, factor}, b.shape(x), "scale");
    const nn::Slice even{{0, 0, 0, 0}, {1, 4, 8, 8}, {1, 2, 1, 1}};
    const nn::ValueId half = b.apply(even, {x}, {1, 2, 8, 8}, "half");
    x = b.apply(nn::Concat{1}, {half, x}, {1, 6, 8, 8}, "concat");
    nn::ValueId deep = b.apply(nn::Reshape{}, {x}, {1, 6, 4, 2, 4, 2}, "cells");
    deep = b.apply(nn::Transpose{{0, 3, 5, 1, 2, 4}}, {deep}, {1, 2, 2, 6, 4, 4}, "order");
    deep = b.convolution(b.apply(nn::Reshape{}, {deep}, {1, 24, 4, 4}, "deep"), {.channels = 8, .kernel = 1});
    nn::Resize nearest;
    nearest.coordinates = "asymmetric";
    nearest.nearest = "floor";
    nearest.scales = {1, 1, 2, 2};
    const nn::ValueId large = b.apply(nearest, {deep}, {1, 8, 8, 8}, "nearest");
    nn::ValueId wide = b.apply(nn::Reshape{}, {deep}, {1, 2, 2, 2, 4, 4}, "blocks");
    wide = b.apply(nn::Transpose{{0, 3, 4, 1, 5, 2}}, {wide}, {1, 2, 4, 2, 4, 2}, "blocks_order");
    wide = b.apply(nn::Reshape{}, {wide}, {1, 2, 8, 8}, "wide");
    const nn::ValueId weights =
        b.constant("transposed.weight", nn::Tensor::ofFloats({8, 2, 2, 2}, std::vector<float>(64, 0.1F)));
    const nn::ValueId spread = b.apply(nn::TransposedConvolution{two, two, {1, 1}, {}, {0, 0}, 1},
                                       {deep, weights}, {1, 2, 8, 8}, "transposed");
    x = b.apply(nn::Concat{1}, {large, wide, spread}, {1, 12, 8, 8}, "all");
    return b.finish({b.convolution(x, {.channels = 4})});
}

TEST(Qdq, EveryKindOfLayerFollowsTheIntegers) {
    const nn::Graph prepared = nn::prepare(everyKind());
    const std::vector<nn::Tensor> inputs = quant::uniformInputs(prepared, 6, 1);
    const quant::IntegerNetwork network = quant::quantize(prepared, inputs, {}, 1);
    std::set<std::size_t> kinds;
    for (const quant::IntegerLayer& layer : network.layers) {
        kinds.insert(layer.op.index());
    }
    EXPECT_EQ(kinds.size(), 9U) << "all but the addition";
    const nn::Graph graph = writtenAndRead(network);
    const double step = network.tensors[static_cast<std::size_t>(network.output())].format.scale;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const auto input = std::span(inputs).subspan(i, 1);
        const nn::Tensor expected = quant::runInteger(network, input).front();
        const nn::Tensor found = train::run(graph, input).front();
        ASSERT_EQ(found.shape, expected.shape);
        for (std::size_t k = 0; k < expected.floats().size(); ++k) {
            EXPECT_NEAR(found.floats()[k], expected.floats()[k], 2.5 * step) << i << " " << k;
        }
    }
    const quant::IntegerNetwork again = quant::quantize(nn::prepare(graph), inputs, {}, 1);
    EXPECT_EQ(again.layers.size(), network.layers.size());
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
    const double step = network.tensors[static_cast<std::size_t>(network.output())].format.scale;
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
