// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/quantize/agreement.h"
#include "core/quant/quantize/quantize.h"
#include "core/quant/quantize/sensitivity.h"
#include "tests/core/quant/graph_maker.h"

#include <gtest/gtest.h>

namespace tandem::quant {
namespace {

nn::Graph smallNetwork() {
    test::GraphMaker make({1, 3, 12, 12}, 21);
    auto x = make.relu(make.convolution(make.input(), 8, 3));
    x = make.relu(make.add(make.convolution(x, 8, 3), x));
    x = make.pool(x, nn::PoolKind::Maximum, 2, 2);
    x = make.relu(make.convolution(x, 16, 3, 2));
    return make.finish({make.softmax(make.linear(make.flatten(make.globalAverage(x)), 10))});
}

class SensitivityTest : public testing::Test {
  protected:
    nn::Graph graph = smallNetwork();
    Lowering lowering = lower(graph);
    std::vector<nn::Tensor> inputs = uniformInputs(graph, 12, 4);
    Calibration calibration = calibrate(graph, lowering, inputs, 1);
    Outputs reference = referenceOutputs(graph, lowering, inputs, 1);

    static SensitivityOptions options(int threads, double budget = 1e11) {
        SensitivityOptions made;
        made.workers = threads;
        made.budget = budget;
        return made;
    }

    double noiseOf(const QuantizationOptions& precision) const {
        const IntegerNetwork network = quantize(graph, lowering, calibration, precision);
        return measureAgreement(reference, integerOutputs(network, inputs, 1)).relativeNoise;
    }
};

/// Two outputs that leave as one map, a table, a selection and a concat.
nn::Graph branchedNetwork() {
    test::GraphMaker make({1, 3, 8, 8}, 5);
    const nn::ValueId x = make.relu(make.convolution(make.input(), 8, 3));
    const auto halves = make.split(x, 1, {4, 4});
    const nn::ValueId y = make.convolution(halves[0], 6, 3);
    const nn::ValueId gate = make.activation(y, nn::ActivationKind::Sigmoid);
    const nn::ValueId swish = make.same("Mul", nn::Binary{nn::BinaryKind::Multiply}, {y, gate});
    const nn::ValueId all = make.concat({swish, halves[1]});
    return make.finish({make.convolution(all, 4, 3), make.softmax(make.convolution(all, 3, 1))});
}

TEST(Sensitivity, PredictsTheNoiseOfABranchedNetwork) {
    const nn::Graph graph = branchedNetwork();
    const Lowering lowering = lower(graph);
    const std::vector<nn::Tensor> inputs = uniformInputs(graph, 10, 4);
    const Calibration calibration = calibrate(graph, lowering, inputs, 1);
    SensitivityOptions options;
    options.workers = 1;
    const Sensitivities noise = sensitivities(graph, lowering, calibration, inputs, options);
    for (const int bits : {5, 8}) {
        const std::size_t b = static_cast<std::size_t>(bits);
        QuantizationOptions precision;
        precision.layers.assign(lowering.layers.size(), {bits, bits});
        double predicted = noise.input[8];
        for (std::size_t layer = 0; layer < lowering.layers.size(); ++layer) {
            predicted += noise.weights[layer][b] + noise.activations[layer][b];
            EXPECT_EQ(noise.activations[layer][b] > 0, !lowering.layers[layer].keepsFormat())
                << lowering.layers[layer].name;
        }
        const IntegerNetwork network = quantize(graph, lowering, calibration, precision);
        const Agreement measured = measureAgreement(referenceOutputs(graph, lowering, inputs, 1),
                                                    integerOutputs(network, inputs, 1));
        EXPECT_NEAR(-10.0 * std::log10(predicted), measured.signalToNoise(), 4.0) << bits << " bits";
    }
}

TEST_F(SensitivityTest, FallWithEveryBit) {
    const Sensitivities result = sensitivities(graph, lowering, calibration, inputs, options(1));
    ASSERT_EQ(result.weights.size(), lowering.layers.size());
    for (std::size_t layer = 0; layer < lowering.layers.size(); ++layer) {
        const bool isConvolution = lowering.layers[layer].kind == LayerKind::Convolution;
        EXPECT_EQ(result.weights[layer][8] > 0, isConvolution) << lowering.layers[layer].name;
        for (std::size_t bits = 3; bits <= 8; ++bits) {
            EXPECT_LE(result.weights[layer][bits], result.weights[layer][bits - 1])
                << lowering.layers[layer].name;
            EXPECT_LE(result.activations[layer][bits], result.activations[layer][bits - 1]);
        }
    }
    EXPECT_LT(result.input[8], result.input[4]);
}

TEST_F(SensitivityTest, SumPredictsTheNoiseOfTheWholeNetwork) {
    const Sensitivities result = sensitivities(graph, lowering, calibration, inputs, options(1));
    for (int bits = 3; bits <= 8; ++bits) {
        const std::size_t b = static_cast<std::size_t>(bits);
        QuantizationOptions precision;
        precision.inputBits = bits;
        precision.layers.assign(lowering.layers.size(), {bits, bits});
        double predicted = result.input[b];
        for (std::size_t layer = 0; layer < lowering.layers.size(); ++layer) {
            predicted += result.weights[layer][b] + result.activations[layer][b];
        }
        const double measured = noiseOf(precision);
        EXPECT_LT(std::abs(std::log10(predicted / measured)), 0.6)
            << bits << " bits: " << predicted << " " << measured;
    }
}

TEST_F(SensitivityTest, RunningWhatFollowsGivesWhatRunningEverythingDoes) {
    const Sensitivities result = sensitivities(graph, lowering, calibration, inputs, options(2));
    const auto noise = [&](const nn::Graph& changed) {
        return measureAgreement(reference, referenceOutputs(changed, lowering, inputs, 1)).relativeNoise;
    };
    const LoweredLayer& last = lowering.layers.back(); // its maps are too small for a mean error
    for (const int bits : {2, 3, 4}) {
        nn::Graph changed = graph;
        nn::Tensor& weights = *changed.value(last.weights).constant;
        const std::size_t row = static_cast<std::size_t>(weights.shape[1]);
        for (std::size_t first = 0; first < weights.floats().size(); first += row) {
            const std::span<float> channel = std::span(weights.floats()).subspan(first, row);
            roundWeights(channel, chooseWeightScale(channel, bits, {}), bits);
        }
        const double whole = noise(changed);
        EXPECT_NEAR(result.weights.back()[static_cast<std::size_t>(bits)], whole, 1e-3 * whole) << bits;
    }
}

TEST_F(SensitivityTest, UseMoreInputsOnlyWhereTheNoiseIsNotYetKnown) {
    const std::vector<nn::Tensor> many = uniformInputs(graph, 64, 4);
    std::size_t told = 0;
    const Sensitivities result =
        sensitivities(graph, lowering, calibration, many, options(1), [&](double) { ++told; });
    const std::size_t places = 1 + 2 * lowering.layers.size(), batches = 4;
    EXPECT_LT(told, places * batches / 2) << "similar inputs settle at once";
    const Sensitivities few =
        sensitivities(graph, lowering, calibration, std::span(many).first(16), options(1));
    EXPECT_NEAR(std::log10(few.input[4] / result.input[4]), 0.0, 0.15);
}

TEST_F(SensitivityTest, DoNotDependOnThreads) {
    const Sensitivities one = sensitivities(graph, lowering, calibration, inputs, options(1));
    const Sensitivities two = sensitivities(graph, lowering, calibration, inputs, options(2));
    EXPECT_EQ(one.weights, two.weights);
    EXPECT_EQ(one.activations, two.activations);
}

TEST_F(SensitivityTest, BudgetTradesMeasuringForExtrapolation) {
    const Sensitivities full = sensitivities(graph, lowering, calibration, inputs, options(1));
    const Sensitivities cheap = sensitivities(graph, lowering, calibration, inputs, options(1, 1.0));
    for (std::size_t layer = 0; layer < lowering.layers.size(); ++layer) {
        if (full.weights[layer][8] > 0) {
            EXPECT_LT(std::abs(std::log10(cheap.weights[layer][8] / full.weights[layer][8])), 1.0);
        }
    }
}

} // namespace
} // namespace tandem::quant
