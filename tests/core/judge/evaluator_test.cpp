// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/hw/pipeline/accelerator.h"
#include "core/hw/workload/workload_of.h"
#include "core/judge/accuracy/synthetic_inputs.h"
#include "core/judge/cost/cost.h"
#include "core/judge/evaluator.h"
#include "core/quant/quantize/agreement.h"
#include "core/train/executor.h"
#include "tests/core/space/networks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace tandem::judge {
namespace {

/// A point whose choices lie at most `reach` of the way from the imported ones.
point::Encoding nearPoint(const space::JointSpace& joint, double reach, Random& random) {
    point::Encoding encoding = joint.space().importedPoint();
    for (const space::Bundle& bundle : joint.bundles()) {
        for (const std::size_t place : bundle.parameters) {
            encoding[place] = static_cast<std::uint8_t>(
                encoding[place] - std::floor(reach * random.uniform() * encoding[place]));
        }
    }
    return encoding;
}

std::size_t topOf(const nn::Graph& graph, const nn::Tensor& input) {
    const std::vector<nn::Tensor> inputs{input};
    return quant::topIndex(train::run(graph, inputs).at(0).floats());
}

class EvaluatorTest : public testing::Test {
  protected:
    EvaluatorTest()
        : joint_(test::residualNetwork(), test::exampleDevice()),
          inputs_(inputsWithoutData(joint_.imported(), 48, 21)) {}

    space::JointSpace joint_;
    JudgingInputs inputs_;
};

double agreementOf(const Evaluator& evaluator, const point::Encoding& encoding) {
    return evaluator.measured(evaluator.integerNetwork(encoding)).metrics.value(point::Metric::Agreement);
}

TEST_F(EvaluatorTest, JudgesASpaceWithParametersOfOneChoice) {
    hw::Device device = test::exampleDevice();
    device.dsp = 0; // products are made of LUTs, there is nothing to choose
    const space::JointSpace joint(test::residualNetwork(), device);
    const std::size_t multiplier = joint.space().indexOf("hw.pipeline.b0.multiplier");
    ASSERT_EQ(joint.space().parameters[multiplier].choices.size(), 1U);
    const Evaluator evaluator(joint, inputs_, 1);
    const point::Metrics metrics = evaluator.evaluate(joint.space().importedPoint());
    EXPECT_GT(metrics.value(point::Metric::Agreement), 50.0F);
    EXPECT_EQ(metrics.value(point::Metric::Dsp), 0.0F);
}

TEST_F(EvaluatorTest, PredictsWhatItMeasures) {
    const Evaluator evaluator(joint_, inputs_, 1);
    Random random(31);
    double squares = 0.0, spread = 0.0, measuredMean = 0.0;
    std::vector<double> measured;
    constexpr int kPoints = 40;
    for (int i = 0; i < kPoints; ++i) {
        const point::Encoding encoding = nearPoint(joint_, random.uniform(), random);
        const point::Metrics predicted = evaluator.evaluate(encoding);
        EXPECT_EQ(predicted.source(point::Metric::Agreement), point::Source::Predicted);
        EXPECT_EQ(predicted.source(point::Metric::Accuracy), point::Source::None);
        measured.push_back(agreementOf(evaluator, encoding));
        measuredMean += measured.back() / kPoints;
        const double error = static_cast<double>(predicted.value(point::Metric::Agreement)) - measured.back();
        squares += error * error / kPoints;
        spread += static_cast<double>(predicted.accuracyDeviation) *
                  static_cast<double>(predicted.accuracyDeviation) / kPoints;
    }
    double variance = 0.0;
    for (const double value : measured) {
        variance += (value - measuredMean) * (value - measuredMean) / kPoints;
    }
    EXPECT_LT(squares, 0.5 * variance) << "the prediction says more than the mean would";
    EXPECT_LT(std::sqrt(squares), 3.0 * std::sqrt(spread)) << "the stated deviation is honest";
}

TEST_F(EvaluatorTest, CostsAreThoseOfTheSpace) {
    const Evaluator evaluator(joint_, inputs_, 1);
    Random random(32);
    const point::Encoding encoding = test::randomPoint(joint_.space(), random);
    const point::Metrics cost = judge::cost(joint_, encoding), all = evaluator.evaluate(encoding);
    for (std::size_t m = 0; m < point::kMetricCount; ++m) {
        const auto metric = static_cast<point::Metric>(m);
        if (cost.source(metric) != point::Source::None) {
            EXPECT_EQ(all.value(metric), cost.value(metric));
            EXPECT_EQ(all.source(metric), cost.source(metric));
        }
    }
}

TEST_F(EvaluatorTest, GivesTheSameFromAnyNumberOfThreads) {
    const Evaluator one(joint_, inputs_, 5, 1), two(joint_, inputs_, 5, 2);
    Random random(33);
    std::vector<point::Encoding> points;
    for (int i = 0; i < 200; ++i) {
        points.push_back(nearPoint(joint_, random.uniform(), random));
    }
    std::vector<point::Metrics> metrics(points.size());
    parallelFor(points.size(), 2, [&](std::size_t i, int) { metrics[i] = two.evaluate(points[i]); });
    for (std::size_t i = 0; i < points.size(); ++i) {
        const point::Metrics expected = one.evaluate(points[i]);
        EXPECT_EQ(metrics[i].value(point::Metric::Agreement), expected.value(point::Metric::Agreement));
        EXPECT_EQ(metrics[i].accuracyDeviation, expected.accuracyDeviation);
    }
}

TEST_F(EvaluatorTest, MeasuresAndReplays) {
    const Evaluator evaluator(joint_, inputs_, 1);
    const point::Encoding encoding = joint_.space().importedPoint();
    const quant::IntegerNetwork network = evaluator.integerNetwork(encoding);
    const space::Design design = evaluator.exactDesign(encoding, network);
    point::Metrics metrics = exactCost(joint_, encoding, design);
    metrics.improve(evaluator.measured(network).metrics);
    EXPECT_EQ(metrics.source(point::Metric::Agreement), point::Source::Measured);
    EXPECT_EQ(static_cast<double>(metrics.value(point::Metric::Agreement)), agreementOf(evaluator, encoding));
    EXPECT_GE(metrics.value(point::Metric::Agreement), 90.0F) << "8 bits change little";
    EXPECT_EQ(design.workload.layers, hw::workloadOf(network).layers);
    const auto foldingsOf = [](const space::Design& made) {
        return made.accelerator.as<hw::pipeline::Pipeline>()->parameters.foldings;
    };
    EXPECT_EQ(foldingsOf(design), foldingsOf(joint_.design(encoding)));
    const hw::FrameCycles timing = design.accelerator->exactCycles(design.workload);
    EXPECT_NEAR(static_cast<double>(metrics.value(point::Metric::LatencyMs)),
                static_cast<double>(timing.latency) / design.clockMhz / 1e3, 1e-6);
    EXPECT_NEAR(static_cast<double>(metrics.value(point::Metric::ThroughputFps)),
                design.clockMhz * 1e6 / static_cast<double>(timing.interval), 1.0);
}

TEST_F(EvaluatorTest, AccuracyAgainstTheImportedAnswersIsAgreement) {
    const std::vector<nn::Tensor> validation = syntheticInputs(joint_.imported(), 40, 22);
    inputs_.validation = validation;
    for (const nn::Tensor& input : validation) {
        inputs_.labels.push_back(static_cast<int>(topOf(joint_.imported(), input)));
    }
    const Evaluator evaluator(joint_, inputs_, 1);
    EXPECT_EQ(evaluator.accuracyMetric(), point::Metric::Accuracy);
    EXPECT_EQ(evaluator.importedAccuracy(), 100.0);
    Random random(34);
    for (int i = 0; i < 5; ++i) {
        const point::Encoding encoding = nearPoint(joint_, 0.7, random);
        const point::Metrics measured = evaluator.measured(evaluator.integerNetwork(encoding)).metrics;
        EXPECT_EQ(measured.value(point::Metric::Accuracy), measured.value(point::Metric::Agreement));
        const point::Metrics predicted = evaluator.evaluate(encoding);
        EXPECT_EQ(predicted.source(point::Metric::Accuracy), point::Source::Predicted);
        EXPECT_EQ(predicted.value(point::Metric::Accuracy), predicted.value(point::Metric::Agreement));
        EXPECT_EQ(measured.source(point::Metric::Accuracy), point::Source::Measured);
    }
}

TEST_F(EvaluatorTest, RefusesInputsThatDoNotFit) {
    EXPECT_THROW(Evaluator(joint_, {}, 1), Error);
    JudgingInputs wrong = inputs_;
    wrong.calibration[3] = nn::Tensor::zeros(nn::ElementType::Float32, {1, 3, 8, 9});
    EXPECT_THROW(Evaluator(joint_, wrong, 1), Error);
    wrong = inputs_;
    wrong.labels = {1, 2};
    EXPECT_THROW(Evaluator(joint_, wrong, 1), Error);
    wrong.labels.assign(inputs_.calibration.size(), 10);
    EXPECT_THROW(Evaluator(joint_, wrong, 1), Error);
    const Evaluator evaluator(joint_, inputs_, 1);
    EXPECT_TRUE(std::isnan(evaluator.importedAccuracy()));
}

TEST(SyntheticInputs, AreSeededAndVaried) {
    const nn::Graph graph = test::residualNetwork();
    const std::vector<nn::Tensor> inputs = syntheticInputs(graph, 24, 7, 1);
    ASSERT_EQ(inputs.size(), 24U);
    const std::vector<nn::Tensor> again = syntheticInputs(graph, 24, 7, 2);
    const std::vector<nn::Tensor> others = syntheticInputs(graph, 24, 8, 1);
    std::set<std::size_t> answers;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        EXPECT_EQ(inputs[i].shape, (nn::Shape{1, 3, 8, 8}));
        EXPECT_EQ(inputs[i].floats(), again[i].floats());
        EXPECT_NE(inputs[i].floats(), others[i].floats());
        answers.insert(topOf(graph, inputs[i]));
    }
    EXPECT_GE(answers.size(), 3U);
}

TEST(SyntheticInputs, KeepToTheRangeThatTheModelNames) {
    nn::Graph graph = test::chainNetwork();
    graph.value(graph.inputs[0]).quantization = nn::Quantization{8, false, {0.1F}, {100}, 0};
    for (const nn::Tensor& input : syntheticInputs(graph, 8, 7, 1)) {
        const auto [low, high] = std::ranges::minmax(input.floats());
        EXPECT_GE(low, -10.001F);
        EXPECT_LE(high, 15.501F);
    }
}

} // namespace
} // namespace tandem::judge
