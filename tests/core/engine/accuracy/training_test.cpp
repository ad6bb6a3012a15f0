// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/engine/accuracy/front_training.h"
#include "core/judge/evaluator.h"
#include "core/quant/packed/run.h"
#include "core/store/study_file.h"
#include "tests/core/engine/accuracy/stripes_study.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::engine {
namespace {

using point::Metric;
using PointTraining = StripesStudy;

TEST_F(PointTraining, GivesTheAccuracyOfTheIntegersThatAreKept) {
    TrainingSettings settings;
    settings.epochs = 12;
    settings.batch = 32;
    settings.learningRate = 0.05;
    settings.distillation = 0.0; // the imported weights are random
    TrainingFigures figures;
    point::PointId point = 0;
    {
        const auto session = searched();
        point = strongest(*session);
        std::int64_t last = 0;
        const auto found = session->train(point, settings, [&](const TrainingStatus& status) {
            EXPECT_EQ(status.step, last + 1);
            last = status.step;
        });
        ASSERT_TRUE(found);
        figures = *found;
        EXPECT_EQ(last, 12 * (990 / 32));
        EXPECT_EQ(figures.testSamples, 300U);
        EXPECT_EQ(figures.validationSamples, 110U);
        EXPECT_GT(figures.testAccuracy, 90.0);
        session->start({50, 0.0, 1}); // applies what was refined
        session->wait();
    }
    const auto session = Session::open(study_, devices_);
    const std::vector<TrainingStatus> curve = session->trainingCurve(point);
    ASSERT_EQ(curve.size(), 12U);
    EXPECT_LT(curve.back().loss, curve.front().loss);
    EXPECT_EQ(curve.back().step, curve.back().steps);
    EXPECT_TRUE(session->trainingCurve(point + 1).empty());
    const point::Point refined = session->freeze(point).point;
    EXPECT_FLOAT_EQ(refined.metrics.value(Metric::Accuracy), static_cast<float>(figures.testAccuracy));
    EXPECT_EQ(refined.metrics.source(Metric::Accuracy), point::Source::Measured);
    const quant::IntegerNetwork network = session->integerNetwork(point);
    const data::Dataset dataset = data::openDataset(setup_.data);
    int correct = 0;
    for (std::size_t sample = dataset.trainingCount; sample < dataset.size(); ++sample) {
        const nn::Tensor input = dataset.batchFor({1, 1, 8, 8}, {&sample, 1});
        const std::vector<float> scores = quant::runInteger(network, {&input, 1}).at(0).floats();
        correct += (scores[1] > scores[0]) == (dataset.labels[sample] == 1) ? 1 : 0;
    }
    EXPECT_NEAR(100.0 * correct / 300.0, figures.testAccuracy, 0.4); // equal scores aside
}

TEST_F(PointTraining, GoesOnWhereItWasCancelled) {
    TrainingSettings settings;
    settings.epochs = 1;
    settings.batch = 32;
    settings.distillation = 0.3;
    const auto whole = searched()->train(0, settings);
    std::filesystem::remove(study_);
    {
        const auto session = searched();
        std::stop_source stop;
        const auto cancelled = session->train(
            0, settings,
            [&](const TrainingStatus& status) {
                if (status.step == 11) {
                    stop.request_stop();
                }
            },
            stop.get_token());
        EXPECT_FALSE(cancelled);
    }
    const auto session = Session::open(study_, devices_);
    std::int64_t first = 0;
    const auto resumed = session->train(
        0, settings, [&](const TrainingStatus& status) { first = first == 0 ? status.step : first; });
    ASSERT_TRUE(whole && resumed);
    EXPECT_EQ(first, 12);
    EXPECT_EQ(resumed->testAccuracy, whole->testAccuracy);
    EXPECT_EQ(resumed->validationAccuracy, whole->validationAccuracy);
}

TEST_F(PointTraining, SaysOnceThatItsCheckpointIsDamaged) {
    TrainingSettings settings;
    settings.epochs = 1;
    settings.batch = 32;
    settings.distillation = 0.0;
    std::stop_source stop;
    stop.request_stop();
    EXPECT_FALSE(searched()->train(0, settings, {}, stop.get_token()));
    {
        const auto file = store::StudyFile::open(study_);
        const std::string checkpoint = file->value("checkpoint/0").value();
        file->setValue("checkpoint/0", checkpoint.substr(0, checkpoint.size() - 1));
    }
    const auto session = Session::open(study_, devices_);
    try {
        session->train(0, settings);
        ADD_FAILURE() << "a damaged checkpoint was taken";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("checkpoint ends early"));
    }
    EXPECT_TRUE(session->train(0, settings));
}

TEST_F(PointTraining, GoesThroughTheFront) {
    TrainingSettings settings;
    settings.epochs = 1;
    settings.batch = 32;
    settings.distillation = 0.0;
    const auto session = searched();
    const std::vector<point::PointId> front = session->snapshot()->front;
    ASSERT_GE(front.size(), 2U);
    std::vector<FrontStep> steps;
    const auto first =
        trainFront(*session, *session, settings, 1, [&](const FrontStep& step) { steps.push_back(step); });
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(first[0].point, std::ranges::min(front));
    ASSERT_EQ(steps.size(), 1U);
    EXPECT_EQ(steps[0].count, 1U);
    EXPECT_TRUE(session->isTrained(first[0].point));
    session->wait();
    const point::Point& point = session->snapshot()->points[first[0].point];
    EXPECT_EQ(point.metrics.source(Metric::Accuracy), point::Source::Measured);

    std::stop_source stop;
    const auto second = trainFront(
        *session, *session, settings, 2, {},
        [&](const TrainingStatus& status) {
            if (status.step == 3) {
                stop.request_stop();
            }
        },
        stop.get_token());
    EXPECT_TRUE(second.empty());

    const auto rest = trainFront(*session, *session, settings, 1000);
    EXPECT_FALSE(rest.empty());
    session->wait();
    for (const point::PointId id : session->snapshot()->front) {
        EXPECT_TRUE(session->isTrained(id)) << id;
    }
    EXPECT_TRUE(trainFront(*session, *session, settings, 1000).empty());
}

TEST_F(PointTraining, NeedsLabelledData) {
    setup_.data.clear();
    const auto session = searched();
    EXPECT_THROW(session->train(0, {}), Error);
    EXPECT_THROW(session->train(1000, {}), Error);
}

} // namespace
} // namespace tandem::engine
