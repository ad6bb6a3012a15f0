// SPDX-License-Identifier: GPL-3.0-or-later
// The float network that rounds in training and the integer network made of it are one and the same.
#include "core/base/error.h"
#include "core/nn/builder.h"
#include "core/nn/passes/passes.h"
#include "core/quant/quantize/agreement.h"
#include "core/quant/tuning/fine_tuning.h"
#include "core/quant/tuning/rounding_graph.h"
#include "core/train/layers/learned_step_size.h"
#include "core/train/metrics.h"
#include "core/train/trainable_network.h"
#include "tests/core/support/stripes.h"

#include <gtest/gtest.h>

namespace tandem::quant {
namespace {

using test::noise;
using test::stripes;

using nn::GraphBuilder;
using nn::ValueId;

nn::Activation hardSwish() {
    return {nn::ActivationKind::HardSwish, 0, 0, 0, 0};
}

ValueId excited(GraphBuilder& b, ValueId x) {
    const ValueId factors = b.pointwise(b.globalAveragePool(x), static_cast<int>(b.shape(x)[1]));
    const ValueId gates = b.activation(factors, {nn::ActivationKind::Sigmoid, 0, 0, 0, 0});
    return b.apply(nn::Binary{nn::BinaryKind::Multiply}, {x, gates}, b.shape(x), "excited");
}

using Body = ValueId (*)(GraphBuilder&, ValueId);

struct Case {
    const char* name;
    Body body; ///< from a map of 8 channels, 8x8
};

nn::Graph networkOf(Body body, std::uint64_t seed = 4) {
    GraphBuilder b("rounded", seed);
    const ValueId x = b.input("image", {1, 2, 8, 8});
    const ValueId y = body(b, b.relu(b.convolution(x, {.channels = 8, .bias = true})));
    return nn::prepare(b.finish({b.linear(b.flatten(b.averagePool(y, 2, 2)), 5)}));
}

std::vector<std::size_t> range(std::size_t first, std::size_t last) {
    std::vector<std::size_t> indices(last - first);
    std::iota(indices.begin(), indices.end(), first);
    return indices;
}

std::vector<nn::Tensor> inputsOf(const data::Dataset& dataset) {
    std::vector<nn::Tensor> inputs;
    for (std::size_t sample = 0; sample < dataset.size(); ++sample) {
        inputs.push_back(dataset.batch({{sample}}));
    }
    return inputs;
}

/// Scores of the graph that rounds, batch norms with running statistics.
Outputs roundedScores(const RoundingGraph& rounding, const std::vector<nn::Tensor>& inputs) {
    const train::FakeQuantization quantization = rounding.quantization.judged();
    const auto parameters = train::parametersOf(rounding.graph, quantization);
    train::ParameterBlocks blocks;
    train::roundWeights(parameters, quantization.weights, train::readParameters(rounding.graph, parameters),
                        blocks);
    train::TrainableNetwork network(rounding.graph, 1,
                                    {train::BatchStatistics::Running, quantization, nullptr});
    Outputs scores;
    for (const nn::Tensor& input : inputs) {
        scores.push_back(network.forward(blocks, input).floats());
    }
    return scores;
}

class RoundingGraphTest : public testing::TestWithParam<Case> {};

TEST_P(RoundingGraphTest, RoundsWhereTheIntegerNetworkRounds) {
    const nn::Graph prepared = networkOf(GetParam().body);
    const data::Dataset dataset = noise(60);
    const std::vector<nn::Tensor> inputs = inputsOf(dataset);
    const Lowering lowering = lower(prepared);
    for (const LayerPrecision precision :
         {LayerPrecision{8, 8}, LayerPrecision{4, 5}, LayerPrecision{2, 3}}) {
        for (const bool normalizes : {true, false}) {
            QuantizationOptions options;
            options.layers.assign(lowering.layers.size(), precision);
            const IntegerNetwork start =
                quantize(prepared, lowering, calibrate(prepared, lowering, inputs), options);
            const RoundingGraph rounding =
                makeRoundingGraph(prepared, lowering, start, inputs, {normalizes, 1});
            const TunedNetwork tuned = tunedNetwork(rounding, lowering, start, rounding.graph);
            const IntegerNetwork network = integerNetwork(prepared, tuned, std::span(inputs).first(1));
            const Outputs expected = roundedScores(rounding, inputs);
            const Outputs found = integerOutputs(network, inputs);
            const double step = network.tensors[static_cast<std::size_t>(network.output())].format.scale;
            int equal = 0, elements = 0;
            for (std::size_t i = 0; i < inputs.size(); ++i) {
                for (std::size_t k = 0; k < expected[i].size(); ++k, ++elements) {
                    const double difference =
                        std::abs(static_cast<double>(expected[i][k]) - static_cast<double>(found[i][k]));
                    equal += difference < 0.01 * step ? 1 : 0;
                }
            }
            // What falls between two steps but for the multipliers' 16 bits and float's rounding may differ.
            EXPECT_GT(equal, elements * 97 / 100)
                << precision.weightBits << " and " << precision.activationBits << " bits";
        }
    }
}

TEST_P(RoundingGraphTest, IsTheImportedNetworkButForTheRounding) {
    const nn::Graph prepared = networkOf(GetParam().body);
    const std::vector<nn::Tensor> inputs = inputsOf(noise(40));
    const Lowering lowering = lower(prepared);
    const IntegerNetwork start = quantize(prepared, lowering, calibrate(prepared, lowering, inputs));
    const Outputs scores = roundedScores(makeRoundingGraph(prepared, lowering, start, inputs), inputs);
    const Outputs reference = referenceOutputs(prepared, lowering, inputs);
    EXPECT_GT(measureAgreement(reference, scores).signalToNoise(), 25.0);
}

INSTANTIATE_TEST_SUITE_P(
    Quantize, RoundingGraphTest,
    testing::Values(
        Case{"Plain", [](GraphBuilder& b, ValueId x) { return b.relu(b.convolution(x, {.channels = 12})); }},
        Case{"SignedMap", [](GraphBuilder& b, ValueId x) { return b.convolution(x, {.channels = 6}); }},
        Case{"Residual", [](GraphBuilder& b,
                            ValueId x) { return b.relu(b.add(b.pointwise(b.relu6(b.depthwise(x)), 8), x)); }},
        Case{"Concat",
             [](GraphBuilder& b, ValueId x) {
                 const ValueId parts[] = {b.relu(b.pointwise(x, 4)), b.maximumPool(x, 1, 1),
                                          b.convolution(x, {.channels = 4})};
                 return b.apply(nn::Concat{1}, {parts[0], parts[1], parts[2]}, {1, 16, 8, 8}, "joined");
             }},
        Case{"PoolBeforeTheActivation",
             [](GraphBuilder& b, ValueId x) {
                 return b.relu6(b.maximumPool(b.convolution(x, {.channels = 6}), 2, 2));
             }},
        Case{"HardSwish",
             [](GraphBuilder& b, ValueId x) {
                 return b.activation(b.convolution(x, {.channels = 6}), hardSwish());
             }},
        Case{"SqueezeAndExcite",
             [](GraphBuilder& b, ValueId x) {
                 return excited(b, b.relu(b.convolution(x, {.channels = 6})));
             }}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(TunedNetwork, FoldsNegativeScalesOfBatchNorms) {
    const nn::Graph prepared =
        networkOf([](GraphBuilder& b, ValueId x) { return b.relu(b.convolution(x, {.channels = 12})); });
    const std::vector<nn::Tensor> inputs = inputsOf(noise(40));
    const Lowering lowering = lower(prepared);
    const IntegerNetwork start = quantize(prepared, lowering, calibrate(prepared, lowering, inputs));
    RoundingGraph rounding = makeRoundingGraph(prepared, lowering, start, inputs, {true, 1});
    std::vector<float>& scale = rounding.graph.value(rounding.layers[0].normalizing[0]).constant->floats();
    scale[1] *= -1.5F;
    scale[2] = 0.0F;
    const TunedNetwork tuned = tunedNetwork(rounding, lowering, start, rounding.graph);
    const IntegerNetwork network = integerNetwork(prepared, tuned, std::span(inputs).first(1));
    const Agreement agreement =
        measureAgreement(roundedScores(rounding, inputs), integerOutputs(network, inputs));
    EXPECT_GT(agreement.signalToNoise(), 40.0);
    scale[3] = 1e9F; // every sum but 0 is beyond the ends of the output's range
    EXPECT_NO_THROW(integerNetwork(prepared, tunedNetwork(rounding, lowering, start, rounding.graph),
                                   std::span(inputs).first(1)));
}

TEST(TunedNetwork, KeepsTheBiasOfChannelsWithoutWeights) {
    nn::Graph prepared = networkOf(
        [](GraphBuilder& b, ValueId x) { return b.relu(b.convolution(x, {.channels = 12, .bias = true})); });
    const std::vector<nn::Tensor> inputs = inputsOf(noise(40));
    const Lowering lowering = lower(prepared);
    // One channel of the first layer has no weights, the second layer has none at all.
    for (const std::size_t layer : {0, 1}) {
        std::vector<float>& weights = prepared.value(lowering.layers[layer].weights).constant->floats();
        std::ranges::fill(std::span(weights).first(layer == 0 ? 18 : weights.size()), 0.0F);
        std::ranges::fill(prepared.value(lowering.layers[layer].bias).constant->floats(), 0.3F);
    }
    for (const bool normalizes : {true, false}) {
        const IntegerNetwork start = quantize(prepared, lowering, calibrate(prepared, lowering, inputs));
        const RoundingGraph rounding = makeRoundingGraph(prepared, lowering, start, inputs, {normalizes, 1});
        const IntegerNetwork network = integerNetwork(
            prepared, tunedNetwork(rounding, lowering, start, rounding.graph), std::span(inputs).first(1));
        EXPECT_GT(measureAgreement(roundedScores(rounding, inputs), integerOutputs(network, inputs))
                      .signalToNoise(),
                  40.0);
    }
}

TEST(TunedNetwork, SurvivesAFile) {
    const nn::Graph prepared =
        networkOf([](GraphBuilder& b, ValueId x) { return b.relu(b.convolution(x, {.channels = 12})); });
    const std::vector<nn::Tensor> inputs = inputsOf(noise(10));
    const Lowering lowering = lower(prepared);
    const IntegerNetwork start = quantize(prepared, lowering, calibrate(prepared, lowering, inputs));
    const RoundingGraph rounding = makeRoundingGraph(prepared, lowering, start, inputs);
    const TunedNetwork tuned = tunedNetwork(rounding, lowering, start, rounding.graph);
    const std::string bytes = toBytes(tuned);
    EXPECT_EQ(tunedNetworkFromBytes(bytes), tuned);
    EXPECT_THROW(tunedNetworkFromBytes(bytes.substr(0, bytes.size() - 3)), Error);
    const nn::Graph other =
        networkOf([](GraphBuilder& b, ValueId x) { return b.relu(b.convolution(x, {.channels = 10})); });
    EXPECT_THROW(integerNetwork(other, tuned, inputs), Error);
}

TEST(FineTuning, LearnsAtFewBitsWhatTheIntegersThenDo) {
    const data::Dataset dataset = stripes(1536);
    const nn::Graph prepared = networkOf(
        [](GraphBuilder& b, ValueId x) { return b.relu(b.add(b.pointwise(b.relu(b.depthwise(x)), 8), x)); });
    const auto training = range(0, 1024), test = range(1024, 1536);
    FineTuningOptions options;
    options.layers.assign(lower(prepared).layers.size(), {3, 3});
    options.layers.back().activationBits = 8; // few steps would make many scores equal
    options.training.epochs = 6;
    options.training.batch = 32;
    options.training.learningRate = 0.05;
    options.training.averaging = 0.9;
    const FineTuned tuned = fineTune(prepared, dataset, training, test, options);
    EXPECT_FALSE(tuned.cancelled);
    EXPECT_GT(tuned.integerAccuracy, 0.95);
    EXPECT_NEAR(tuned.integerAccuracy, tuned.roundedAccuracy, 0.005);
    EXPECT_DOUBLE_EQ(integerAccuracy(tuned.network, dataset, test), tuned.integerAccuracy);
    for (const IntegerLayer& layer : tuned.network.layers) {
        if (const auto* convolution = std::get_if<ConvolutionLayer>(&layer.op)) {
            EXPECT_EQ(convolution->weightBits, 3);
        }
    }
}

TEST(FineTuning, StaysConvertibleWhereGradientsAreLarge) {
    const data::Dataset dataset = stripes(256);
    const nn::Graph prepared = networkOf(
        [](GraphBuilder& b, ValueId x) { return b.relu(b.add(b.pointwise(b.relu(b.depthwise(x)), 8), x)); });
    FineTuningOptions options;
    options.layers.assign(lower(prepared).layers.size(), {2, 2});
    options.training.epochs = 8;
    options.training.batch = 32;
    options.training.learningRate = 0.5;
    options.training.averaging = 0.0;
    const FineTuned tuned = fineTune(prepared, dataset, range(0, 256), range(0, 256), options);
    EXPECT_NEAR(tuned.integerAccuracy, tuned.roundedAccuracy, 0.1);
}

TEST(FineTuning, GoesOnFromACheckpoint) {
    const data::Dataset dataset = stripes(128);
    const nn::Graph prepared =
        networkOf([](GraphBuilder& b, ValueId x) { return b.relu(b.convolution(x, {.channels = 6})); });
    const auto samples = range(0, 128);
    FineTuningOptions options;
    options.training.epochs = 2;
    options.training.batch = 32;
    FineTuner whole(prepared, dataset, samples, options);
    std::string checkpoint;
    while (!whole.trainer().isFinished()) {
        whole.trainer().step();
        checkpoint = whole.trainer().progress().step == 3 ? whole.trainer().checkpoint() : checkpoint;
    }
    FineTuner resumed(prepared, dataset, samples, options);
    resumed.trainer().restore(checkpoint);
    while (!resumed.trainer().isFinished()) {
        resumed.trainer().step();
    }
    EXPECT_EQ(resumed.finish(samples).tuned, whole.finish(samples).tuned);
}

} // namespace
} // namespace tandem::quant
