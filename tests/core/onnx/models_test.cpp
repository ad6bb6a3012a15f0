// SPDX-License-Identifier: GPL-3.0-or-later
// Real networks: shapes, multiply-accumulates and what preparing leaves to the host.
#include "core/nn/passes/passes.h"
#include "core/onnx/importer.h"
#include "core/quant/lowering/lowering.h"
#include "tests/core/support/shared_files.h"

#include <gtest/gtest.h>

namespace tandem::onnx {
namespace {

using nn::Shape;

struct ModelCase {
    const char* file;
    Shape input, output;
    double megaMacs;             ///< counted from the shapes that ONNX's own shape inference finds
    int hostNodes = -1;          ///< of the prepared graph; -1: not compared
    double normalizations = 0.0; ///< millions of products by normalizations that became convolutions
};

void PrintTo(const ModelCase& model, std::ostream* out) {
    *out << model.file;
}

class Model : public testing::TestWithParam<ModelCase> {};

double megaMacs(const nn::Graph& graph) {
    std::int64_t total = 0;
    for (const nn::Node& node : graph.nodes) {
        total += multiplyAccumulates(graph, node);
    }
    return static_cast<double>(total) / 1e6;
}

TEST_P(Model, HasItsShapesAndCost) {
    const auto path = test::sharedFile(std::string("models/") + GetParam().file);
    if (path.empty()) {
        GTEST_SKIP() << "the folder of reference networks is absent";
    }
    const nn::Graph graph = importOnnx(path);
    ASSERT_EQ(graph.inputs.size(), 1U);
    EXPECT_EQ(graph.value(graph.inputs[0]).shape, GetParam().input);
    EXPECT_EQ(graph.value(graph.outputs[0]).shape, GetParam().output);
    EXPECT_NEAR(megaMacs(graph), GetParam().megaMacs, 1e-5);

    const nn::Graph prepared = nn::prepare(graph);
    EXPECT_EQ(prepared.value(prepared.inputs[0]).shape, GetParam().input);
    EXPECT_EQ(prepared.value(prepared.outputs[0]).shape, GetParam().output);
    EXPECT_NEAR(megaMacs(prepared), GetParam().megaMacs + GetParam().normalizations, 1e-5);
    int hostNodes = 0;
    std::string listed;
    const auto reasons = quant::hostReasons(prepared);
    for (std::size_t i = 0; i < prepared.nodes.size(); ++i) {
        const nn::Node& node = prepared.nodes[i];
        if (const auto& reason = reasons[i]) {
            ++hostNodes;
            listed += fmt::format("{} {}: {}\n", operatorName(node.op), node.name, *reason);
        }
        EXPECT_FALSE(std::holds_alternative<nn::Identity>(node.op)) << node.name;
    }
    if (GetParam().hostNodes >= 0) {
        EXPECT_EQ(hostNodes, GetParam().hostNodes) << listed;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Shared, Model,
    testing::Values(
        ModelCase{"resnet8_cifar10.onnx", {1, 3, 32, 32}, {1, 10}, 12.501632, 1},
        ModelCase{"resnet8_cifar10_qdq.onnx", {1, 32, 32, 3}, {1, 10}, 12.501632, 2},
        ModelCase{"mobilenetv1_025_vww.onnx", {1, 3, 96, 96}, {1, 2}, 7.489664, 1},
        ModelCase{"mobilenetv1_025_vww_qdq.onnx", {1, 3, 96, 96}, {1, 2}, 7.489664, 1},
        ModelCase{"convnet_kws.onnx", {1, 49, 10, 1}, {1, 12}, 0.816384, 1},
        ModelCase{"autoencoder_ad_qdq.onnx", {1, 640}, {1, 640}, 0.264192, 0},
        ModelCase{"cnn_cifar10.onnx", {1, 3, 32, 32}, {1, 10}, 6.1332},
        ModelCase{"espcn_x3.onnx", {1, 3, 128, 128}, {1, 3, 256, 256}, 1041.235968},
        ModelCase{"fastestdet.onnx", {1, 3, 352, 352}, {1, 85, 22, 22}, 121.491744},
        ModelCase{"light/light_bvlc_alexnet.onnx", {1, 3, 224, 224}, {1, 1000}, 654.560384},
        ModelCase{
            "light/light_densenet121.onnx", {1, 3, 224, 224}, {1, 1000, 1, 1}, 2834.161664, -1, 10.549504},
        ModelCase{"light/light_inception_v1.onnx", {1, 3, 224, 224}, {1, 1000}, 1431.556352},
        ModelCase{"light/light_inception_v2.onnx", {1, 3, 224, 224}, {1, 1000}, 2018.85184},
        ModelCase{"light/light_resnet50.onnx", {1, 3, 224, 224}, {1, 1000}, 4089.184256},
        ModelCase{"light/light_shufflenet.onnx", {1, 3, 224, 224}, {1, 1000}, 124.664528},
        ModelCase{"light/light_squeezenet.onnx", {1, 3, 224, 224}, {1, 1000, 1, 1}, 349.151936},
        ModelCase{"light/light_vgg19.onnx", {1, 3, 224, 224}, {1, 1000}, 19632.062464},
        ModelCase{"light/light_zfnet512.onnx", {1, 3, 224, 224}, {1, 1000}, 1481.727008}),
    [](const auto& model) {
        std::string name = model.param.file;
        std::ranges::replace_if(
            name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
        return name;
    });

} // namespace
} // namespace tandem::onnx
