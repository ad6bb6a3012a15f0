// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/judge/accuracy/accuracy_tables.h"
#include "core/judge/accuracy/measure_tables.h"
#include "core/judge/evaluator.h"
#include "core/space/changed_network.h"
#include "core/space/decoder.h"
#include "tests/core/space/networks.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace tandem::judge {
namespace {

class AccuracyTablesTest : public testing::Test {
  protected:
    space::JointSpace joint_{test::residualNetwork(), test::exampleDevice()};
    JudgingInputs inputs_ = inputsWithoutData(joint_.imported(), 16, 21);
    AccuracyTables tables_ = measureTables(joint_, inputs_, 1, 2);
    const space::Plan& plan_ = joint_.decoder().plan();
};

TEST_F(AccuracyTablesTest, HoldTheNoiseOfEveryWidthAsRunningEverythingHasIt) {
    const space::Decoder& decoder = joint_.decoder();
    const quant::Outputs reference =
        quant::referenceOutputs(decoder.graph(), decoder.lowering(), inputs_.calibration, 1);
    std::size_t compared = 0;
    for (std::size_t group = 0; group < plan_.groups.size(); ++group) {
        const int place = decoder.named().places.width[group];
        for (std::size_t choice = 0; place != space::kNone && choice + 1 < plan_.groups[group].counts.size();
             ++choice) {
            point::Encoding encoding = joint_.space().importedPoint();
            encoding[space::at(place)] = static_cast<std::uint8_t>(choice);
            const nn::Graph network = joint_.network(encoding);
            const quant::Outputs whole =
                quant::referenceOutputs(network, quant::lower(network), inputs_.calibration, 1);
            const double noise = quant::measureAgreement(reference, whole).relativeNoise;
            EXPECT_NEAR(static_cast<double>(tables_.noise.widths[group][choice]), noise, 1e-4 * noise);
            ++compared;
        }
    }
    EXPECT_GT(compared, 4U);
}

TEST_F(AccuracyTablesTest, ComeBackFromTheStudyFileToTheLastBit) {
    const std::string text = toJson(tables_).dump();
    AccuracyTables back = accuracyTablesFromJson(nlohmann::json::parse(text), plan_);
    EXPECT_TRUE(std::isnan(back.importedAccuracy));
    EXPECT_EQ(back.noise.weights, tables_.noise.weights);
    EXPECT_EQ(back.noise.activations, tables_.noise.activations);
    EXPECT_EQ(back.noise.input, tables_.noise.input);
    EXPECT_EQ(back.noise.widths, tables_.noise.widths);
    EXPECT_EQ(back.noise.kernels, tables_.noise.kernels);
    EXPECT_EQ(back.noise.skips, tables_.noise.skips);
    EXPECT_EQ(back.noise.writers, tables_.noise.writers);
    bool isAsked = false;
    const auto given = [&](const std::stop_token&) {
        isAsked = true;
        return inputs_;
    };
    const Evaluator kept(joint_, std::move(back), given), measured(joint_, inputs_, 1);
    Random random(3);
    for (int i = 0; i < 50; ++i) {
        const point::Encoding encoding = test::randomPoint(joint_.space(), random);
        EXPECT_EQ(kept.evaluate(encoding), measured.evaluate(encoding));
    }
    EXPECT_FALSE(isAsked) << "predicting needs no inputs";
    const point::Encoding encoding = joint_.space().importedPoint();
    EXPECT_EQ(kept.measured(kept.integerNetwork(encoding)).metrics,
              measured.measured(measured.integerNetwork(encoding)).metrics);
}

TEST_F(AccuracyTablesTest, AreRefusedWhereTheyAreDamagedOrOfAnotherSpace) {
    const nlohmann::json whole = toJson(tables_);
    const space::JointSpace other(test::chainNetwork(), test::exampleDevice());
    EXPECT_THROW(accuracyTablesFromJson(whole, other.decoder().plan()), Error);
    for (const char* part : {"weights", "widths", "skips", "samples", "imported_accuracy"}) {
        nlohmann::json damaged = whole;
        damaged.erase(part);
        EXPECT_THROW(accuracyTablesFromJson(damaged, plan_), Error) << part;
    }
    nlohmann::json damaged = whole;
    damaged["weights"][0][3] = "much";
    EXPECT_THROW(accuracyTablesFromJson(damaged, plan_), Error);
}

TEST(MeasuredShares, TakeAllValidationInputsUnlessFewerAreEnough) {
    const space::JointSpace joint(test::chainNetwork(), test::exampleDevice());
    JudgingInputs inputs = inputsWithoutData(joint.imported(), 12, 5);
    const std::vector<nn::Tensor> some = inputs.calibration;
    inputs.validation = {1500, [some](std::size_t i) { return some[i % some.size()]; }};
    const Evaluator evaluator(joint, inputs, 1);
    const quant::IntegerNetwork network = evaluator.integerNetwork(joint.space().importedPoint());
    const MeasuredShares shares = evaluator.measured(network);
    const double agreement = static_cast<double>(shares.metrics.value(point::Metric::Agreement));
    if (agreement < 98.0) { // 95 % of 1500: +-1.1 points
        EXPECT_EQ(shares.count, 1500U);
    } else if (agreement == 100.0) { // of 512: 99.26 to 100
        EXPECT_EQ(shares.count, 512U);
    }
    EXPECT_LE(shares.count, 1500U);
}

} // namespace
} // namespace tandem::judge
