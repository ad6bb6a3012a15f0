// SPDX-License-Identifier: GPL-3.0-or-later
// QONNX's quantizers. Expected values are worked out by hand from the operators' definitions
// (github.com/fastmachinelearning/qonnx, docs/qonnx-custom-ops).
#include "core/base/error.h"
#include "core/nn/passes/passes.h"
#include "core/onnx/exporter.h"
#include "core/train/executor.h"
#include "tests/core/onnx/model_maker.h"

#include <gmock/gmock.h>

namespace tandem::onnx {
namespace {

using test::ModelMaker;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kDomain = "qonnx.custom_op.general";

nn::Tensor floats(nn::Shape shape, std::vector<float> values) {
    return nn::Tensor::ofFloats(std::move(shape), std::move(values));
}

/// Adds a node of QONNX's domain.
schema::NodeProto& quantizer(ModelMaker& maker, const std::string& op, const std::vector<std::string>& inputs,
                             const std::string& output, const char* domain = kDomain) {
    schema::NodeProto& node = maker.node(op, inputs, {output});
    node.set_domain(domain);
    return node;
}

struct QuantCase {
    std::vector<float> x;
    float scale = 1.0F, zero = 0.0F, bits = 8.0F;
    std::int64_t isSigned = 1, isNarrow = 0;
    const char* rounding = "ROUND";
};

ModelMaker quantModel(const QuantCase& given, const char* domain = kDomain) {
    ModelMaker maker;
    maker.input("x", {1, static_cast<std::int64_t>(given.x.size())}).output("y");
    maker.constant("s", floats({}, {given.scale})).constant("z", floats({}, {given.zero}));
    maker.constant("b", floats({}, {given.bits}));
    schema::NodeProto& node = quantizer(maker, "Quant", {"x", "s", "z", "b"}, "y", domain);
    ModelMaker::set(node, "signed", given.isSigned);
    ModelMaker::set(node, "narrow", given.isNarrow);
    ModelMaker::set(node, "rounding_mode", given.rounding);
    return maker;
}

std::vector<float> runs(const nn::Graph& graph, const std::vector<float>& x) {
    const nn::Tensor input = floats(graph.value(graph.inputs[0]).shape, x);
    return train::run(graph, std::span(&input, 1)).at(0).floats();
}

std::vector<float> quant(const QuantCase& given) {
    const nn::Graph graph = quantModel(given).import();
    const std::vector<float> result = runs(graph, given.x);
    // What is written again means the same.
    const auto path = ModelMaker::write(serializeOnnx(graph), "again.onnx");
    EXPECT_EQ(runs(importOnnx(path), given.x), result);
    return result;
}

/// The table of rounding modes in QONNX's definition of IntQuant.
TEST(Qonnx, RoundsAsTheDefinitionsTableSays) {
    const std::vector<float> x{5.5F, 2.5F, 1.6F, 1.1F, 1.0F, -1.0F, -1.1F, -1.6F, -2.5F, -5.5F};
    const auto by = [&](const char* mode) { return quant({.x = x, .rounding = mode}); };
    EXPECT_THAT(by("ROUND"), ElementsAre(6, 2, 2, 1, 1, -1, -1, -2, -2, -6));
    EXPECT_THAT(by("CEIL"), ElementsAre(6, 3, 2, 2, 1, -1, -1, -1, -2, -5));
    EXPECT_THAT(by("FLOOR"), ElementsAre(5, 2, 1, 1, 1, -1, -2, -2, -3, -6));
    EXPECT_THAT(by("UP"), ElementsAre(6, 3, 2, 2, 1, -1, -2, -2, -3, -6));
    EXPECT_THAT(by("DOWN"), ElementsAre(5, 2, 1, 1, 1, -1, -1, -1, -2, -5));
    EXPECT_THAT(by("HALF_UP"), ElementsAre(6, 3, 2, 1, 1, -1, -1, -2, -3, -6));
    EXPECT_THAT(by("HALF_DOWN"), ElementsAre(5, 2, 2, 1, 1, -1, -1, -2, -2, -5));
    EXPECT_EQ(by("round_to_zero"), by("DOWN"));
}

TEST(Qonnx, ClampsToTheRangeOfItsBits) {
    const std::vector<float> x{-1000.0F, -4.0F, 0.75F, 1000.0F};
    EXPECT_THAT(quant({.x = x, .bits = 3}), ElementsAre(-4, -4, 1, 3));
    EXPECT_THAT(quant({.x = x, .bits = 3, .isNarrow = 1}), ElementsAre(-3, -3, 1, 3));
    EXPECT_THAT(quant({.x = x, .bits = 3, .isSigned = 0}), ElementsAre(0, 0, 1, 7));
    EXPECT_THAT(quant({.x = x, .bits = 3, .isSigned = 0, .isNarrow = 1}), ElementsAre(0, 0, 1, 6));
    // (x / 0.5 + 2) clamped to [-4, 3] and rounded, minus 2, times 0.5.
    EXPECT_THAT(quant({.x = x, .scale = 0.5F, .zero = 2.0F, .bits = 3}), ElementsAre(-3, -3, 0.5F, 0.5F));
    EXPECT_THAT(quant({.x = {-2.0F, 0.0F, 3.0F}, .scale = 0.25F, .bits = 1}),
                ElementsAre(-0.25F, 0.25F, 0.25F));
}

TEST(Qonnx, BrevitasOwnDomainIsTheSame) {
    const QuantCase given{.x = {0.3F, -0.9F}, .scale = 0.25F, .bits = 4};
    for (const char* domain : {"onnx.brevitas", "finn.custom_op.general"}) {
        EXPECT_THAT(runs(quantModel(given, domain).import(), given.x), ElementsAre(0.25F, -1.0F));
    }
}

TEST(Qonnx, BipolarQuantGivesSigns) {
    ModelMaker maker;
    maker.input("x", {1, 2, 1, 2}).output("y").constant("s", floats({1, 2, 1, 1}, {0.5F, 2.0F}));
    quantizer(maker, "BipolarQuant", {"x", "s"}, "y");
    EXPECT_THAT(runs(maker.import(), {0.0F, -0.1F, 7.0F, -7.0F}), ElementsAre(0.5F, -0.5F, 2.0F, -2.0F));
}

TEST(Qonnx, TruncDropsLowBits) {
    ModelMaker maker;
    maker.input("x", {1, 4}).output("y");
    maker.constant("s", floats({}, {0.5F})).constant("z", floats({}, {0.0F}));
    maker.constant("in", floats({}, {6})).constant("out", floats({}, {4})).constant("so", floats({}, {2.0F}));
    ModelMaker second = maker;
    quantizer(maker, "Trunc", {"x", "s", "z", "in", "out"}, "y");
    // x / 0.5 is 11, -11, 60, 6; a quarter of it is 2.75, -2.75, 15, 1.5.
    const std::vector<float> x{5.5F, -5.5F, 30.0F, 3.0F};
    EXPECT_THAT(runs(maker.import(), x), ElementsAre(1.0F, -1.5F, 7.5F, 0.5F));
    // Version 2: 2^round(log2(2 / 0.5)) = 4, clamped to [-8, 7], times 2.
    schema::NodeProto& node = quantizer(second, "Trunc", {"x", "s", "z", "in", "so", "out"}, "y");
    ModelMaker::set(node, "rounding_mode", "ROUND");
    const nn::Graph graph = second.import();
    EXPECT_THAT(runs(graph, x), ElementsAre(6.0F, -6.0F, 14.0F, 4.0F));
    EXPECT_EQ(runs(importOnnx(ModelMaker::write(serializeOnnx(graph), "again.onnx")), x), runs(graph, x));
}

/// x -> Quant (unsigned 8) -> Conv with 4-bit weights per channel -> Relu -> Quant (unsigned 3) -> Gemm with
/// transposed 2-bit weights and 16-bit bias.
ModelMaker brevitasLike() {
    ModelMaker maker;
    maker.input("x", {1, 2, 2, 2}).output("y");
    for (const auto& [name, value] : std::vector<std::pair<std::string, float>>{{"zero", 0.0F},
                                                                                {"xs", 1.0F / 256},
                                                                                {"as", 0.25F},
                                                                                {"fs", 0.5F},
                                                                                {"bs", 0.125F},
                                                                                {"b2", 2.0F},
                                                                                {"b3", 3.0F},
                                                                                {"b4", 4.0F},
                                                                                {"b8", 8.0F},
                                                                                {"b16", 16.0F}}) {
        maker.constant(name, floats({}, {value}));
    }
    maker.constant("w", floats({3, 2, 1, 1}, {0.3F, -0.6F, 10.0F, -0.1F, 0.24F, 0.0F}));
    maker.constant("ws", floats({3, 1, 1, 1}, {0.1F, 0.25F, 0.5F}));
    const auto quant = [&](const char* x, const char* scale, const char* bits, const char* y,
                           std::int64_t isSigned, std::int64_t isNarrow) {
        schema::NodeProto& node = quantizer(maker, "Quant", {x, scale, "zero", bits}, y);
        ModelMaker::set(node, "signed", isSigned);
        ModelMaker::set(node, "narrow", isNarrow);
    };
    quant("x", "xs", "b8", "xq", 0, 0);
    quant("w", "ws", "b4", "wq", 1, 1);
    maker.node("Conv", {"xq", "wq"}, {"c"});
    maker.node("Relu", {"c"}, {"r"});
    quant("r", "as", "b3", "rq", 0, 0);
    maker.node("Flatten", {"rq"}, {"f"});
    maker.floats("fw", {2, 12}, -0.6F);
    maker.constant("fb", floats({2}, {0.3F, -0.3F}));
    quant("fw", "fs", "b2", "fwq", 1, 1);
    quant("fb", "bs", "b16", "fbq", 1, 0);
    ModelMaker::setList(maker.node("Transpose", {"fwq"}, {"fwt"}), "perm", {1, 0});
    maker.node("MatMul", {"f", "fwt"}, {"m"});
    maker.node("Add", {"m", "fbq"}, {"y"});
    return maker;
}

TEST(Qonnx, PrecisionsOfABrevitasModelBecomeTheStartingPoint) {
    const nn::Graph prepared = nn::prepare(brevitasLike().import());
    std::vector<std::string> operators;
    for (const nn::Node& node : prepared.nodes) {
        operators.push_back(nn::operatorName(node.op));
    }
    ASSERT_THAT(operators, ElementsAre("Convolution", "Relu", "Reshape", "Linear"));
    const auto precision = [&](nn::ValueId id) { return prepared.value(id).quantization.value(); };

    const nn::Quantization input = precision(prepared.inputs[0]);
    EXPECT_EQ(input.bits, 8);
    EXPECT_FALSE(input.isSigned);
    const nn::Value& kernel = prepared.value(prepared.nodes[0].inputs[1]);
    EXPECT_EQ(kernel.quantization.value().bits, 4);
    EXPECT_TRUE(kernel.quantization->isNarrow);
    EXPECT_EQ(kernel.quantization->axis, 0);
    EXPECT_THAT(kernel.quantization->scales, ElementsAre(0.1F, 0.25F, 0.5F));
    EXPECT_THAT(kernel.constant->floats(),
                testing::Pointwise(testing::FloatNear(1e-6F), {0.3F, -0.6F, 1.75F, 0.0F, 0.0F, 0.0F}));
    const nn::Quantization activation = precision(prepared.nodes[1].outputs[0]);
    EXPECT_EQ(activation.bits, 3);
    EXPECT_FALSE(activation.isSigned);
    EXPECT_THAT(activation.scales, ElementsAre(0.25F));
    const nn::Quantization rows = precision(prepared.nodes[3].inputs[1]);
    EXPECT_EQ(rows.bits, 2);
    EXPECT_THAT(rows.scales, ElementsAre(0.5F));
    EXPECT_THAT(prepared.value(prepared.nodes[3].inputs[2]).constant->floats(), ElementsAre(0.25F, -0.25F));
}

TEST(Qonnx, QuantizedWeightsPerRowFollowATranspose) {
    ModelMaker maker;
    maker.input("x", {1, 3}).output("y");
    maker.constant("zero", floats({}, {0.0F})).constant("b", floats({}, {4.0F}));
    maker.constant("w", floats({2, 3}, {1, 2, 3, 4, 5, 6})).constant("s", floats({2, 1}, {1.0F, 0.5F}));
    quantizer(maker, "IntQuant", {"w", "s", "zero", "b"}, "wq");
    ModelMaker::setList(maker.node("Transpose", {"wq"}, {"wt"}), "perm", {1, 0});
    maker.node("MatMul", {"x", "wt"}, {"y"});
    const nn::Graph prepared = nn::prepare(maker.import());
    const nn::Value& rows = prepared.value(prepared.nodes.at(0).inputs[1]);
    ASSERT_TRUE(rows.quantization);
    EXPECT_EQ(rows.quantization->axis, 0);
    EXPECT_THAT(rows.quantization->scales, ElementsAre(1.0F, 0.5F));
    EXPECT_THAT(rows.constant->floats(), ElementsAre(1, 2, 3, 3.5F, 3.5F, 3.5F));
}

TEST(Qonnx, BipolarWeightsAreTwoBitsWithoutZero) {
    ModelMaker maker;
    maker.input("x", {1, 2, 1, 1}).output("y");
    maker.constant("w", floats({1, 2, 1, 1}, {0.2F, -3.0F})).constant("s", floats({}, {0.5F}));
    quantizer(maker, "BipolarQuant", {"w", "s"}, "wq");
    maker.node("Conv", {"x", "wq"}, {"y"});
    const nn::Graph prepared = nn::prepare(maker.import());
    const nn::Value& weights = prepared.value(prepared.nodes.at(0).inputs[1]);
    EXPECT_EQ(weights.quantization.value().bits, 2);
    EXPECT_THAT(weights.constant->floats(), ElementsAre(0.5F, -0.5F));
}

/// Brevitas exports its quantized average pool as a sum (AveragePool times its area) that Trunc brings back.
TEST(Qonnx, TruncatedAveragePoolBecomesAnAverageAndItsPrecision) {
    ModelMaker maker;
    maker.input("x", {1, 1, 2, 2}).output("y");
    maker.constant("s", floats({}, {0.25F}))
        .constant("z", floats({}, {0.0F}))
        .constant("area", floats({}, {4}));
    maker.constant("in", floats({}, {10})).constant("out", floats({}, {8}));
    maker.node("Relu", {"x"}, {"r"});
    ModelMaker::setList(maker.node("AveragePool", {"r"}, {"p"}), "kernel_shape", {2, 2});
    maker.node("Mul", {"p", "area"}, {"sum"});
    quantizer(maker, "Trunc", {"sum", "s", "z", "in", "out"}, "y");
    const nn::Graph imported = maker.import();
    const nn::Graph prepared = nn::prepare(imported);
    const nn::Quantization quantization = prepared.value(prepared.outputs[0]).quantization.value();
    EXPECT_EQ(quantization.bits, 8);
    EXPECT_EQ(quantization.rounding, nn::Rounding::Floor);
    EXPECT_THAT(quantization.scales, ElementsAre(0.25F));
    EXPECT_FALSE(quantization.isSigned);
    EXPECT_EQ(prepared.nodes.size(), 2U) << "sum and truncation are the average";
    // The mean of 0.25, 0.5, 0.75 and 1.75 is 3.25 steps, of which Trunc keeps 3.
    EXPECT_THAT(runs(imported, {0.25F, 0.5F, 0.75F, 1.75F}), ElementsAre(0.75F));
    EXPECT_THAT(runs(prepared, {0.25F, 0.5F, 0.75F, 1.75F}), ElementsAre(0.8125F));
}

/// Scales, zero points and bit widths are written as integers by some exporters.
TEST(Qonnx, IntegerParametersWereRefused) {
    for (const nn::ElementType type :
         {nn::ElementType::Int32, nn::ElementType::Int64, nn::ElementType::Int8, nn::ElementType::UInt8}) {
        const auto integer = [type](std::int64_t value) { return nn::Tensor::ofIntegers({}, {value}, type); };
        ModelMaker quant;
        quant.input("x", {1, 3}).output("y");
        quant.constant("s", integer(2)).constant("z", integer(1)).constant("b", integer(3));
        quantizer(quant, "Quant", {"x", "s", "z", "b"}, "y");
        // round(x / 2 + 1) clamped to [-4, 3], minus 1, times 2.
        EXPECT_THAT(runs(quant.import(), {3.9F, -100.0F, 100.0F}), ElementsAre(4, -10, 4));

        ModelMaker bipolar;
        bipolar.input("x", {1, 2}).output("y").constant("s", integer(3));
        quantizer(bipolar, "BipolarQuant", {"x", "s"}, "y");
        EXPECT_THAT(runs(bipolar.import(), {0.0F, -0.1F}), ElementsAre(3, -3));

        ModelMaker trunc;
        trunc.input("x", {1, 2}).output("y").constant("s", integer(1)).constant("z", integer(0));
        trunc.constant("in", integer(6)).constant("out", integer(4)).constant("so", integer(4));
        ModelMaker second = trunc;
        quantizer(trunc, "Trunc", {"x", "s", "z", "in", "out"}, "y");
        EXPECT_THAT(runs(trunc.import(), {11.0F, -11.0F}), ElementsAre(2, -3));
        quantizer(second, "Trunc", {"x", "s", "z", "in", "so", "out"}, "y");
        EXPECT_THAT(runs(second.import(), {11.0F, -11.0F}), ElementsAre(8, -12));
    }
    ModelMaker weights;
    weights.input("x", {1, 2, 1, 1}).output("y");
    weights.constant("w", nn::Tensor::ofIntegers({1, 2, 1, 1}, {5, -9}, nn::ElementType::Int32));
    weights.constant("s", nn::Tensor::ofIntegers({}, {1}, nn::ElementType::Int32));
    weights.constant("z", nn::Tensor::ofIntegers({}, {0}, nn::ElementType::Int32))
        .constant("b", floats({}, {4}));
    quantizer(weights, "Quant", {"w", "s", "z", "b"}, "wq");
    weights.node("Conv", {"x", "wq"}, {"y"});
    const nn::Graph prepared = nn::prepare(weights.import());
    ASSERT_EQ(prepared.nodes.size(), 1U);
    EXPECT_THAT(prepared.value(prepared.nodes[0].inputs[1]).constant.value().floats(), ElementsAre(5, -8));
    EXPECT_EQ(prepared.value(prepared.nodes[0].inputs[1]).quantization.value().bits, 4);
}

TEST(Qonnx, RepeatedNodeNamesWereKept) {
    ModelMaker maker;
    maker.input("x", {1, 2}).output("y");
    maker.constant("s", floats({}, {0.5F}))
        .constant("z", floats({}, {0.0F}))
        .constant("b", floats({}, {4.0F}));
    quantizer(maker, "Quant", {"x", "s", "z", "b"}, "a").set_name("Quant");
    maker.node("Relu", {"a"}, {"r"}).set_name("Quant");
    maker.node("Sigmoid", {"r"}, {"t"}).set_name("Quant_1"); // the name that the second would get
    maker.node("Tanh", {"t"}, {"Quant"}).set_name("");       // called by its output
    quantizer(maker, "Quant", {"Quant", "s", "z", "b"}, "y").set_name("Quant");
    const nn::Graph graph = maker.import();
    std::vector<std::string> names;
    for (const nn::Node& node : graph.nodes) {
        names.push_back(node.name);
    }
    EXPECT_THAT(names, ElementsAre("Quant", "Quant_2", "Quant_1", "Quant_3", "Quant_4"));
    // A 1-D convolution's helpers are nodes, too.
    ModelMaker line;
    line.input("x", {1, 1, 4}).output("y").floats("w", {1, 1, 2});
    line.node("Relu", {"x"}, {"a"}).set_name("c/1");
    line.node("Conv", {"a", "w"}, {"y"}).set_name("c");
    std::set<std::string> unique;
    const nn::Graph helped = line.import();
    for (const nn::Node& node : helped.nodes) {
        EXPECT_TRUE(unique.insert(node.name).second) << node.name;
    }
}

std::string refusal(const ModelMaker& maker) {
    try {
        maker.import();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        return error.what();
    }
    return "no error";
}

TEST(Qonnx, RefusesWhatTheDefinitionDoesNotKnow) {
    EXPECT_THAT(refusal(quantModel({.x = {1}, .bits = 2.5F})), HasSubstr("the bit width is 2.5"));
    EXPECT_THAT(refusal(quantModel({.x = {1}, .bits = 64})), HasSubstr("1 to 32"));
    EXPECT_THAT(refusal(quantModel({.x = {1}, .rounding = "STOCHASTIC"})), HasSubstr("'STOCHASTIC'"));
    EXPECT_THAT(refusal(quantModel({.x = {1}, .isSigned = 2})), HasSubstr("signed"));
    ModelMaker unknown;
    unknown.input("x", {1, 4}).output("y");
    quantizer(unknown, "FloatQuant", {"x"}, "y");
    EXPECT_THAT(refusal(unknown), HasSubstr("supported are BipolarQuant, IntQuant, Quant and Trunc"));
    ModelMaker wide;
    wide.input("x", {1, 4}).output("y").constant("s", floats({2, 4}, std::vector<float>(8, 1.0F)));
    quantizer(wide, "BipolarQuant", {"x", "s"}, "y");
    EXPECT_THAT(refusal(wide), HasSubstr("does not fit"));
    ModelMaker crooked;
    crooked.input("x", {1, 1})
        .output("y")
        .constant("s", floats({}, {1.0F}))
        .constant("z", floats({}, {0.0F}));
    crooked.constant("so", floats({}, {0.0F})).constant("b", floats({}, {4}));
    quantizer(crooked, "Trunc", {"x", "s", "z", "b", "so", "b"}, "y");
    EXPECT_THAT(refusal(crooked), HasSubstr("power of two"));
}

} // namespace
} // namespace tandem::onnx
