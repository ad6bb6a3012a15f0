// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/quant/packed/run.h"
#include "core/quant/quantize/agreement.h"
#include "core/quant/quantize/quantize.h"
#include "core/train/executor.h"
#include "tests/core/quant/graph_maker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::quant {
namespace {

using nn::PoolKind;

/// Strided, depth-wise and point-wise convolutions, a residual addition, pools, a linear layer.
nn::Graph residualNetwork() {
    test::GraphMaker make({1, 3, 16, 16}, 5);
    auto x = make.relu(make.convolution(make.input(), 8, 3));
    const auto y = make.convolution(make.relu(make.convolution(x, 8, 3, 1, 8)), 8, 1);
    x = make.relu(make.add(x, y));
    x = make.pool(x, PoolKind::Maximum, 2, 2);
    x = make.activation(make.convolution(x, 16, 3, 2), nn::ActivationKind::Clip, 0.0F, 1.0F);
    x = make.pool(x, PoolKind::Average, 3, 1, 1);
    x = make.transpose(make.convolution(x, 12, 1), {0, 2, 3, 1});
    return make.finish({make.softmax(make.linear(make.flatten(x), 10))});
}

std::vector<nn::Tensor> normalInputs(const nn::Graph& graph, int count) {
    test::GraphMaker make({1}, 99);
    std::vector<nn::Tensor> inputs;
    for (int i = 0; i < count; ++i) {
        inputs.push_back(make.random(graph.value(graph.inputs[0]).shape, 1.0));
    }
    return inputs;
}

Agreement agreementOf(const nn::Graph& graph, const std::vector<nn::Tensor>& inputs,
                      const QuantizationOptions& options) {
    const IntegerNetwork network = quantize(graph, inputs, options, 1);
    return measureAgreement(referenceOutputs(graph, lower(graph), inputs, 1),
                            integerOutputs(network, inputs, 1));
}

QuantizationOptions bitsOf(const nn::Graph& graph, int weightBits, int activationBits) {
    QuantizationOptions options;
    options.layers.assign(lower(graph).layers.size(), {weightBits, activationBits});
    return options;
}

TEST(Quantize, EightBitsFollowTheFloatNetwork) {
    const nn::Graph graph = residualNetwork();
    const std::vector<nn::Tensor> inputs = normalInputs(graph, 16);
    for (const RangeChoice choice :
         {RangeChoice::MinMax, RangeChoice::Percentile, RangeChoice::MeanSquareError}) {
        QuantizationOptions options;
        options.range.choice = choice;
        EXPECT_GT(agreementOf(graph, inputs, options).signalToNoise(), 30.0) << static_cast<int>(choice);
    }
}

TEST(Quantize, EveryFeatureMapFollowsTheFloatOne) {
    const nn::Graph graph = residualNetwork();
    const std::vector<nn::Tensor> inputs = normalInputs(graph, 8);
    const Lowering lowering = lower(graph);
    const IntegerNetwork network = quantize(graph, lowering, calibrate(graph, lowering, inputs, 1));
    const auto maps = execute(network, integerInput(network, std::span(inputs).first(1)));
    std::size_t compared = 0;
    train::Executor(graph).run(std::span(inputs).first(1), [&](nn::ValueId value, const nn::Tensor& real) {
        for (std::size_t i = 0; i < lowering.tensors.size(); ++i) {
            if (lowering.tensors[i].value != value) {
                continue;
            }
            std::vector<float> expected = real.floats();
            for (float& element : expected) {
                element = static_cast<float>(
                    std::clamp<double>(element, lowering.tensors[i].low, lowering.tensors[i].high));
            }
            const Outputs integer = {dequantizeMap(maps[i], network.tensors[i].format)};
            EXPECT_GT(measureAgreement({expected}, integer).signalToNoise(), 30.0)
                << lowering.tensors[i].name;
            ++compared;
        }
    });
    EXPECT_EQ(compared, lowering.tensors.size());
}

TEST(Quantize, MoreBitsMeanLessNoise) {
    const nn::Graph graph = residualNetwork();
    const std::vector<nn::Tensor> inputs = normalInputs(graph, 12);
    double before = 1e9;
    for (int bits = 2; bits <= 8; ++bits) {
        const double noise = agreementOf(graph, inputs, bitsOf(graph, bits, bits)).relativeNoise;
        EXPECT_LT(noise, before) << bits << " bits";
        before = noise;
    }
}

TEST(Quantize, MixedPrecisionIsObeyed) {
    const nn::Graph graph = residualNetwork();
    const std::vector<nn::Tensor> inputs = normalInputs(graph, 4);
    QuantizationOptions options = bitsOf(graph, 8, 8);
    options.inputBits = 6;
    options.layers[0] = {3, 4};
    const IntegerNetwork network = quantize(graph, inputs, options, 1);
    const auto& first = std::get<ConvolutionLayer>(network.layers[0].op);
    EXPECT_EQ(network.tensors[static_cast<std::size_t>(network.input())].format.bits, 6);
    EXPECT_EQ(first.weightBits, 3);
    EXPECT_THAT(first.weights, testing::Each(testing::AllOf(testing::Ge(-3), testing::Le(3))));
    const TensorFormat& out = network.tensors[static_cast<std::size_t>(network.layers[0].output)].format;
    EXPECT_EQ(out.bits, 4);
    EXPECT_FALSE(out.isSigned) << "it follows a ReLU";
    EXPECT_EQ(out.zeroPoint, 0);
    EXPECT_EQ(network.layers[0].name, "Conv0");
    options.layers[2].weightBits = 1;
    EXPECT_THROW(quantize(graph, inputs, options, 1), Error);
    options.layers.pop_back();
    EXPECT_THROW(quantize(graph, inputs, options, 1), Error);
}

TEST(Quantize, PowersOfTwoNeedNoMultiplier) {
    const nn::Graph graph = residualNetwork();
    const std::vector<nn::Tensor> inputs = normalInputs(graph, 12);
    QuantizationOptions options;
    options.range.powerOfTwo = true;
    const IntegerNetwork network = quantize(graph, inputs, options, 1);
    for (const IntegerLayer& layer : network.layers) {
        if (const auto* convolution = std::get_if<ConvolutionLayer>(&layer.op)) {
            EXPECT_THAT(convolution->requantization.multiplier, testing::Each(1)) << layer.name;
            EXPECT_EQ(convolution->requantization.shift.size(), 1U) << layer.name;
        }
    }
    for (const IntegerTensor& tensor : network.tensors) {
        EXPECT_EQ(std::log2(tensor.format.scale), std::round(std::log2(tensor.format.scale))) << tensor.name;
    }
    EXPECT_GT(agreementOf(graph, inputs, options).signalToNoise(), 22.0);
}

TEST(Quantize, ModelsOwnFormatsAreKept) {
    test::GraphMaker make({1, 2, 4, 4}, 3);
    nn::Graph graph = make.finish({make.relu(make.convolution(make.input(), 2, 1))});
    graph.value(graph.inputs[0]).quantization = nn::Quantization{8, true, {0.05F}, {-7}, 0};
    graph.value(graph.outputs[0]).quantization = nn::Quantization{8, true, {0.0625F}, {-128}, 0};
    nn::Value& weights = graph.value(graph.nodes[0].inputs[1]);
    weights.constant = nn::Tensor::ofFloats({2, 2, 1, 1}, {0.25F, -0.5F, 1.0F, 3.0F});
    weights.quantization = nn::Quantization{8, true, {0.25F, 0.5F}, {0, 0}, 0};
    const IntegerNetwork network = quantize(graph, normalInputs(graph, 2), {}, 1);
    EXPECT_EQ(network.tensors[0].format, (TensorFormat{8, true, double{0.05F}, -7}));
    EXPECT_EQ(network.tensors[1].format, (TensorFormat{8, true, 0.0625, -128}));
    const auto& op = std::get<ConvolutionLayer>(network.layers[0].op);
    EXPECT_THAT(op.weights, testing::ElementsAre(1, -2, 2, 6));
    EXPECT_EQ(op.requantization.low, -128);
}

/// A 2x2 average in steps of one, as a model with this rounding wants it.
float averaged(nn::Rounding rounding, std::vector<float> pixels) {
    test::GraphMaker make({1, 1, 2, 2}, 3);
    nn::Graph graph = make.finish({make.pool(make.input(), PoolKind::Average, 2, 2)});
    graph.value(graph.inputs[0]).quantization = nn::Quantization{8, false, {1.0F}, {0}, 0};
    graph.value(graph.outputs[0]).quantization = nn::Quantization{8, false, {1.0F}, {0}, 0, false, rounding};
    const std::vector<nn::Tensor> inputs{nn::Tensor::ofFloats({1, 1, 2, 2}, std::move(pixels))};
    return runInteger(quantize(graph, inputs, {}, 1), inputs).at(0).floats().at(0);
}

TEST(Quantize, ModelsRoundingIsKept) {
    EXPECT_EQ(averaged(nn::Rounding::HalfEven, {1, 2, 3, 1}), 2.0F);
    EXPECT_EQ(averaged(nn::Rounding::Floor, {1, 2, 3, 1}), 1.0F);
    EXPECT_EQ(averaged(nn::Rounding::Ceiling, {1, 2, 1, 1}), 2.0F);
    EXPECT_EQ(averaged(nn::Rounding::HalfEven, {1, 2, 1, 1}), 1.0F);
    for (const nn::Rounding rounding :
         {nn::Rounding::Floor, nn::Rounding::Ceiling, nn::Rounding::TowardZero}) {
        EXPECT_EQ(averaged(rounding, {5, 5, 6, 4}), 5.0F) << nn::toString(rounding); // nothing to round
    }
}

TEST(Quantize, ConvolutionsRoundAsTheModelSays) {
    const auto halved = [](nn::Rounding rounding, float x) {
        test::GraphMaker make({1, 1, 1, 1}, 3);
        nn::Graph graph = make.finish({make.convolution(make.input(), 1, 1)});
        graph.value(graph.inputs[0]).quantization = nn::Quantization{8, false, {1.0F}, {0}, 0};
        graph.value(graph.outputs[0]).quantization =
            nn::Quantization{8, true, {4.0F}, {0}, 0, false, rounding};
        nn::Value& weights = graph.value(graph.nodes[0].inputs[1]);
        weights.constant = nn::Tensor::ofFloats({1, 1, 1, 1}, {1.0F});
        weights.quantization = nn::Quantization{8, true, {1.0F}, {0}, 0};
        for (std::size_t i = 2; i < graph.nodes[0].inputs.size(); ++i) {
            graph.value(graph.nodes[0].inputs[i]).constant = nn::Tensor::ofFloats({1}, {0.0F});
        }
        const std::vector<nn::Tensor> inputs{nn::Tensor::ofFloats({1, 1, 1, 1}, {x})};
        QuantizationOptions options;
        options.correctBias = false;
        return runInteger(quantize(graph, inputs, options, 1), inputs).at(0).floats().at(0);
    };
    EXPECT_EQ(halved(nn::Rounding::Floor, 7.0F), 4.0F);
    EXPECT_EQ(halved(nn::Rounding::HalfEven, 7.0F), 8.0F);
    EXPECT_EQ(halved(nn::Rounding::Ceiling, 5.0F), 8.0F);
    EXPECT_EQ(halved(nn::Rounding::Ceiling, 8.0F), 8.0F);
    EXPECT_EQ(halved(nn::Rounding::Floor, 8.0F), 8.0F);
}

TEST(Quantize, ChannelWithoutWeightsKeepsItsBias) {
    test::GraphMaker make({1, 2, 4, 4}, 3);
    nn::Graph graph = make.finish({make.convolution(make.input(), 2, 1)});
    graph.value(graph.nodes[0].inputs[1]).constant =
        nn::Tensor::ofFloats({2, 2, 1, 1}, {0.0F, 0.0F, 1.0F, 1.0F});
    graph.value(graph.nodes[0].inputs[2]).constant = nn::Tensor::ofFloats({2}, {1.5F, 0.0F});
    const std::vector<nn::Tensor> inputs = normalInputs(graph, 4);
    const IntegerNetwork network = quantize(graph, inputs, {}, 1);
    const nn::Tensor out = runInteger(network, std::span(inputs).first(1)).front();
    EXPECT_NEAR(out.floats()[0], 1.5, network.tensors[1].format.scale);
}

TEST(Quantize, ChannelWithNextToNoWeightsCostsNoWideAccumulator) {
    test::GraphMaker make({1, 2, 4, 4}, 3);
    nn::Graph graph = make.finish({make.convolution(make.input(), 2, 1)});
    graph.value(graph.nodes[0].inputs[1]).constant =
        nn::Tensor::ofFloats({2, 2, 1, 1}, {1e-25F, 2e-25F, 1.0F, 1.0F});
    graph.value(graph.nodes[0].inputs[2]).constant = nn::Tensor::ofFloats({2}, {1.5F, 0.0F});
    const std::vector<nn::Tensor> inputs = normalInputs(graph, 4);
    const IntegerNetwork network = quantize(graph, inputs, {}, 1);
    EXPECT_LE(std::get<ConvolutionLayer>(network.layers[0].op).accumulatorBits, 24);
    const nn::Tensor out = runInteger(network, std::span(inputs).first(1)).front();
    EXPECT_NEAR(out.floats()[0], 1.5, network.tensors[1].format.scale);
}

TEST(Quantize, NumbersThatAreNotFiniteAreRefused) {
    for (const float bad :
         {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        for (const std::size_t input : {1U, 2U}) {
            test::GraphMaker make({1, 2, 4, 4}, 3);
            nn::Graph graph = make.finish({make.convolution(make.input(), 2, 1)});
            graph.value(graph.nodes[0].inputs[input]).constant->floats()[0] = bad;
            EXPECT_THROW(quantize(graph, normalInputs(graph, 2), {}, 1), Error);
        }
    }
    EXPECT_EQ(quantized(std::numeric_limits<double>::quiet_NaN(), {8, true, 0.1, 5}), 5);
    EXPECT_EQ(quantized(std::numeric_limits<double>::infinity(), {8, true, 0.1, 5}), 127);
}

TEST(Quantize, MultipliersKeepSixteenBitsOfTheRatio) {
    const std::vector<double> near = {0.001, 0.0004, 0.0009};
    const Requantization one = chooseMultipliers(near, false);
    ASSERT_EQ(one.shift.size(), 1U);
    const std::vector<double> far = {0.5, 0.5 / 65};
    const Requantization each = chooseMultipliers(far, false);
    ASSERT_EQ(each.shift.size(), 2U);
    for (const auto& [ratios, made] : {std::pair(near, one), std::pair(far, each)}) {
        for (std::size_t i = 0; i < ratios.size(); ++i) {
            EXPECT_NEAR(std::ldexp(made.multiplier[i], -made.shiftOf(static_cast<int>(i))) / ratios[i], 1.0,
                        1e-4);
        }
    }
    EXPECT_EQ(chooseMultipliers(std::vector{0.125}, true).multiplier[0], 1);
    EXPECT_EQ(chooseMultipliers(std::vector{0.125}, true).shift[0], 3);
    EXPECT_EQ(chooseMultipliers(std::vector{4.0}, true).multiplier[0], 4);
    EXPECT_GE(chooseMultipliers(std::vector{0.99999999}, false).multiplier[0], 32768)
        << "no overflow of 16 bits";
    EXPECT_LE(chooseMultipliers(std::vector{1e-20}, false).shift[0], kMaximumShift);
    EXPECT_THROW(chooseMultipliers(std::vector{1e6}, false), Error);
}

TEST(Formats, RoundHalfUpAndClamp) {
    const TensorFormat format{4, true, 0.5, 1};
    EXPECT_EQ(quantized(0.25, format), 2);
    EXPECT_EQ(quantized(-0.25, format), 1);
    EXPECT_EQ(quantized(100.0, format), 7);
    EXPECT_EQ(quantized(-100.0, format), -8);
}

TEST(Formats, RangeChoicesCutOutliersAsTheySay) {
    TensorStatistics statistics;
    for (int i = 0; i < 10000; ++i) {
        statistics.sample.push_back(static_cast<float>(i) / 10000.0F);
    }
    statistics.sample.push_back(40.0F);
    statistics.minimum = 0.0;
    statistics.maximum = 40.0;
    const auto top = [&](RangeChoice choice, int bits) {
        const TensorFormat format = chooseFormat(statistics, false, bits, {choice, 99.9, false});
        EXPECT_FALSE(format.isSigned);
        return format.scale * format.high();
    };
    EXPECT_DOUBLE_EQ(top(RangeChoice::MinMax, 8), 40.0);
    EXPECT_NEAR(top(RangeChoice::Percentile, 8), 1.0, 0.01);
    EXPECT_LT(top(RangeChoice::MeanSquareError, 3), 40.0) << "at few bits the outlier is not worth it";
    statistics.minimum = -1.0;
    const TensorFormat both = chooseFormat(statistics, false, 8, {RangeChoice::MinMax, 0, false});
    EXPECT_TRUE(both.isSigned);
    EXPECT_NEAR(both.scale * (both.low() - both.zeroPoint), -1.0, both.scale);
    EXPECT_NEAR(both.scale * (both.high() - both.zeroPoint), 40.0, both.scale);
}

TEST(Calibration, DoesNotDependOnThreads) {
    const nn::Graph graph = residualNetwork();
    const Lowering lowering = lower(graph);
    const std::vector<nn::Tensor> inputs = normalInputs(graph, 5);
    const Calibration one = calibrate(graph, lowering, inputs, 1),
                      three = calibrate(graph, lowering, inputs, 3);
    for (std::size_t i = 0; i < one.tensors.size(); ++i) {
        EXPECT_EQ(one.tensors[i].sample, three.tensors[i].sample);
        EXPECT_EQ(one.tensors[i].channelMeans, three.tensors[i].channelMeans);
        EXPECT_EQ(one.tensors[i].maximum, three.tensors[i].maximum);
    }
    EXPECT_THROW(calibrate(graph, lowering, {}, 1), Error);
}

TEST(Run, HostPartsSurroundTheIntegers) {
    test::GraphMaker make({1, 6, 6, 3}, 8);
    auto x = make.relu(make.convolution(make.transpose(make.input(), {0, 3, 1, 2}), 8, 3));
    const nn::Graph graph = make.finish({make.softmax(make.linear(make.flatten(make.globalAverage(x)), 4))});
    const std::vector<nn::Tensor> inputs = normalInputs(graph, 3);
    const IntegerNetwork network = quantize(graph, inputs, {}, 1);
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const auto real = train::run(graph, std::span(inputs).subspan(i, 1));
        const auto integer = runInteger(network, std::span(inputs).subspan(i, 1));
        ASSERT_EQ(integer.size(), 1U);
        EXPECT_EQ(integer[0].shape, (nn::Shape{1, 4}));
        for (std::size_t k = 0; k < 4; ++k) {
            EXPECT_NEAR(integer[0].floats()[k], real[0].floats()[k], 0.02);
        }
    }
}

TEST(Agreement, ModelPredictsWhatNoiseDoes) {
    Random random(17);
    Outputs reference(400, std::vector<float>(10));
    for (auto& output : reference) {
        std::ranges::generate(output, [&] { return static_cast<float>(random.normal()); });
    }
    const AgreementModel model(reference);
    double before = 1.0;
    for (const double noise : {1e-6, 1e-3, 1e-2, 1e-1, 1.0, 10.0}) {
        Outputs disturbed = reference;
        for (auto& output : disturbed) {
            for (float& value : output) {
                value += static_cast<float>(std::sqrt(noise) * random.normal());
            }
        }
        const Agreement measured = measureAgreement(reference, disturbed);
        EXPECT_NEAR(measured.relativeNoise / noise, 1.0, 0.15);
        EXPECT_NEAR(model.predict(noise), measured.topOne, 0.05) << "noise " << noise;
        EXPECT_LE(model.predict(noise), before);
        before = model.predict(noise);
    }
    EXPECT_EQ(model.predict(0.0), 1.0);
    EXPECT_EQ(measureAgreement(reference, reference).topOne, 1.0);
}

} // namespace
} // namespace tandem::quant
