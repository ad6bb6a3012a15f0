// SPDX-License-Identifier: GPL-3.0-or-later
// Constant sub-graphs of any operator become constants; operators that only fold are refused elsewhere.
// Expected numbers are worked out by hand.
#include "core/base/error.h"
#include "core/onnx/importer.h"
#include "core/train/executor.h"
#include "tests/core/onnx/model_maker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::onnx {
namespace {

using nn::ElementType;
using nn::Shape;
using nn::Tensor;
using test::ModelMaker;
using testing::AllOf;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;

using Settle = std::function<void(schema::NodeProto&)>;

/// The constant that one node makes of constants; fails where a node is left.
Tensor folded(const char* op, const std::vector<Tensor>& inputs, const Settle& settle = {}, int opset = 13) {
    ModelMaker maker(opset);
    maker.input("x", {1}).output("y").output("x2");
    maker.node("Relu", {"x"}, {"x2"});
    std::vector<std::string> names;
    for (const Tensor& input : inputs) {
        names.push_back(fmt::format("c{}", names.size()));
        maker.constant(names.back(), input);
    }
    schema::NodeProto& node = maker.node(op, names, {"y"});
    if (settle) {
        settle(node);
    }
    try {
        const nn::Graph graph = maker.import();
        EXPECT_EQ(graph.nodes.size(), 1U) << op << " is left in the graph";
        const auto& constant = graph.value(graph.outputs[0]).constant;
        EXPECT_TRUE(constant) << op << " was not folded";
        return constant.value_or(Tensor::zeros(ElementType::Float32, {}));
    } catch (const Error& error) {
        ADD_FAILURE() << error.what();
        return Tensor::zeros(ElementType::Float32, {});
    }
}

std::vector<float> floatsOf(const Tensor& tensor) {
    return nn::isFloat(tensor.type) ? tensor.floats() : std::vector<float>();
}
std::vector<std::int64_t> integersOf(const Tensor& tensor) {
    return nn::isFloat(tensor.type) ? std::vector<std::int64_t>() : tensor.integers();
}

Tensor reals(Shape shape, std::vector<float> values) {
    return Tensor::ofFloats(std::move(shape), std::move(values));
}
Tensor whole(std::vector<std::int64_t> values) {
    const auto count = static_cast<std::int64_t>(values.size());
    return Tensor::ofIntegers({count}, std::move(values));
}

TEST(Folding, FunctionsOfOneConstantWereRefused) {
    const Tensor x = reals({3}, {-2.5F, 0.0F, 4.0F});
    EXPECT_THAT(floatsOf(folded("Abs", {x})), ElementsAre(2.5F, 0, 4));
    EXPECT_THAT(floatsOf(folded("Neg", {x})), ElementsAre(2.5F, 0, -4));
    EXPECT_THAT(floatsOf(folded("Sign", {x})), ElementsAre(-1, 0, 1));
    EXPECT_THAT(floatsOf(folded("Floor", {x})), ElementsAre(-3, 0, 4));
    EXPECT_THAT(floatsOf(folded("Ceil", {x})), ElementsAre(-2, 0, 4));
    EXPECT_THAT(floatsOf(folded("Round", {x})), ElementsAre(-2, 0, 4)) << "half to even";
    EXPECT_THAT(floatsOf(folded("Sqrt", {reals({2}, {4, 0.25F})})), ElementsAre(2, 0.5F));
    EXPECT_THAT(floatsOf(folded("Reciprocal", {reals({2}, {4, 0.25F})})), ElementsAre(0.25F, 4));
    EXPECT_FLOAT_EQ(floatsOf(folded("Exp", {reals({}, {1})})).at(0), std::exp(1.0F));
    EXPECT_FLOAT_EQ(floatsOf(folded("Log", {reals({}, {3})})).at(0), std::log(3.0F));
    EXPECT_THAT(integersOf(folded("Abs", {whole({-7, 3})})), ElementsAre(7, 3));
    EXPECT_THAT(integersOf(folded("Neg", {whole({-7, 3})})), ElementsAre(7, -3));
}

TEST(Folding, FunctionsOfTwoConstantsWereRefused) {
    const Tensor a = reals({2, 1}, {1, 4}), b = reals({2}, {2, 3});
    EXPECT_THAT(floatsOf(folded("Min", {a, b})), ElementsAre(1, 1, 2, 3));
    EXPECT_THAT(floatsOf(folded("Pow", {a, b})), ElementsAre(1, 1, 16, 64));
    EXPECT_THAT(integersOf(folded("Pow", {whole({3, -2}), whole({4, 3})})), ElementsAre(81, -8));
    EXPECT_THAT(integersOf(folded("Min", {whole({5, 6}), whole({6, 5}), whole({9, 1})})), ElementsAre(5, 1));
    EXPECT_THAT(integersOf(folded("Mod", {whole({-7, 7}), whole({3, -3})})), ElementsAre(2, -2));
    EXPECT_THAT(
        integersOf(folded("Mod", {whole({-7, 7}), whole({3, -3})},
                          [](schema::NodeProto& node) { ModelMaker::set(node, "fmod", std::int64_t{1}); })),
        ElementsAre(-1, 1));
    EXPECT_THAT(integersOf(folded("Equal", {whole({1, 2}), whole({1, 3})})), ElementsAre(1, 0));
    EXPECT_THAT(integersOf(folded("Greater", {a, b})), ElementsAre(0, 0, 1, 1));
    EXPECT_THAT(integersOf(folded("Less", {a, b})), ElementsAre(1, 1, 0, 0));
    EXPECT_THAT(integersOf(folded("GreaterOrEqual", {whole({1, 2}), whole({1, 3})})), ElementsAre(1, 0));
    EXPECT_THAT(integersOf(folded("LessOrEqual", {whole({1, 4}), whole({1, 3})})), ElementsAre(1, 0));
    const Tensor yes = Tensor::ofIntegers({2}, {1, 1}, ElementType::Bool),
                 some = Tensor::ofIntegers({2}, {0, 1}, ElementType::Bool);
    EXPECT_THAT(integersOf(folded("And", {yes, some})), ElementsAre(0, 1));
    EXPECT_THAT(integersOf(folded("Or", {yes, some})), ElementsAre(1, 1));
    EXPECT_THAT(integersOf(folded("Xor", {yes, some})), ElementsAre(1, 0));
    EXPECT_THAT(integersOf(folded("Not", {some})), ElementsAre(1, 0));
    EXPECT_EQ(folded("Not", {some}).type, ElementType::Bool);
}

TEST(Folding, ChoicesShapesAndSumsOfConstantsWereRefused) {
    const Tensor some = Tensor::ofIntegers({2}, {0, 1}, ElementType::Bool);
    EXPECT_THAT(integersOf(folded("Where", {some, whole({1, 2}), whole({-1})})), ElementsAre(-1, 2));
    EXPECT_THAT(floatsOf(folded("Where", {some, reals({2, 1}, {1, 2}), reals({}, {9})})),
                ElementsAre(9, 1, 9, 2));
    const Tensor expanded = folded("Expand", {reals({2, 1}, {1, 2}), whole({3, 1, 2})});
    EXPECT_EQ(expanded.shape, (Shape{3, 2, 2}));
    EXPECT_THAT(floatsOf(expanded), ElementsAreArray({1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 2, 2}));
    EXPECT_THAT(integersOf(folded("Tile", {whole({1, 2}), whole({2})})), ElementsAre(1, 2, 1, 2));
    const Tensor from = Tensor::ofIntegers({}, {1}), to = Tensor::ofIntegers({}, {8}),
                 step = Tensor::ofIntegers({}, {3});
    EXPECT_THAT(integersOf(folded("Range", {from, to, step})), ElementsAre(1, 4, 7));
    EXPECT_THAT(integersOf(folded("Size", {reals({2, 3}, std::vector<float>(6))})), ElementsAre(6));
    const Tensor x = reals({2, 3}, {1, 2, 3, 4, 5, 6});
    const Tensor rows = folded("ReduceSum", {x, whole({-1})});
    EXPECT_EQ(rows.shape, (Shape{2, 1}));
    EXPECT_THAT(floatsOf(rows), ElementsAre(6, 15));
    const auto dropped = [](schema::NodeProto& node) {
        ModelMaker::setList(node, "axes", {0});
        ModelMaker::set(node, "keepdims", std::int64_t{0});
    };
    EXPECT_THAT(floatsOf(folded("ReduceSum", {x}, dropped, 11)), ElementsAre(5, 7, 9));
    EXPECT_THAT(floatsOf(folded("ReduceMax", {x}, dropped)), ElementsAre(4, 5, 6));
    EXPECT_THAT(floatsOf(folded("ReduceMin", {x}, dropped)), ElementsAre(1, 2, 3));
    EXPECT_THAT(integersOf(folded("ReduceProd", {whole({2, 3, 4})}, dropped)), ElementsAre(24));
}

/// Operators that the executor runs with oneDNN were left to it where everything was known.
TEST(Folding, WeightedOperatorsOfConstantsWereLeftInTheGraph) {
    const Tensor map = reals({1, 2, 1, 2}, {1, 2, 3, 4});
    EXPECT_THAT(floatsOf(folded("Conv", {map, reals({1, 2, 1, 1}, {1, 10}), reals({1}, {100})})),
                ElementsAre(131, 142));
    EXPECT_THAT(floatsOf(folded("ConvTranspose", {map, reals({2, 1, 1, 2}, {1, 10, 100, 1000})})),
                ElementsAre(301, 3412, 4020));
    EXPECT_THAT(floatsOf(folded("MatMul", {reals({1, 2}, {1, 2}), reals({2, 2}, {3, 4, 5, 6})})),
                ElementsAre(13, 16));
    EXPECT_THAT(
        floatsOf(folded("Gemm", {reals({1, 2}, {1, 2}), reals({2, 2}, {3, 4, 5, 6}), reals({2}, {1, -1})})),
        ElementsAre(14, 15));
    EXPECT_THAT(
        floatsOf(folded("BatchNormalization",
                        {map, reals({2}, {2, 1}), reals({2}, {0, 1}), reals({2}, {1, 3}), reals({2}, {1, 4})},
                        [](schema::NodeProto& node) { ModelMaker::set(node, "epsilon", 0.0F); })),
        ElementsAre(0, 2, 1, 1.5F));
    EXPECT_THAT(floatsOf(folded("GlobalAveragePool", {map})), ElementsAre(1.5F, 3.5F));
    EXPECT_THAT(floatsOf(folded("GlobalMaxPool", {map})), ElementsAre(2, 4));
    EXPECT_FLOAT_EQ(floatsOf(folded("LRN", {map},
                                    [](schema::NodeProto& node) {
                                        ModelMaker::set(node, "size", std::int64_t{3});
                                        ModelMaker::set(node, "alpha", 3.0F);
                                        ModelMaker::set(node, "beta", 1.0F);
                                    }))
                        .at(0),
                    1.0F / (1.0F + 10.0F));
}

TEST(Folding, ExpandedWeightsOfAConvolutionWereRefused) {
    ModelMaker maker;
    maker.input("x", {1, 2, 1, 1}).output("y");
    maker.constant("k", reals({1, 1}, {-3})).constant("low", reals({}, {2})).integers("shape", {2, 2});
    maker.constant("d", reals({2, 2}, {1, 2, 4, 8})).integers("four", {2, 2, 1, 1});
    maker.node("Clip", {"k", "low", ""}, {"c"});
    maker.node("Expand", {"c", "shape"}, {"e"});
    maker.node("Div", {"e", "d"}, {"q"});
    maker.node("Reshape", {"q", "four"}, {"w"});
    maker.node("Conv", {"x", "w"}, {"y"});
    const nn::Graph graph = maker.import();
    ASSERT_EQ(graph.nodes.size(), 1U);
    EXPECT_THAT(graph.value(graph.nodes[0].inputs[1]).constant.value().floats(),
                ElementsAre(2, 1, 0.5F, 0.25F));
}

/// torch's expand(-1, ...) exports Equal, Where and ConstantOfShape on int64 shapes.
TEST(Folding, ArithmeticOfShapesWasRefused) {
    ModelMaker maker;
    maker.input("x", {1, 2, 3}).output("y");
    maker.integers("wanted", {-1, 6}).integers("open", {-1}).integers("axis0", {0});
    maker.node("Shape", {"x"}, {"s"});
    maker.node("Gather", {"s", "axis0"}, {"n"});
    maker.node("Equal", {"wanted", "open"}, {"isOpen"});
    maker.node("Where", {"isOpen", "n", "wanted"}, {"target"});
    maker.node("Reshape", {"x", "target"}, {"y"});
    const nn::Graph graph = maker.import();
    EXPECT_EQ(graph.value(graph.outputs[0]).shape, (Shape{1, 6}));
    EXPECT_EQ(graph.nodes.size(), 1U);
}

TEST(Folding, OperatorsThatOnlyFoldNameThemselvesAtRunTime) {
    ModelMaker maker;
    maker.input("x", {1, 4}).floats("c", {4}).output("y").node("Pow", {"x", "c"}, {"y"});
    try {
        maker.import();
        FAIL() << "a Pow at run time was imported";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        EXPECT_THAT(error.what(), AllOf(HasSubstr("'Pow_y' (Pow)"), HasSubstr("'x'"), HasSubstr("constant")));
    }
}

} // namespace
} // namespace tandem::onnx
