// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/judge/accuracy/accuracy_predictor.h"
#include "tests/core/support/shared_files.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>

namespace tandem::judge {
namespace {

point::Space spaceOf(std::size_t parameters, std::size_t choices) {
    point::Space space;
    for (std::size_t i = 0; i < parameters; ++i) {
        point::Parameter& parameter = space.parameters.emplace_back();
        parameter.name = fmt::format("model.b{}.width", i);
        for (std::size_t choice = 0; choice < choices; ++choice) {
            parameter.choices.push_back({static_cast<double>(choice), std::to_string(choice)});
        }
    }
    return space;
}

point::Encoding randomEncoding(const point::Space& space, Random& random) {
    point::Encoding encoding;
    for (const point::Parameter& parameter : space.parameters) {
        encoding.push_back(static_cast<std::uint8_t>(random.below(parameter.choices.size())));
    }
    return encoding;
}

/// How well a predictor does on evaluations that it was not given.
struct Quality {
    double meanAbsoluteError = 0.0; ///< percentage points
    double coverage = 0.0;          ///< share inside the interval of 90 %, percent
};

Quality qualityOn(const AccuracyPredictor& predictor, std::span<const Evaluation> unseen) {
    Quality quality;
    const double count = static_cast<double>(unseen.size());
    for (const Evaluation& evaluation : unseen) {
        const Normal said = predictor.predict(evaluation.encoding);
        const double miss = std::abs(said.mean - evaluation.accuracy);
        quality.meanAbsoluteError += miss / count;
        quality.coverage += miss <= 1.645 * said.deviation ? 100.0 / count : 0.0;
    }
    return quality;
}

/// Choices cost accuracy, some more than others and some only together; evaluations are a little noisy.
class Synthetic {
  public:
    Synthetic() {
        for (std::size_t i = 0; i < space.parameters.size(); ++i) {
            costs_.push_back(1.5 * std::exp(-0.3 * static_cast<double>(i)));
        }
    }

    double truth(const point::Encoding& encoding) const {
        double error = 6.0;
        for (std::size_t i = 0; i < encoding.size(); ++i) {
            const double narrow = 1.0 - static_cast<double>(encoding[i]) / 3.0;
            error += costs_[i] * narrow * narrow;
        }
        error += encoding[0] == 0 && encoding[1] == 0 ? 3.0 : 0.0;
        return 100.0 - error;
    }

    std::vector<Evaluation> evaluations(std::size_t count, std::uint64_t seed) const {
        Random random(seed);
        std::vector<Evaluation> all;
        for (std::size_t i = 0; i < count; ++i) {
            const point::Encoding encoding = randomEncoding(space, random);
            all.push_back({encoding, truth(encoding) + 0.2 * random.normal()});
        }
        return all;
    }

    point::Space space = spaceOf(20, 4);

  private:
    std::vector<double> costs_;
};

TEST(AccuracyPredictor, KeepsItsIntervalsOnPointsNeverSeen) {
    const Synthetic synthetic;
    const AccuracyPredictor predictor(EncodingFeatures(synthetic.space), synthetic.evaluations(200, 1), 1);
    const Quality quality = qualityOn(predictor, synthetic.evaluations(200, 2));
    EXPECT_LE(quality.meanAbsoluteError, 0.4); // 0.16 is the noise's own
    EXPECT_GE(quality.coverage, 80.0);
    EXPECT_LE(quality.coverage, 98.0);
}

TEST(AccuracyPredictor, LearnsFasterWhenItIsToldWhatToExpect) {
    const Synthetic synthetic;
    const std::vector<Evaluation> few = synthetic.evaluations(24, 1), unseen = synthetic.evaluations(200, 2);
    // The prior is wrong in place and slope, but knows what matters.
    const auto prior = [&](const point::Encoding& encoding) {
        return 80.0 + 0.4 * (synthetic.truth(encoding) - 90.0);
    };
    const AccuracyPredictor blind(EncodingFeatures(synthetic.space), few, 1);
    const AccuracyPredictor told(EncodingFeatures(synthetic.space, prior), few, 1);
    EXPECT_LT(2.0 * qualityOn(told, unseen).meanAbsoluteError, qualityOn(blind, unseen).meanAbsoluteError);
}

TEST(AccuracyPredictor, IsTheSameForTheSameSeedOnAnyNumberOfThreads) {
    const Synthetic synthetic;
    const std::vector<Evaluation> known = synthetic.evaluations(40, 1);
    const AccuracyPredictor one(EncodingFeatures(synthetic.space), known, 9, 1);
    const AccuracyPredictor two(EncodingFeatures(synthetic.space), known, 9, 2);
    for (const Evaluation& evaluation : synthetic.evaluations(10, 2)) {
        EXPECT_EQ(one.predict(evaluation.encoding).mean, two.predict(evaluation.encoding).mean);
        EXPECT_EQ(one.predict(evaluation.encoding).deviation, two.predict(evaluation.encoding).deviation);
    }
}

TEST(AccuracyPredictor, TakesMoreEvaluationsInWithoutFittingAgain) {
    const Synthetic synthetic;
    const std::vector<Evaluation> all = synthetic.evaluations(160, 1), unseen = synthetic.evaluations(200, 2);
    const AccuracyPredictor first(EncodingFeatures(synthetic.space), std::span(all).first(80), 1);
    const AccuracyPredictor refreshed = first.refreshed(all);
    EXPECT_EQ(refreshed.evaluationCount(), 160U);
    EXPECT_LT(qualityOn(refreshed, unseen).meanAbsoluteError, qualityOn(first, unseen).meanAbsoluteError);
}

TEST(AccuracyPredictor, SeesOnlyWhatChangesTheNetwork) {
    point::Space space = spaceOf(3, 4);
    space.parameters[1].name = "hw.clock_mhz";
    space.parameters[2].choices.resize(1);
    EXPECT_EQ(EncodingFeatures(space).of({3, 2, 0}), std::vector<double>{1.0});
    const auto reading = [](point::Encoding encoding) { return point::Encoding(encoding.size(), 0); };
    EXPECT_EQ(EncodingFeatures(space, {}, reading).of({3, 2, 0}), std::vector<double>{0.0});
}

TEST(AccuracyPredictor, RefusesWhatItCannotLearnFrom) {
    const Synthetic synthetic;
    std::vector<Evaluation> evaluations = synthetic.evaluations(8, 1);
    EXPECT_THROW(AccuracyPredictor(EncodingFeatures(synthetic.space), std::span(evaluations).first(7), 1),
                 Error);
    evaluations[3].accuracy = 101.0;
    EXPECT_THROW(AccuracyPredictor(EncodingFeatures(synthetic.space), evaluations, 1), Error);
}

/// NAS-Bench-Macro (Su et al. 2021): 6561 networks of eight layers with three kinds each, trained on
/// CIFAR-10.
TEST(AccuracyPredictor, KeepsItsIntervalsOnTrainedNetworks) {
    const std::filesystem::path file = test::sharedFile("data/nasbench_macro_cifar10.json");
    if (file.empty()) {
        GTEST_SKIP() << "data/nasbench_macro_cifar10.json is not here";
    }
    std::vector<Evaluation> all;
    const nlohmann::json networks = nlohmann::json::parse(std::ifstream(file));
    for (const auto& [name, network] : networks.items()) {
        Evaluation& evaluation = all.emplace_back();
        for (const char kind : name) {
            evaluation.encoding.push_back(static_cast<std::uint8_t>(kind - '0'));
        }
        evaluation.accuracy = network.at("mean_acc").get<double>();
    }
    Random random(11);
    for (std::size_t i = 0; i < 500; ++i) {
        std::swap(all[i], all[i + random.below(all.size() - i)]);
    }
    const AccuracyPredictor predictor(EncodingFeatures(spaceOf(8, 3)), std::span(all).first(300), 1);
    const Quality quality = qualityOn(predictor, std::span(all).subspan(300, 200));
    fmt::print(
        "NAS-Bench-Macro, 300 known, 200 unseen: mean absolute error {:.3f} points, {:.1f} % inside the "
        "interval of 90 %\n",
        quality.meanAbsoluteError, quality.coverage);
    EXPECT_LE(quality.meanAbsoluteError, 0.4);
    EXPECT_GE(quality.coverage, 80.0);
    EXPECT_LE(quality.coverage, 98.0);
}

} // namespace
} // namespace tandem::judge
