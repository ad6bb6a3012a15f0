// SPDX-License-Identifier: GPL-3.0-or-later
// Forms of operators that the conformance cases (newest forms only) do not reach: older opsets, newer ones,
// one spatial dimension, ceil_mode, constants of other types. Expected numbers are worked out by hand.
#include "core/base/error.h"
#include "core/onnx/importer.h"
#include "core/train/executor.h"
#include "tests/core/onnx/model_maker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::onnx {
namespace {

using nn::Shape;
using nn::Tensor;
using test::ModelMaker;
using testing::ElementsAre;
using testing::ElementsAreArray;

/// 1, 2, 3, ... in a shape.
Tensor counting(const Shape& shape) {
    Tensor tensor = Tensor::zeros(nn::ElementType::Float32, shape);
    std::iota(tensor.floats().begin(), tensor.floats().end(), 1.0F);
    return tensor;
}

std::vector<Tensor> run(const ModelMaker& maker, const std::vector<Tensor>& inputs) {
    return train::run(maker.import({{}, {}, inputs}), inputs);
}

/// One node `op` on input "x" of the given opset, with what `settle` adds.
Tensor runNode(int opset, const char* op, const Tensor& x,
               const std::function<void(ModelMaker&, schema::NodeProto&)>& settle) {
    ModelMaker maker(opset);
    maker.input("x", {x.shape.begin(), x.shape.end()}).output("y");
    settle(maker, maker.node(op, {"x"}, {"y"}));
    return run(maker, {x}).at(0);
}

TEST(Operators, ConvolutionOfOneDimension) {
    const Tensor y = runNode(11, "Conv", counting({1, 1, 5}), [](ModelMaker& maker, schema::NodeProto& node) {
        maker.constant("w", Tensor::ofFloats({1, 1, 3}, {1.0F, 0.0F, -2.0F}));
        maker.constant("b", Tensor::ofFloats({1}, {100.0F}));
        node.add_input("w");
        node.add_input("b");
        ModelMaker::setList(node, "strides", {2});
        ModelMaker::setList(node, "pads", {1, 1});
    });
    EXPECT_EQ(y.shape, (Shape{1, 1, 3}));
    EXPECT_THAT(y.floats(), ElementsAre(100 - 4, 100 + 2 - 8, 100 + 4));
}

TEST(Operators, ConvolutionSamePaddingPutsTheOddCellWhereItSays) {
    // Four cells, kernel 2, stride 3: ceil(4 / 3) = 2 outputs span (2 - 1) * 3 + 2 = 5 cells, one more than
    // there are.
    const auto padded = [](const char* mode) {
        return runNode(11, "Conv", counting({1, 1, 1, 4}), [&](ModelMaker& maker, schema::NodeProto& node) {
            maker.constant("w", Tensor::ofFloats({1, 1, 1, 2}, {1.0F, 1.0F}));
            node.add_input("w");
            ModelMaker::set(node, "auto_pad", mode);
            ModelMaker::setList(node, "strides", {1, 3});
        });
    };
    EXPECT_THAT(padded("SAME_UPPER").floats(), ElementsAre(1 + 2, 4 + 0));
    EXPECT_THAT(padded("SAME_LOWER").floats(), ElementsAre(0 + 1, 3 + 4));
}

TEST(Operators, TransposedConvolutionWithGroups) {
    const Tensor y =
        runNode(11, "ConvTranspose", counting({1, 2, 1, 2}), [](ModelMaker& maker, schema::NodeProto& node) {
            maker.constant("w", Tensor::ofFloats({2, 1, 1, 2}, {1.0F, 10.0F, 100.0F, 1000.0F}));
            node.add_input("w");
            ModelMaker::set(node, "group", std::int64_t{2});
            ModelMaker::setList(node, "strides", {1, 2});
        });
    EXPECT_EQ(y.shape, (Shape{1, 2, 1, 4}));
    EXPECT_THAT(y.floats(), ElementsAre(1, 10, 2, 20, 300, 3000, 400, 4000));
}

TEST(Operators, PoolOfOneDimensionRoundedUp) {
    const auto pool = [](const char* op, bool countsPadding) {
        return runNode(11, op, counting({1, 1, 4}), [&](ModelMaker&, schema::NodeProto& node) {
            ModelMaker::setList(node, "kernel_shape", {3});
            ModelMaker::setList(node, "strides", {2});
            ModelMaker::setList(node, "pads", {1, 0});
            ModelMaker::set(node, "ceil_mode", std::int64_t{1});
            if (countsPadding) {
                ModelMaker::set(node, "count_include_pad", std::int64_t{1});
            }
        });
    };
    // Windows over 0 1 2 3 4 (one padded cell in front): [0 1 2], [2 3 4].
    EXPECT_THAT(pool("MaxPool", false).floats(), ElementsAre(2, 4));
    EXPECT_THAT(pool("AveragePool", false).floats(), ElementsAre(1.5F, 3));
    EXPECT_THAT(pool("AveragePool", true).floats(), ElementsAre(1, 3));
}

TEST(Operators, AveragePoolRoundedUpDoesNotCountWhatRoundingAdds) {
    const Tensor y =
        runNode(11, "AveragePool", counting({1, 1, 1, 4}), [](ModelMaker&, schema::NodeProto& node) {
            ModelMaker::setList(node, "kernel_shape", {1, 3});
            ModelMaker::setList(node, "strides", {1, 2});
            ModelMaker::setList(node, "pads", {0, 1, 0, 1});
            ModelMaker::set(node, "ceil_mode", std::int64_t{1});
            ModelMaker::set(node, "count_include_pad", std::int64_t{1});
        });
    // 0 1 2 3 4 0, then one cell that only rounding up needs: [0 1 2] / 3, [2 3 4] / 3, [4 0] / 2.
    EXPECT_THAT(y.floats(), ElementsAre(1, 3, 2));
}

TEST(Operators, AttributeFormsOfOlderOpsets) {
    EXPECT_THAT(runNode(7, "Clip", counting({4}),
                        [](ModelMaker&, schema::NodeProto& node) {
                            ModelMaker::set(node, "min", 1.5F);
                            ModelMaker::set(node, "max", 3.5F);
                        })
                    .floats(),
                ElementsAre(1.5F, 2, 3, 3.5F));
    EXPECT_EQ(runNode(12, "Squeeze", counting({1, 3, 1}),
                      [](ModelMaker&, schema::NodeProto& node) { ModelMaker::setList(node, "axes", {-1}); })
                  .shape,
              (Shape{1, 3}));
    EXPECT_EQ(runNode(11, "Unsqueeze", counting({3}),
                      [](ModelMaker&, schema::NodeProto& node) {
                          ModelMaker::setList(node, "axes", {0, 2});
                      })
                  .shape,
              (Shape{1, 3, 1}));
    EXPECT_THAT(runNode(9, "Slice", counting({5}),
                        [](ModelMaker&, schema::NodeProto& node) {
                            ModelMaker::setList(node, "starts", {-3});
                            ModelMaker::setList(node, "ends", {1000});
                        })
                    .floats(),
                ElementsAre(3, 4, 5));
    EXPECT_THAT(runNode(7, "Pad", counting({2}),
                        [](ModelMaker&, schema::NodeProto& node) {
                            ModelMaker::setList(node, "pads", {1, 2});
                            ModelMaker::set(node, "value", 9.0F);
                        })
                    .floats(),
                ElementsAre(9, 1, 2, 9, 9));
    EXPECT_THAT(runNode(7, "Upsample", counting({1, 1, 1, 2}),
                        [](ModelMaker&, schema::NodeProto& node) {
                            auto& scales =
                                ModelMaker::attribute(node, "scales", schema::AttributeProto::FLOATS);
                            for (const float scale : {1.0F, 1.0F, 1.0F, 2.0F}) {
                                scales.add_floats(scale);
                            }
                        })
                    .floats(),
                ElementsAre(1, 1, 2, 2));
}

TEST(Operators, SoftmaxBeforeOpset13FlattensWhatFollowsTheAxis) {
    const auto softmax = [](int opset) {
        return runNode(
            opset, "Softmax", Tensor::ofFloats({1, 2, 2}, {0, 0, 0, 0}),
            [](ModelMaker&, schema::NodeProto& node) { ModelMaker::set(node, "axis", std::int64_t{1}); });
    };
    EXPECT_THAT(softmax(12).floats(), testing::Each(testing::FloatEq(0.25F)));
    EXPECT_THAT(softmax(13).floats(), testing::Each(testing::FloatEq(0.5F)));
}

TEST(Operators, FormsOfNewerOpsets) {
    EXPECT_THAT(runNode(18, "ReduceMean", counting({2, 3}),
                        [](ModelMaker& maker, schema::NodeProto& node) {
                            maker.integers("axes", {1});
                            node.add_input("axes");
                            ModelMaker::set(node, "keepdims", std::int64_t{0});
                        })
                    .floats(),
                ElementsAre(2, 5));
    const Tensor padded =
        runNode(18, "Pad", counting({2, 1}), [](ModelMaker& maker, schema::NodeProto& node) {
            maker.integers("pads", {1, 0}).integers("axes", {-1});
            node.add_input("pads");
            node.add_input("");
            node.add_input("axes");
        });
    EXPECT_THAT(padded.floats(), ElementsAre(0, 1, 0, 2));
    const Tensor resized =
        runNode(18, "Resize", counting({1, 1, 2, 2}), [](ModelMaker& maker, schema::NodeProto& node) {
            maker.integers("sizes", {4});
            node.add_input("");
            node.add_input("");
            node.add_input("sizes");
            ModelMaker::setList(node, "axes", {3});
            ModelMaker::set(node, "coordinate_transformation_mode", "asymmetric");
            ModelMaker::set(node, "nearest_mode", "floor");
        });
    EXPECT_EQ(resized.shape, (Shape{1, 1, 2, 4}));
    EXPECT_THAT(resized.floats(), ElementsAre(1, 1, 2, 2, 3, 3, 4, 4));

    ModelMaker split(18);
    split.input("x", {5}).output("a").output("b");
    ModelMaker::set(split.node("Split", {"x"}, {"a", "b"}), "num_outputs", std::int64_t{2});
    const auto parts = run(split, {counting({5})});
    EXPECT_THAT(parts.at(0).floats(), ElementsAre(1, 2, 3));
    EXPECT_THAT(parts.at(1).floats(), ElementsAre(4, 5));
}

TEST(Operators, SumsAndMaximaOfManyInputs) {
    ModelMaker maker(13);
    maker.input("a", {2}).input("b", {1}).input("c", {2}).output("s").output("m");
    maker.node("Sum", {"a", "b", "c"}, {"s"});
    maker.node("Max", {"a", "b", "c"}, {"m"});
    const auto found =
        run(maker, {counting({2}), Tensor::ofFloats({1}, {10}), Tensor::ofFloats({2}, {0, 20})});
    EXPECT_THAT(found.at(0).floats(), ElementsAre(11, 32));
    EXPECT_THAT(found.at(1).floats(), ElementsAre(10, 20));
}

TEST(Operators, ProductsWithConstantsBecomeLinear) {
    ModelMaker maker(13);
    maker.input("x", {"batch", 2}).output("y");
    maker.constant("w", Tensor::ofFloats({2, 3}, {1, 2, 3, 4, 5, 6}))
        .constant("b", Tensor::ofFloats({3}, {10, 20, 30}));
    maker.node("MatMul", {"x", "w"}, {"p"});
    maker.node("Add", {"b", "p"}, {"y"});
    const nn::Graph graph = maker.import();
    ASSERT_EQ(graph.nodes.size(), 1U);
    EXPECT_TRUE(std::holds_alternative<nn::Linear>(graph.nodes[0].op));
    EXPECT_EQ(multiplyAccumulates(graph, graph.nodes[0]), 6);
    EXPECT_EQ(parameterCount(graph, graph.nodes[0]), 9);
    EXPECT_EQ(graph.value(graph.outputs[0]).name, "y");
    EXPECT_THAT(run(maker, {counting({1, 2})}).at(0).floats(), ElementsAre(10 + 9, 20 + 12, 30 + 15));

    ModelMaker gemm(13);
    gemm.input("x", {1, 2}).output("y");
    gemm.constant("w", Tensor::ofFloats({2, 2}, {1, 2, 3, 4})).constant("c", Tensor::ofFloats({}, {8}));
    auto& node = gemm.node("Gemm", {"x", "w", "c"}, {"y"});
    ModelMaker::set(node, "alpha", 2.0F);
    ModelMaker::set(node, "beta", 0.5F);
    EXPECT_TRUE(std::holds_alternative<nn::Linear>(gemm.import().nodes.at(0).op));
    EXPECT_THAT(run(gemm, {counting({1, 2})}).at(0).floats(), ElementsAre(2 * 7 + 4, 2 * 10 + 4));
}

TEST(Operators, VectorsInMatrixProducts) {
    const auto product = [](const Shape& a, const Shape& b) {
        ModelMaker maker(13);
        maker.input("a", {a.begin(), a.end()}).input("b", {b.begin(), b.end()}).output("y");
        maker.node("MatMul", {"a", "b"}, {"y"});
        return run(maker, {counting(a), counting(b)}).at(0);
    };
    EXPECT_EQ(product({2}, {2}).shape, Shape{});
    EXPECT_THAT(product({2}, {2}).floats(), ElementsAre(5));
    EXPECT_EQ(product({2}, {2, 2}).shape, Shape{2});
    EXPECT_THAT(product({2}, {2, 2}).floats(), ElementsAre(7, 10));
    EXPECT_EQ(product({3, 2, 2}, {2}).shape, (Shape{3, 2}));
    EXPECT_THAT(product({1, 2, 2}, {2}).floats(), ElementsAre(5, 11));
}

TEST(Operators, ShapeArithmeticFoldsToAConstant) {
    // What PyTorch exports for x.view(x.size(0), -1): Shape, Gather, Unsqueeze, Concat, Reshape.
    ModelMaker maker(11);
    maker.input("x", {"n", 3, 4})
        .constant("zero", Tensor::ofIntegers({}, {0}))
        .integers("rest", {-1})
        .output("y");
    maker.node("Shape", {"x"}, {"s"});
    maker.node("Gather", {"s", "zero"}, {"n0"});
    ModelMaker::setList(maker.node("Unsqueeze", {"n0"}, {"n1"}), "axes", {0});
    ModelMaker::set(maker.node("Concat", {"n1", "rest"}, {"target"}), "axis", std::int64_t{0});
    maker.node("Reshape", {"x", "target"}, {"y"});
    const nn::Graph graph = maker.import({{{"n", 2}}, {}, {}});
    EXPECT_EQ(graph.nodes.size(), 1U);
    EXPECT_EQ(graph.value(graph.outputs[0]).shape, (Shape{2, 12}));
}

TEST(Operators, ConstantsOfOtherFloatTypesAreConverted) {
    ModelMaker maker(13);
    maker.input("x", {3}).output("y").output("z");
    auto& half = *maker.graph().add_initializer();
    half.set_name("half");
    half.set_data_type(schema::TensorProto::FLOAT16);
    half.add_dims(3);
    for (const int bits : {0x3C00, 0xC500, 0x0001}) { // 1, -5, the smallest subnormal 2^-24
        half.add_int32_data(bits);
    }
    auto& wide = *maker.graph().add_initializer();
    wide.set_name("wide");
    wide.set_data_type(schema::TensorProto::DOUBLE);
    wide.add_dims(3);
    for (const double value : {0.5, -2.0, 1e3}) {
        wide.add_double_data(value);
    }
    maker.node("Mul", {"x", "half"}, {"y"});
    maker.node("Add", {"x", "wide"}, {"z"});
    const auto found = run(maker, {Tensor::ofFloats({3}, {1, 1, 1})});
    EXPECT_THAT(found.at(0).floats(), ElementsAre(1, -5, std::ldexp(1.0F, -24)));
    EXPECT_THAT(found.at(1).floats(), ElementsAre(1.5F, -1, 1001));
}

TEST(Operators, MasksAndIndicesThatNobodyReadsCountedAsRead) {
    ModelMaker maker(10);
    maker.input("x", {1, 1, 1, 4}).output("y");
    maker.node("Dropout", {"x"}, {"d", "mask"});
    ModelMaker::setList(maker.node("MaxPool", {"d"}, {"p", "indices"}), "kernel_shape", {1, 2});
    maker.node("Identity", {"indices"}, {"nowhere"}); // what nobody reads does not read either
    maker.node("Relu", {"p"}, {"y"});
    const nn::Graph graph = maker.import();
    for (const nn::Node& node : graph.nodes) {
        EXPECT_EQ(node.outputs.size(), 1U) << node.name;
    }
    ModelMaker line(11);
    line.input("x", {1, 1, 4}).output("y");
    ModelMaker::setList(line.node("MaxPool", {"x"}, {"y", "indices"}), "kernel_shape", {2});
    EXPECT_EQ(line.import().value(line.import().outputs[0]).shape, (Shape{1, 1, 3}));
    ModelMaker normalized(9);
    normalized.input("x", {1, 2, 1, 1}).output("y").floats("c", {2}, 1.0F);
    normalized.node("BatchNormalization", {"x", "c", "c", "c", "c"}, {"y", "mean", "variance"});
    EXPECT_EQ(normalized.import().nodes.at(0).outputs.size(), 1U);
}

TEST(Operators, IndicesWhoseShapeAloneIsReadStayedInTheGraph) {
    ModelMaker maker(13);
    maker.input("x", {1, 1, 1, 4}).output("y");
    ModelMaker::setList(maker.node("MaxPool", {"x"}, {"p", "indices"}), "kernel_shape", {1, 2});
    maker.node("Shape", {"indices"}, {"s"});
    maker.node("Reshape", {"p", "s"}, {"y"});
    const nn::Graph graph = maker.import();
    EXPECT_EQ(graph.nodes.at(0).outputs.size(), 1U);
}

/// Cells that a nearest Resize to `size` cells of one axis reads.
std::vector<float> resized(std::int64_t from, std::int64_t size, const char* coordinates,
                           const char* nearest) {
    Tensor x = counting({1, 1, 1, from});
    std::ranges::for_each(x.floats(), [](float& cell) { cell -= 1.0F; });
    return runNode(13, "Resize", x,
                   [&](ModelMaker& maker, schema::NodeProto& node) {
                       maker.integers("sizes", {1, 1, 1, size});
                       for (const char* input : {"", "", "sizes"}) {
                           node.add_input(input);
                       }
                       ModelMaker::set(node, "mode", "nearest");
                       ModelMaker::set(node, "coordinate_transformation_mode", coordinates);
                       ModelMaker::set(node, "nearest_mode", nearest);
                   })
        .floats();
}

TEST(Operators, ResizeBySizesKeptItsScaleAsAFloat) {
    // (4 + 0.5) * 20 / 6 - 0.5 is 14.5 and (1 + 0.5) * 20 / 6 - 0.5 is 4.5: exact ties.
    EXPECT_THAT(resized(20, 6, "half_pixel", "round_prefer_ceil"), ElementsAre(1, 5, 8, 11, 15, 18));
    EXPECT_THAT(resized(20, 6, "half_pixel", "round_prefer_floor"), ElementsAre(1, 4, 8, 11, 14, 18));
    // Every coordinate i * from / size, in integers.
    for (std::int64_t from = 1; from < 40; ++from) {
        for (std::int64_t size = 1; size < 40; ++size) {
            const std::vector<float> cells = resized(from, size, "asymmetric", "floor");
            for (std::int64_t i = 0; i < size; ++i) {
                ASSERT_EQ(cells[static_cast<std::size_t>(i)], static_cast<float>(i * from / size))
                    << from << " to " << size << " at " << i;
            }
        }
    }
}

TEST(Operators, WindowsOfPaddingAloneWereAccepted) {
    const auto refused = [](const char* op, std::vector<std::int64_t> kernel, std::vector<std::int64_t> pads,
                            std::int64_t dilation = 1, bool countsPadding = false) -> std::string {
        try {
            runNode(13, op, counting({1, 1, 4, 4}), [&](ModelMaker&, schema::NodeProto& node) {
                ModelMaker::setList(node, "kernel_shape", kernel);
                ModelMaker::setList(node, "pads", pads);
                if (dilation > 1) {
                    ModelMaker::setList(node, "dilations", {dilation, dilation});
                }
                if (countsPadding) {
                    ModelMaker::set(node, "count_include_pad", std::int64_t{1});
                }
            });
        } catch (const Error& error) {
            return error.what();
        }
        return "accepted";
    };
    for (const char* op : {"MaxPool", "AveragePool"}) {
        EXPECT_THAT(refused(op, {2, 3}, {2, 0, 1, 2}),
                    testing::AllOf(testing::HasSubstr(fmt::format("'{}_y' ({})", op, op)),
                                   testing::HasSubstr("2x3"), testing::HasSubstr("2, 0, 1, 2")));
        EXPECT_THAT(refused(op, {2, 2}, {0, 0, 0, 2}), testing::HasSubstr("padding")) << "behind";
        EXPECT_EQ(refused(op, {2, 2}, {1, 1, 1, 1}), "accepted");
    }
    // Taps at -3 and 5 on either side of four rows.
    EXPECT_THAT(refused("MaxPool", {2, 1}, {3, 0, 3, 0}, 8), testing::HasSubstr("dilation 8x8"));
    EXPECT_EQ(refused("MaxPool", {2, 1}, {3, 0, 3, 0}, 4), "accepted");
    EXPECT_EQ(refused("AveragePool", {2, 2}, {2, 2, 2, 2}, 1, true), "accepted") << "its mean is 0";
}

TEST(Operators, InitializersListedAsInputsAreConstants) {
    ModelMaker maker(7);
    maker.input("x", {1, 2}).input("k", {2}).floats("k", {2}).output("y");
    maker.node("Mul", {"x", "k"}, {"y"});
    const nn::Graph graph = maker.import();
    EXPECT_EQ(graph.inputs.size(), 1U);
}

} // namespace
} // namespace tandem::onnx
