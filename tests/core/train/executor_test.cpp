// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/nn/builder.h"
#include "core/train/executor.h"
#include "tests/core/train/reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::train {
namespace {

using nn::Graph;
using nn::GraphBuilder;
using nn::Shape;
using nn::Tensor;
using nn::ValueId;
using reference::randomTensor;

void expectNear(const Tensor& actual, const Tensor& expected, float tolerance = 1e-5F) {
    ASSERT_EQ(actual.shape, expected.shape);
    for (std::size_t i = 0; i < expected.floats().size(); ++i) {
        ASSERT_NEAR(actual.floats()[i], expected.floats()[i],
                    tolerance * std::max(1.0F, std::abs(expected.floats()[i])))
            << "element " << i;
    }
}

/// The result of one node on these inputs; those from `firstConstant` on are constants of the graph.
Tensor runNode(const nn::Operator& op, const std::vector<Tensor>& inputs, const Shape& result,
               std::size_t firstConstant = 1) {
    GraphBuilder builder("one node");
    std::vector<ValueId> ids;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const std::string name = fmt::format("input{}", i);
        ids.push_back(i < firstConstant ? builder.input(name, inputs[i].shape)
                                        : builder.constant(name, inputs[i]));
    }
    const ValueId output = builder.apply(op, ids, result, "node");
    const Graph graph = builder.finish({output});
    const std::vector<Tensor> outputs =
        run(graph, std::span(inputs).first(std::min(firstConstant, inputs.size())));
    return outputs.at(0);
}

struct ConvolutionCase {
    Shape source, weights, result;
    nn::Convolution op;
};

class ConvolutionTest : public testing::TestWithParam<ConvolutionCase> {};

TEST_P(ConvolutionTest, MatchesItsDefinition) {
    const auto& [source, weightShape, result, op] = GetParam();
    const Tensor x = randomTensor(source, 1);
    const Tensor weights = randomTensor(weightShape, 2);
    const Tensor bias = randomTensor({weightShape[0]}, 3);
    const Tensor expected = reference::convolution(x, weights, bias, op, result);
    expectNear(runNode(op, {x, weights, bias}, result), expected);
    expectNear(runNode(op, {x, weights, bias}, result, 3), expected); // weights from outside
}

INSTANTIATE_TEST_SUITE_P(
    Forms, ConvolutionTest,
    testing::Values(
        ConvolutionCase{{1, 3, 9, 7}, {5, 3, 3, 3}, {1, 5, 9, 7}, {{3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}, 1}},
        ConvolutionCase{{1, 6, 9, 7}, {4, 3, 3, 2}, {1, 4, 4, 4}, {{3, 2}, {2, 2}, {1, 1}, {0, 1, 1, 0}, 2}},
        ConvolutionCase{
            {1, 16, 8, 8}, {16, 1, 3, 3}, {1, 16, 4, 4}, {{3, 3}, {2, 2}, {1, 1}, {0, 0, 1, 1}, 16}},
        ConvolutionCase{
            {1, 4, 11, 11}, {8, 2, 3, 3}, {1, 8, 7, 9}, {{3, 3}, {1, 1}, {2, 3}, {0, 2, 0, 2}, 2}},
        ConvolutionCase{
            {1, 5, 6, 6}, {10, 1, 3, 3}, {1, 10, 6, 6}, {{3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}, 5}},
        ConvolutionCase{
            {1, 5, 1, 20}, {7, 5, 1, 4}, {1, 7, 1, 10}, {{1, 4}, {1, 2}, {1, 1}, {0, 1, 0, 2}, 1}}));

TEST(TransposedConvolution, MatchesItsDefinition) {
    const nn::TransposedConvolution op{{3, 4}, {2, 3}, {1, 2}, {1, 0, 0, 2}, {1, 0}, 2};
    const Tensor x = randomTensor({1, 4, 5, 5}, 1);
    const Tensor weights = randomTensor({4, 3, 3, 4}, 2);
    const Tensor bias = randomTensor({6}, 3);
    // Rows: (5-1)*2 + 2 + 1 - 1 + 1 = 11 less one of padding plus one of output padding.
    const Shape shape{1, 6, (5 - 1) * 2 + (3 - 1) + 1 - 1 + 1, (5 - 1) * 3 + 2 * (4 - 1) + 1 - 2};
    expectNear(runNode(op, {x, weights, bias}, shape),
               reference::transposedConvolution(x, weights, bias, op, shape));
}

TEST(TransposedConvolution, WithoutGroups) {
    const nn::TransposedConvolution op{{2, 2}, {2, 2}, {1, 1}, {0, 0, 0, 0}, {0, 0}, 1};
    const Tensor x = randomTensor({1, 3, 4, 4}, 1);
    const Tensor weights = randomTensor({3, 5, 2, 2}, 2);
    const Tensor bias = Tensor::zeros(nn::ElementType::Float32, {5});
    expectNear(runNode(op, {x, weights}, {1, 5, 8, 8}),
               reference::transposedConvolution(x, weights, bias, op, {1, 5, 8, 8}));
}

TEST(Pool, MatchesItsDefinition) {
    const Tensor x = randomTensor({1, 5, 9, 8}, 4);
    nn::Pool op;
    op.kernel = {3, 2};
    op.stride = {2, 2};
    op.padding = {1, 0, 2, 1};
    const Shape result{1, 5, 5, 4};
    for (const auto kind : {nn::PoolKind::Maximum, nn::PoolKind::Average}) {
        for (const bool counted : {false, true}) {
            op.kind = kind;
            op.countPadding = counted;
            expectNear(runNode(op, {x}, result), reference::pool(x, op, result));
        }
    }
    op = {};
    op.kernel = {2, 2};
    op.dilation = {3, 2};
    expectNear(runNode(op, {x}, {1, 5, 6, 6}), reference::pool(x, op, {1, 5, 6, 6}));
}

TEST(Pool, NegativeMaximaSurvivePadding) {
    Tensor x = randomTensor({1, 1, 4, 4}, 4);
    for (float& element : x.floats()) {
        element -= 5.0F;
    }
    nn::Pool op;
    op.kernel = {3, 3};
    op.padding = {1, 1, 1, 1};
    expectNear(runNode(op, {x}, {1, 1, 4, 4}), reference::pool(x, op, {1, 1, 4, 4}));
}

TEST(GlobalPool, AveragesAndFindsTheLargest) {
    const Tensor x = Tensor::ofFloats({1, 2, 2, 2}, {1, 2, 3, 6, -1, -2, -3, -4});
    expectNear(runNode(nn::GlobalPool{}, {x}, {1, 2, 1, 1}), Tensor::ofFloats({1, 2, 1, 1}, {3.0F, -2.5F}));
    expectNear(runNode(nn::GlobalPool{nn::PoolKind::Maximum}, {x}, {1, 2, 1, 1}),
               Tensor::ofFloats({1, 2, 1, 1}, {6, -1}));
}

TEST(BatchNormalization, NormalizesPerChannelAtEveryRank) {
    const std::vector<Tensor> parameters{Tensor::ofFloats({2}, {2, 0.5F}), Tensor::ofFloats({2}, {1, -1}),
                                         Tensor::ofFloats({2}, {0.5F, -2}),
                                         Tensor::ofFloats({2}, {3, 0.25F})};
    for (const Shape& shape : {Shape{1, 2}, Shape{1, 2, 3}, Shape{1, 2, 3, 2}}) {
        const Tensor x = randomTensor(shape, 9);
        Tensor expected = x;
        const std::size_t area = x.floats().size() / 2;
        for (std::size_t i = 0; i < expected.floats().size(); ++i) {
            const std::size_t c = i / area;
            expected.floats()[i] = (x.floats()[i] - parameters[2].floats()[c]) /
                                       std::sqrt(parameters[3].floats()[c] + 1e-3F) *
                                       parameters[0].floats()[c] +
                                   parameters[1].floats()[c];
        }
        std::vector<Tensor> inputs{x};
        inputs.insert(inputs.end(), parameters.begin(), parameters.end());
        expectNear(runNode(nn::BatchNormalization{1e-3F}, inputs, shape), expected);
    }
}

TEST(LocalResponseNormalization, EvenWindowReachesFurtherForward) {
    const Tensor x = Tensor::ofFloats({1, 4, 1, 1}, {1, 2, 3, 4});
    nn::LocalResponseNormalization op;
    op.size = 2;
    op.alpha = 2.0F;
    op.beta = 1.0F;
    // Windows: {1,2} {2,3} {3,4} {4}; denominators 1 + sum of squares.
    expectNear(runNode(op, {x}, x.shape),
               Tensor::ofFloats({1, 4, 1, 1}, {1.0F / 6, 2.0F / 14, 3.0F / 26, 4.0F / 17}));
}

TEST(Linear, MultipliesByTransposedWeights) {
    const Tensor x = Tensor::ofFloats({1, 3}, {1, 2, 3});
    const Tensor weights = Tensor::ofFloats({2, 3}, {1, 0, -1, 2, 2, 2});
    expectNear(runNode(nn::Linear{}, {x, weights, Tensor::ofFloats({2}, {10, 20})}, {1, 2}),
               Tensor::ofFloats({1, 2}, {8, 32}));
}

TEST(Gemm, ScalesAndTransposes) {
    nn::Gemm op;
    op.alpha = 2.0F;
    op.beta = 0.5F;
    op.transposeA = true;
    const Tensor a = Tensor::ofFloats({3, 2}, {1, 4, 2, 5, 3, 6}); // A' = [[1,2,3],[4,5,6]]
    const Tensor b = Tensor::ofFloats({3, 1}, {1, 1, 2});
    expectNear(runNode(op, {a, b}, {2, 1}, 2), Tensor::ofFloats({2, 1}, {18, 42}));
    expectNear(runNode(op, {a, b, Tensor::ofFloats({2, 1}, {2, 4})}, {2, 1}, 2),
               Tensor::ofFloats({2, 1}, {19, 44}));
    expectNear(runNode(op, {a, b, Tensor::ofFloats({}, {2})}, {2, 1}, 2), Tensor::ofFloats({2, 1}, {19, 43}));
}

TEST(MatrixProduct, BroadcastsLikeNumPy) {
    const Tensor a = randomTensor({2, 1, 3, 4}, 1);
    const Tensor b = randomTensor({5, 4, 2}, 2);
    Tensor expected = Tensor::zeros(nn::ElementType::Float32, {2, 5, 3, 2});
    for (std::size_t n = 0; n < 2; ++n) {
        for (std::size_t m = 0; m < 5; ++m) {
            for (std::size_t i = 0; i < 3; ++i) {
                for (std::size_t j = 0; j < 2; ++j) {
                    for (std::size_t k = 0; k < 4; ++k) {
                        expected.floats()[((n * 5 + m) * 3 + i) * 2 + j] +=
                            a.floats()[(n * 3 + i) * 4 + k] * b.floats()[(m * 4 + k) * 2 + j];
                    }
                }
            }
        }
    }
    expectNear(runNode(nn::MatrixProduct{}, {a, b}, {2, 5, 3, 2}, 2), expected);
    const Tensor row = Tensor::ofFloats({2}, {1, 2});
    const Tensor matrix = Tensor::ofFloats({2, 2}, {1, 2, 3, 4});
    expectNear(runNode(nn::MatrixProduct{}, {row, matrix}, {2}), Tensor::ofFloats({2}, {7, 10}));
    expectNear(runNode(nn::MatrixProduct{}, {matrix, row}, {2}), Tensor::ofFloats({2}, {5, 11}));
    expectNear(runNode(nn::MatrixProduct{}, {row, row}, {}), Tensor::ofFloats({}, {5}));
}

/// Convolutions, batch norm, a residual add, pooling and a classifier; `moved` has a transpose that takes the
/// samples' dimension elsewhere and back.
Graph smallNetwork(bool moved) {
    GraphBuilder b("small", 7);
    const ValueId x = b.input("image", {1, 3, 12, 12});
    const ValueId stem = b.relu(b.batchNormalization(b.convolution(x, {.channels = 10})));
    ValueId y = b.relu6(b.depthwise(stem));
    y = b.add(b.pointwise(y, 10), stem);
    y = b.flatten(b.globalAveragePool(b.maximumPool(y, 2, 2)));
    if (moved) {
        y = b.apply(nn::Transpose{{1, 0}}, {y}, {10, 1}, "there");
        y = b.apply(nn::Transpose{{1, 0}}, {y}, {1, 10}, "back");
    }
    return b.finish({b.linear(y, 4)});
}

class BatchTest : public testing::TestWithParam<bool> {};

TEST_P(BatchTest, EverySampleGivesWhatItGivesAlone) {
    const Graph graph = smallNetwork(GetParam());
    Executor alone(graph);
    Executor together(graph, 3);
    const Tensor batch = randomTensor({3, 3, 12, 12}, 5);
    const Tensor results = together.run({{batch}}).at(0);
    ASSERT_EQ(results.shape, (Shape{3, 4}));
    for (std::size_t sample = 0; sample < 3; ++sample) {
        const auto first = batch.floats().begin() + static_cast<std::ptrdiff_t>(sample * 432);
        const Tensor x = Tensor::ofFloats({1, 3, 12, 12}, {first, first + 432});
        const Tensor y = alone.run({{x}}).at(0);
        for (std::size_t i = 0; i < 4; ++i) {
            EXPECT_NEAR(results.floats()[sample * 4 + i], y.floats()[i], 1e-5F);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(WholeAndSampleBySample, BatchTest, testing::Bool());

TEST(Executor, ShowsEveryValueToTheObserver) {
    const Graph graph = smallNetwork(false);
    Executor executor(graph);
    std::vector<ValueId> seen;
    const Tensor x = randomTensor({1, 3, 12, 12}, 5);
    executor.run({{x}}, [&](ValueId id, const Tensor& tensor) {
        EXPECT_EQ(tensor.shape, graph.value(id).shape);
        seen.push_back(id);
    });
    std::vector<ValueId> expected = graph.inputs;
    for (const nn::Node& node : graph.nodes) {
        expected.insert(expected.end(), node.outputs.begin(), node.outputs.end());
    }
    EXPECT_EQ(seen, expected);
}

TEST(Executor, GivesTheSameTwice) {
    Executor executor(smallNetwork(false));
    const Tensor x = randomTensor({1, 3, 12, 12}, 5);
    const Tensor other = randomTensor({1, 3, 12, 12}, 6);
    const Tensor first = executor.run({{x}}).at(0);
    EXPECT_NE(executor.run({{other}}).at(0).floats(), first.floats());
    EXPECT_EQ(executor.run({{x}}).at(0).floats(), first.floats());
}

TEST(Executor, RefusesInputsThatAreNotTheGraphs) {
    Executor executor(smallNetwork(false));
    EXPECT_THROW(executor.run({}), Error);
    try {
        const Tensor x = randomTensor({1, 3, 12, 11}, 5);
        executor.run({{x}});
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("'image' is float32 1x3x12x12"));
    }
    EXPECT_THROW(Executor(smallNetwork(false), 0), Error);
}

TEST(Executor, NamesTheNodeThatItCannotExecute) {
    GraphBuilder b("bad");
    const ValueId x = b.input("image", {1, 3, 8, 8});
    const ValueId y = b.apply(nn::Pool{}, {x}, {1, 3, 5, 5}, "odd pool");
    try {
        Executor executor(b.finish({y}));
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("odd pool"));
    }
}

} // namespace
} // namespace tandem::train
