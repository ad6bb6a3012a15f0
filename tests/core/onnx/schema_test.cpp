// SPDX-License-Identifier: GPL-3.0-or-later
// Against libonnx's own checker and shape inference.
#include "core/nn/builder.h"
#include "core/onnx/exporter.h"
#include "core/onnx/importer.h"
#include "core/onnx/model_file.h"
#include "core/train/executor.h"
#include "tests/core/onnx/model_maker.h"
#include "tests/core/support/shared_files.h"

#include <gtest/gtest.h>
#include <onnx/checker.h>
#include <onnx/shape_inference/implementation.h>

namespace tandem::onnx {
namespace {

using nn::Shape;
using nn::ValueId;
using test::ModelMaker;
namespace fs = std::filesystem;

/// Concrete shapes that libonnx infers, by value name.
std::map<std::string, Shape> inferredShapes(schema::ModelProto model) {
    ::onnx::shape_inference::InferShapes(model);
    std::map<std::string, Shape> shapes;
    for (const auto& info : model.graph().value_info()) {
        const auto& tensor = info.type().tensor_type();
        Shape shape;
        for (const auto& dimension : tensor.shape().dim()) {
            shape.push_back(dimension.has_dim_value() ? dimension.dim_value() : -1);
        }
        if (tensor.has_shape() && std::ranges::find(shape, -1) == shape.end()) {
            shapes[info.name()] = shape;
        }
    }
    return shapes;
}

TEST(Schema, ShapesOfRealNetworksAreLibonnxs) {
    const fs::path folder = test::sharedFile("models");
    if (folder.empty()) {
        GTEST_SKIP() << "the folder of reference networks is absent";
    }
    int compared = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.path().extension() != ".onnx") {
            continue;
        }
        const auto wanted = inferredShapes(readModel(entry.path()));
        for (const nn::Value& value : importOnnx(entry.path()).values) {
            if (const auto found = wanted.find(value.name); found != wanted.end()) {
                EXPECT_EQ(value.shape, found->second) << entry.path() << ": " << value.name;
                ++compared;
            }
        }
    }
    EXPECT_GT(compared, 1000);
}

/// Noise for every input.
std::vector<nn::Tensor> inputsOf(const nn::Graph& graph) {
    Random random(3);
    std::vector<nn::Tensor> inputs;
    for (const ValueId id : graph.inputs) {
        inputs.push_back(nn::Tensor::zeros(nn::ElementType::Float32, graph.value(id).shape));
        std::ranges::generate(inputs.back().floats(),
                              [&] { return static_cast<float>(2.0 * random.uniform() - 1.0); });
    }
    return inputs;
}

/// Exports, lets the checker and libonnx's shape inference look, imports, and compares what both graphs
/// compute.
void expectRoundTrip(const nn::Graph& graph) {
    const fs::path path = ModelMaker::file("exported.onnx");
    exportOnnx(graph, path);
    const schema::ModelProto model = readModel(path);
    EXPECT_NO_THROW(::onnx::checker::check_model(model));
    schema::ModelProto inferred = model;
    EXPECT_NO_THROW(::onnx::shape_inference::InferShapes(inferred, ::onnx::OpSchemaRegistry::Instance(),
                                                         ::onnx::ShapeInferenceOptions(true, 1, true)));
    const nn::Graph back = importOnnx(path);
    const auto inputs = inputsOf(graph);
    const auto wanted = train::run(graph, inputs);
    const auto found = train::run(back, inputs);
    ASSERT_EQ(found.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        EXPECT_EQ(back.value(back.outputs[i]).name, graph.value(graph.outputs[i]).name);
        ASSERT_EQ(found[i].shape, wanted[i].shape);
        ASSERT_EQ(found[i].type, wanted[i].type);
        if (!nn::isFloat(wanted[i].type)) {
            EXPECT_EQ(found[i].integers(), wanted[i].integers());
            continue;
        }
        for (std::size_t k = 0; k < wanted[i].floats().size(); ++k) {
            ASSERT_NEAR(found[i].floats()[k], wanted[i].floats()[k], 1e-5)
                << "output " << i << ", element " << k;
        }
    }
}

TEST(Schema, TrainedNetworkSurvivesExport) {
    nn::GraphBuilder builder("net");
    ValueId x = builder.input("image", {1, 3, 12, 12});
    x = builder.relu(builder.batchNormalization(builder.convolution(x, {.channels = 8, .stride = 2})));
    const ValueId side = builder.relu6(builder.pointwise(builder.depthwise(x), 8));
    x = builder.maximumPool(builder.add(x, side), 2, 2);
    x = builder.linear(builder.flatten(builder.globalAveragePool(x)), 5);
    expectRoundTrip(builder.finish({builder.apply(nn::Softmax{1}, {x}, {1, 5}, "probabilities")}));
}

/// One operator on x [1,4,6,6].
struct OperatorCase {
    const char* name;
    nn::Operator op;
    Shape output{1, 4, 6, 6};
};

void PrintTo(const OperatorCase& operatorCase, std::ostream* out) {
    *out << operatorCase.name;
}

class Export : public testing::TestWithParam<OperatorCase> {};

TEST_P(Export, OneOperator) {
    nn::GraphBuilder builder("one");
    const ValueId x = builder.input("x", {1, 4, 6, 6});
    std::vector<ValueId> inputs{x};
    if (std::holds_alternative<nn::Binary>(GetParam().op) ||
        std::holds_alternative<nn::Concat>(GetParam().op)) {
        inputs.push_back(builder.activation(x, {nn::ActivationKind::Sigmoid}));
    }
    if (std::holds_alternative<nn::ParametricRelu>(GetParam().op)) {
        inputs.push_back(
            builder.constant("slope", nn::Tensor::ofFloats({4, 1, 1}, {0.1F, 0.2F, 0.3F, 0.4F})));
    }
    expectRoundTrip(builder.finish({builder.apply(GetParam().op, inputs, GetParam().output, "y")}));
}

nn::Resize upsampling(nn::ResizeMode mode) {
    nn::Resize op;
    op.mode = mode;
    op.scales = {1.0F, 1.0F, 2.0F, 1.5F};
    return op;
}

INSTANTIATE_TEST_SUITE_P(
    Operators, Export,
    testing::Values(
        OperatorCase{"LeakyRelu", nn::Activation{nn::ActivationKind::LeakyRelu, 0.2F}},
        OperatorCase{"Clip", nn::Activation{nn::ActivationKind::Clip, 0, 0, -0.5F, 0.25F}},
        OperatorCase{"Sigmoid", nn::Activation{nn::ActivationKind::Sigmoid}},
        OperatorCase{"HardSigmoid", nn::Activation{nn::ActivationKind::HardSigmoid, 0.3F, 0.4F}},
        OperatorCase{"HardSwish", nn::Activation{nn::ActivationKind::HardSwish}},
        OperatorCase{"Tanh", nn::Activation{nn::ActivationKind::Tanh}},
        OperatorCase{"ParametricRelu", nn::ParametricRelu{}},
        OperatorCase{"Add", nn::Binary{nn::BinaryKind::Add}},
        OperatorCase{"Subtract", nn::Binary{nn::BinaryKind::Subtract}},
        OperatorCase{"Multiply", nn::Binary{nn::BinaryKind::Multiply}},
        OperatorCase{"Divide", nn::Binary{nn::BinaryKind::Divide}},
        OperatorCase{"Maximum", nn::Binary{nn::BinaryKind::Maximum}},
        OperatorCase{"AveragePool",
                     nn::Pool{nn::PoolKind::Average, {3, 3}, {2, 2}, {1, 1}, {1, 0, 1, 0}, true, false},
                     {1, 4, 3, 2}},
        OperatorCase{"MaximumPool",
                     nn::Pool{nn::PoolKind::Maximum, {2, 2}, {1, 1}, {2, 1}, {0, 1, 0, 0}, false, false},
                     {1, 4, 4, 6}},
        OperatorCase{"GlobalMaximumPool", nn::GlobalPool{nn::PoolKind::Maximum}, {1, 4, 1, 1}},
        OperatorCase{"ReduceMean", nn::ReduceMean{{2, 3}, false}, {1, 4}},
        OperatorCase{"Concat", nn::Concat{1}, {1, 8, 6, 6}},
        OperatorCase{"Slice", nn::Slice{{0, 1, 5, 0}, {1, 4, -1, 6}, {1, 2, -2, 1}}, {1, 2, 3, 6}},
        OperatorCase{"Gather", nn::Gather{1, nn::Tensor::ofIntegers({3}, {3, 0, 0})}, {1, 3, 6, 6}},
        OperatorCase{"Reshape", nn::Reshape{}, {1, 8, 18}},
        OperatorCase{"Transpose", nn::Transpose{{0, 2, 3, 1}}, {1, 6, 6, 4}},
        OperatorCase{"Pad", nn::Pad{nn::PadMode::Reflect, {0, 0, 2, 1}, {0, 0, 0, 3}, 0.0F}, {1, 4, 8, 10}},
        OperatorCase{"ResizeNearest", upsampling(nn::ResizeMode::Nearest), {1, 4, 12, 9}},
        OperatorCase{"ResizeLinear", upsampling(nn::ResizeMode::Linear), {1, 4, 12, 9}},
        OperatorCase{"ResizeCubic", upsampling(nn::ResizeMode::Cubic), {1, 4, 12, 9}},
        OperatorCase{"LocalResponseNormalization", nn::LocalResponseNormalization{3, 0.01F, 0.5F, 2.0F}},
        OperatorCase{"LogSoftmax", nn::Softmax{1, true, false}},
        OperatorCase{"FlattenedSoftmax", nn::Softmax{1, false, true}},
        OperatorCase{"Identity", nn::Identity{}}),
    [](const auto& operatorCase) { return std::string(operatorCase.param.name); });

TEST(Schema, TransposedConvolutionAndQuantizationSurviveExport) {
    nn::GraphBuilder builder("g");
    const ValueId x = builder.input("x", {1, 2, 3, 3});
    nn::Tensor weights = nn::Tensor::zeros(nn::ElementType::Float32, {2, 3, 2, 2});
    std::iota(weights.floats().begin(), weights.floats().end(), -5.0F);
    const ValueId up = builder.apply(nn::TransposedConvolution{{2, 2}, {2, 2}, {1, 1}, {}, {1, 0}, 1},
                                     {x, builder.constant("w", weights)}, {1, 3, 7, 6}, "up");
    const ValueId scale = builder.constant("scale", nn::Tensor::ofFloats({3}, {0.1F, 0.2F, 0.3F}));
    const ValueId zero =
        builder.constant("zero", nn::Tensor::ofIntegers({3}, {1, -2, 3}, nn::ElementType::Int8));
    const ValueId q = builder.apply(nn::Quantize{1}, {up, scale, zero}, {1, 3, 7, 6}, "q");
    const ValueId dq = builder.apply(nn::Dequantize{1}, {q, scale, zero}, {1, 3, 7, 6}, "dq");
    nn::Graph graph = builder.finish({dq});
    graph.value(q).type = nn::ElementType::Int8;
    expectRoundTrip(graph);
}

} // namespace
} // namespace tandem::onnx
