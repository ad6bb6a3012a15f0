// SPDX-License-Identifier: GPL-3.0-or-later
// Passes must change the graph as they promise and leave what it computes as it was.
#include "core/base/error.h"
#include "core/nn/builder.h"
#include "core/nn/passes/passes.h"
#include "core/train/executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::nn {
namespace {

/// Uniform in [-1, 1).
Tensor noise(const Shape& shape, std::uint64_t seed = 5) {
    Random random(seed);
    Tensor tensor = Tensor::zeros(ElementType::Float32, shape);
    std::ranges::generate(tensor.floats(), [&] { return static_cast<float>(2.0 * random.uniform() - 1.0); });
    return tensor;
}

Tensor positive(const Shape& shape, std::uint64_t seed) {
    Tensor tensor = noise(shape, seed);
    std::ranges::transform(tensor.floats(), tensor.floats().begin(), [](float x) { return 1.5F + x; });
    return tensor;
}

/// The largest difference between what two graphs compute for the same noise.
double difference(const Graph& a, const Graph& b) {
    std::vector<Tensor> inputs;
    for (const ValueId input : a.inputs) {
        inputs.push_back(noise(a.value(input).shape, 11));
    }
    const auto resultsA = train::run(a, inputs);
    const auto resultsB = train::run(b, inputs);
    EXPECT_EQ(resultsA.size(), resultsB.size());
    double largest = 0.0;
    for (std::size_t i = 0; i < resultsA.size(); ++i) {
        EXPECT_EQ(resultsA[i].shape, resultsB[i].shape);
        for (std::size_t k = 0; k < resultsA[i].floats().size(); ++k) {
            largest = std::max(largest,
                               std::abs(double{resultsA[i].floats()[k]} - double{resultsB[i].floats()[k]}));
        }
    }
    return largest;
}

std::vector<std::string> operators(const Graph& graph) {
    std::vector<std::string> names;
    for (const Node& node : graph.nodes) {
        names.push_back(operatorName(node.op));
    }
    return names;
}

/// Prepares, checks that the function is the same, and returns the operators that are left.
std::vector<std::string> preparedOperators(const Graph& graph) {
    const Graph prepared = prepare(graph);
    EXPECT_LT(difference(graph, prepared), 2e-5);
    EXPECT_EQ(prepared.inputs.size(), graph.inputs.size());
    for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
        EXPECT_EQ(prepared.value(prepared.outputs[i]).name, graph.value(graph.outputs[i]).name);
    }
    return operators(prepared);
}

using testing::ElementsAre;

ValueId normalized(GraphBuilder& builder, ValueId x) {
    const Shape shape = builder.shape(x);
    const Shape channels{shape[1]};
    return builder.apply(
        BatchNormalization{1e-3F},
        {x, builder.constant("scale", noise(channels, 1)), builder.constant("shift", noise(channels, 2)),
         builder.constant("mean", noise(channels, 3)), builder.constant("variance", positive(channels, 4))},
        shape, "bn");
}

TEST(Passes, BatchNormalizationFoldsIntoConvolution) {
    GraphBuilder builder("g");
    const ValueId x = builder.input("x", {1, 4, 6, 6});
    const ValueId y = builder.convolution(x, {.channels = 6, .groups = 2, .bias = true});
    EXPECT_THAT(preparedOperators(builder.finish({builder.relu(normalized(builder, y))})),
                ElementsAre("Convolution", "Relu"));
}

TEST(Passes, BatchNormalizationFoldsIntoTransposedConvolution) {
    GraphBuilder builder("g");
    const ValueId x = builder.input("x", {1, 4, 3, 3});
    const ValueId weights = builder.constant("w", noise({4, 3, 2, 2}));
    const ValueId y = builder.apply(TransposedConvolution{{2, 2}, {2, 2}, {1, 1}, {}, {0, 0}, 2},
                                    {x, weights}, {1, 6, 6, 6}, "up");
    Graph graph = builder.finish({normalized(builder, y)});
    EXPECT_THAT(preparedOperators(graph), ElementsAre("Reshape", "Pad", "Reshape", "Convolution"))
        << "prepared, it is a convolution on the spread map";
    EXPECT_TRUE(passes::foldBatchNormalization(graph));
    EXPECT_THAT(operators(graph), ElementsAre("TransposedConvolution"));
}

TEST(Passes, BatchNormalizationFoldsIntoLinear) {
    GraphBuilder builder("g");
    const ValueId y = builder.linear(builder.input("x", {1, 5}), 3);
    EXPECT_THAT(preparedOperators(builder.finish({normalized(builder, y)})), ElementsAre("Linear"));
}

TEST(Passes, BatchNormalizationOfSharedValueIsADepthwiseConvolution) {
    GraphBuilder builder("g");
    const ValueId y = builder.convolution(builder.input("x", {1, 2, 4, 4}), {.channels = 2});
    const ValueId sum = builder.add(y, normalized(builder, y));
    EXPECT_THAT(preparedOperators(builder.finish({sum})), ElementsAre("Convolution", "Convolution", "Add"));
}

TEST(Passes, BatchNormalizationOfTheInputStays) {
    GraphBuilder builder("g");
    const ValueId x = normalized(builder, builder.input("x", {1, 2, 4, 4}));
    EXPECT_THAT(preparedOperators(builder.finish({builder.relu(x)})),
                ElementsAre("BatchNormalization", "Relu"))
        << "nothing weighted stands in front of it: it is the host's";
}

TEST(Passes, ConstantsPerChannelFoldIntoWeights) {
    for (const BinaryKind kind :
         {BinaryKind::Add, BinaryKind::Subtract, BinaryKind::Multiply, BinaryKind::Divide}) {
        GraphBuilder builder("g");
        const ValueId y =
            builder.convolution(builder.input("x", {1, 3, 5, 5}), {.channels = 4, .bias = true});
        const ValueId constant = builder.constant("k", positive({4, 1, 1}, 9));
        const ValueId z = builder.apply(Binary{kind}, {y, constant}, builder.shape(y), "z");
        EXPECT_THAT(preparedOperators(builder.finish({z})), ElementsAre("Convolution"));
    }
    GraphBuilder builder("reversed");
    const ValueId y = builder.convolution(builder.input("x", {1, 3, 5, 5}), {.channels = 4});
    const ValueId one = builder.constant("k", Tensor::ofFloats({}, {1.0F}));
    const ValueId z = builder.apply(Binary{BinaryKind::Subtract}, {one, y}, builder.shape(y), "z");
    EXPECT_THAT(preparedOperators(builder.finish({z})), ElementsAre("Convolution"));
}

TEST(Passes, ConstantPerColumnDoesNotFold) {
    GraphBuilder builder("g");
    const ValueId y = builder.convolution(builder.input("x", {1, 3, 4, 4}), {.channels = 4});
    const ValueId z =
        builder.apply(Binary{}, {y, builder.constant("k", noise({1, 1, 1, 4}))}, builder.shape(y), "z");
    EXPECT_THAT(preparedOperators(builder.finish({z})), ElementsAre("Convolution", "Add"));
}

TEST(Passes, IdentitiesGoAndOutputsKeepTheirNames) {
    GraphBuilder builder("g");
    const ValueId y = builder.relu(builder.input("x", {1, 3, 4, 4}));
    const ValueId z = builder.apply(Identity{}, {y}, {1, 3, 4, 4}, "z");
    const ValueId same = builder.apply(Transpose{{0, 1, 2, 3}}, {z}, {1, 3, 4, 4}, "named");
    EXPECT_THAT(preparedOperators(builder.finish({same})), ElementsAre("Relu"));
}

TEST(Passes, InputPassedThroughStaysAnOutput) {
    GraphBuilder builder("g");
    const ValueId x = builder.input("x", {1, 3});
    const Graph prepared = prepare(builder.finish({builder.apply(Identity{}, {x}, {1, 3}, "z")}));
    EXPECT_TRUE(prepared.nodes.empty());
    EXPECT_EQ(prepared.outputs, prepared.inputs);
}

TEST(Passes, DeadNodesGoAndUnusedInputsStay) {
    GraphBuilder builder("g");
    const ValueId x = builder.input("x", {1, 3});
    builder.input("unused", {2});
    builder.relu(builder.relu(x));
    Graph graph = builder.finish({builder.apply(Activation{ActivationKind::Tanh}, {x}, {1, 3}, "y")});
    EXPECT_TRUE(passes::removeDeadCode(graph));
    graph.check();
    EXPECT_THAT(operators(graph), ElementsAre("Tanh"));
    EXPECT_EQ(graph.inputs.size(), 2U);
    EXPECT_EQ(graph.values.size(), 3U);
    EXPECT_FALSE(passes::removeDeadCode(graph));
}

TEST(Passes, ConstantsFold) {
    GraphBuilder builder("g");
    const ValueId x = builder.input("x", {1, 3});
    const ValueId k = builder.apply(
        Binary{BinaryKind::Multiply},
        {builder.constant("a", noise({1, 3}, 1)), builder.constant("b", noise({1, 3}, 2))}, {1, 3}, "k");
    EXPECT_THAT(preparedOperators(builder.finish({builder.add(x, k)})), ElementsAre("Add"));
}

TEST(Passes, LayoutTransposesCancelAcrossElementWiseOperators) {
    GraphBuilder builder("g");
    const ValueId x = builder.input("x", {1, 3, 4, 5});
    const auto toLast = [&](ValueId id) {
        const Shape s = builder.shape(id);
        return builder.apply(Transpose{{0, 2, 3, 1}}, {id}, {s[0], s[2], s[3], s[1]}, "nhwc");
    };
    const auto toFirst = [&](ValueId id) {
        const Shape s = builder.shape(id);
        return builder.apply(Transpose{{0, 3, 1, 2}}, {id}, {s[0], s[3], s[1], s[2]}, "nchw");
    };
    const ValueId a = toLast(builder.convolution(x, {.channels = 4}));
    const ValueId b = toLast(builder.convolution(x, {.channels = 4}));
    const ValueId y = builder.convolution(toFirst(builder.relu(builder.add(a, b))), {.channels = 2});
    EXPECT_THAT(preparedOperators(builder.finish({y})),
                ElementsAre("Convolution", "Convolution", "Add", "Relu", "Convolution"));
}

TEST(Passes, TransposeBeforeFlattenedLinearMovesIntoItsColumns) {
    GraphBuilder builder("g");
    const ValueId x = builder.convolution(builder.input("x", {1, 3, 4, 5}), {.channels = 2});
    const ValueId last = builder.apply(Transpose{{0, 2, 3, 1}}, {x}, {1, 4, 5, 2}, "nhwc");
    const ValueId y = builder.linear(builder.flatten(last), 7);
    EXPECT_THAT(preparedOperators(builder.finish({y})), ElementsAre("Convolution", "Reshape", "Linear"));
}

TEST(Passes, TransposeOfSingleCellsIsAReshape) {
    GraphBuilder builder("g");
    const ValueId pooled = builder.globalAveragePool(builder.input("x", {1, 6, 4, 4}));
    const ValueId last = builder.apply(Transpose{{0, 2, 3, 1}}, {pooled}, {1, 1, 1, 6}, "nhwc");
    const ValueId y = builder.linear(builder.flatten(last), 2);
    EXPECT_THAT(preparedOperators(builder.finish({y})),
                ElementsAre("GlobalAveragePool", "Reshape", "Linear"));
}

TEST(Passes, ReshapePairsOfOneDimensionalNetworksCancel) {
    GraphBuilder builder("g");
    ValueId x = builder.input("x", {1, 3, 1, 8});
    for (int i = 0; i < 2; ++i) {
        x = builder.convolution(x, {.channels = 4});
        x = builder.apply(Reshape{}, {x}, {1, 4, 8}, "line");
        x = builder.relu(x);
        x = builder.apply(Reshape{}, {x}, {1, 4, 1, 8}, "map");
    }
    EXPECT_THAT(preparedOperators(builder.finish({x})),
                ElementsAre("Convolution", "Relu", "Convolution", "Relu"));
}

/// vector -> linear -> relu -> 3 channels of 1x8 -> convolution of three taps.
Graph lineBehindLinear(std::int64_t cells) {
    GraphBuilder builder("line");
    ValueId x = builder.relu(builder.linear(builder.input("x", {1, 12}), static_cast<int>(3 * cells)));
    x = builder.apply(Reshape{}, {x}, {1, 3, 1, cells}, "map");
    const ValueId weights = builder.constant("w", noise({4, 3, 1, 3}));
    const Convolution op{{1, 3}, {1, 1}, {1, 1}, {0, 1, 0, 1}, 1};
    return builder.finish({builder.apply(op, {x, weights}, {1, 4, 1, cells}, "conv")});
}

TEST(Passes, LineBehindLinearStayedAReshapeThatNoEngineDoes) {
    EXPECT_THAT(preparedOperators(lineBehindLinear(8)),
                ElementsAre("Linear", "Relu", "Reshape", "Pad", "Reshape", "Convolution", "Convolution"));
    // Too long to be worth it.
    EXPECT_THAT(preparedOperators(lineBehindLinear(500)),
                ElementsAre("Linear", "Relu", "Reshape", "Convolution"));
}

TEST(Passes, ZeroPaddingJoinsWhatFollows) {
    const Pad pad{PadMode::Constant, {0, 0, 1, 0}, {0, 0, 2, 3}, 0.0F};
    GraphBuilder convolved("convolved");
    const ValueId a = convolved.apply(pad, {convolved.input("x", {1, 2, 4, 4})}, {1, 2, 7, 7}, "pad");
    EXPECT_THAT(preparedOperators(convolved.finish({convolved.convolution(a, {.channels = 3})})),
                ElementsAre("Convolution"));

    GraphBuilder averaged("averaged");
    const ValueId b = averaged.apply(pad, {averaged.input("x", {1, 2, 4, 4})}, {1, 2, 7, 7}, "pad");
    EXPECT_THAT(preparedOperators(averaged.finish({averaged.averagePool(b, 2, 2)})),
                ElementsAre("AveragePool"));

    // Against the negative values of the input a padded zero wins: only behind a Relu it may go.
    const Pad small{PadMode::Constant, {0, 0, 1, 1}, {0, 0, 1, 1}, 0.0F};
    for (const bool isPositive : {false, true}) {
        GraphBuilder builder("maximum");
        const ValueId x = builder.input("x", {1, 2, 4, 4});
        const ValueId padded = builder.apply(small, {isPositive ? builder.relu(x) : x}, {1, 2, 6, 6}, "pad");
        const auto left = preparedOperators(builder.finish({builder.maximumPool(padded, 2, 2)}));
        if (isPositive) {
            EXPECT_THAT(left, ElementsAre("Relu", "MaximumPool"));
        } else {
            EXPECT_THAT(left, ElementsAre("Pad", "MaximumPool"));
        }
    }
    GraphBuilder ones("ones");
    const ValueId c = ones.apply(Pad{PadMode::Constant, {0, 0, 1, 1}, {0, 0, 1, 1}, 1.0F},
                                 {ones.input("x", {1, 2, 4, 4})}, {1, 2, 6, 6}, "pad");
    EXPECT_THAT(preparedOperators(ones.finish({ones.convolution(c, {.channels = 3})})),
                ElementsAre("Pad", "Convolution"));
}

/// x -> Quantize -> Dequantize with one scale.
ValueId quantized(GraphBuilder& builder, ValueId x, float scale, std::int64_t zero, ElementType type) {
    const ValueId scaleId = builder.constant("scale", Tensor::ofFloats({}, {scale}));
    const ValueId zeroId = builder.constant("zero", Tensor::ofIntegers({}, {zero}, type));
    const ValueId q = builder.apply(Quantize{0}, {x, scaleId, zeroId}, builder.shape(x), "q");
    return builder.apply(Dequantize{0}, {q, scaleId, zeroId}, builder.shape(x), "dq");
}

/// GraphBuilder makes float values; Quantize makes integers.
Graph withIntegerTypes(Graph graph) {
    for (const Node& node : graph.nodes) {
        if (std::holds_alternative<Quantize>(node.op)) {
            graph.value(node.outputs[0]).type = graph.value(node.inputs[2]).type;
        }
    }
    return graph;
}

TEST(Passes, QuantizationBecomesPrecisionOfValues) {
    GraphBuilder builder("g");
    ValueId x = quantized(builder, builder.input("x", {1, 3, 4, 4}), 1.0F / 128, 0, ElementType::Int8);
    const ValueId stored =
        builder.constant("w", Tensor::ofIntegers({2, 3, 1, 1}, {-127, 5, 3, 100, -4, 9}, ElementType::Int8));
    const ValueId scales = builder.constant("s", Tensor::ofFloats({2}, {0.5F, 0.25F}));
    const ValueId zeros = builder.constant("z", Tensor::ofIntegers({2}, {0, 0}, ElementType::Int8));
    const ValueId weights = builder.apply(Dequantize{0}, {stored, scales, zeros}, {2, 3, 1, 1}, "weights");
    x = builder.apply(Convolution{{1, 1}, {1, 1}, {1, 1}, {}, 1}, {x, weights}, {1, 2, 4, 4}, "conv");
    // The range starts at zero: this Quantize is also the activation.
    x = quantized(builder, x, 0.1F, -128, ElementType::Int8);
    x = quantized(builder, builder.maximumPool(x, 2, 2), 0.1F, -128, ElementType::Int8);
    const Graph prepared = prepare(withIntegerTypes(builder.finish({x})));
    EXPECT_THAT(operators(prepared), ElementsAre("Convolution", "Relu", "MaximumPool"));

    const Value& kernel = prepared.value(prepared.nodes[0].inputs[1]);
    ASSERT_TRUE(kernel.quantization && kernel.constant);
    EXPECT_THAT(kernel.quantization->scales, ElementsAre(0.5F, 0.25F));
    EXPECT_FLOAT_EQ(kernel.constant->floats()[0], -63.5F);
    EXPECT_FLOAT_EQ(kernel.constant->floats()[5], 2.25F);
    const Value& input = prepared.value(prepared.inputs[0]);
    ASSERT_TRUE(input.quantization);
    EXPECT_EQ(input.quantization->bits, 8);
    EXPECT_TRUE(input.quantization->isSigned);
    const Value& activation = prepared.value(prepared.nodes[1].outputs[0]);
    ASSERT_TRUE(activation.quantization);
    EXPECT_FLOAT_EQ(activation.quantization->scales.at(0), 0.1F);
    EXPECT_EQ(activation.quantization->zeroPoints.at(0), -128);
    EXPECT_TRUE(prepared.value(prepared.outputs[0]).quantization.has_value());
}

TEST(Passes, IntegersThatLeaveTheNetworkStay) {
    GraphBuilder builder("g");
    const ValueId x = builder.input("x", {1, 4});
    const ValueId scale = builder.constant("scale", Tensor::ofFloats({}, {0.1F}));
    const ValueId zero = builder.constant("zero", Tensor::ofIntegers({}, {0}, ElementType::Int8));
    const ValueId q = builder.apply(Quantize{0}, {x, scale, zero}, {1, 4}, "q");
    EXPECT_THAT(operators(prepare(withIntegerTypes(builder.finish({q})))), ElementsAre("Quantize"));
}

TEST(Graph, CheckNamesTheNodeOfABrokenOrder) {
    GraphBuilder builder("g");
    const ValueId x = builder.input("x", {1, 4});
    Graph graph = builder.finish({builder.relu(builder.relu(x))});
    EXPECT_NO_THROW(graph.check());
    std::swap(graph.nodes[0], graph.nodes[1]);
    EXPECT_THROW(graph.check(), Error);
}

} // namespace
} // namespace tandem::nn
