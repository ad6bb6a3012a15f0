// SPDX-License-Identifier: GPL-3.0-or-later
// A study's supernet: how it is trained, interrupted, and what it makes of the points.
#include "core/base/error.h"
#include "core/store/study_file.h"
#include "tests/core/engine/accuracy/stripes_study.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <thread>

namespace tandem::engine {
namespace {

using point::Metric;
using point::Source;

class StudySupernetTest : public StripesStudy {
  protected:
    SupernetSettings settings_{6, 32, 0.05, {}, 2, 1000.0};

    /// Until the ladder has nothing left to do.
    static LadderStatus settled(const TrainingSession& session) {
        LadderStatus status = session.ladder();
        for (int i = 0; i < 12'000 && status.failure.empty() && !status.rests; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
            status = session.ladder();
        }
        return status;
    }

    std::string kept(const std::filesystem::path& study) const {
        return store::StudyFile::open(study)->value("supernet").value_or("");
    }
};

TEST_F(StudySupernetTest, LiftsThePointsAndIsWhatTheirTrainingStartsFrom) {
    const auto session = searched();
    EXPECT_FALSE(session->ladder().hasSupernet);
    const auto figures = session->trainSupernet(settings_);
    ASSERT_TRUE(figures);
    EXPECT_GT(figures->largestAccuracy, 90.0);
    EXPECT_EQ(figures->validationSamples, 110U);
    const LadderStatus status = settled(*session);
    EXPECT_EQ(status.failure, "");
    EXPECT_TRUE(status.hasSupernet);
    session->start({50, 0.0, 1}); // applies what was refined
    session->wait();
    const auto snapshot = session->snapshot();
    for (const point::PointId id : snapshot->front) {
        EXPECT_EQ(snapshot->points[id].metrics.source(Metric::Accuracy), Source::Supernet);
        EXPECT_EQ(snapshot->points[id].metrics.accuracyDeviation, 0.0F);
    }
    TrainingSettings fine;
    fine.epochs = 1;
    fine.batch = 32;
    const point::PointId best = strongest(*session);
    const auto trained = session->train(best, fine);
    ASSERT_TRUE(trained);
    EXPECT_TRUE(trained->fromSupernet);
    EXPECT_EQ(trained->teacher, "supernet"); // the imported weights are random
    EXPECT_GT(trained->testAccuracy, 85.0);
}

TEST_F(StudySupernetTest, IsThereWhenTheStudyIsOpenedAgain) {
    {
        const auto session = searched();
        ASSERT_TRUE(session->trainSupernet(settings_));
        settled(*session);
        session->start({50, 0.0, 1});
        session->wait();
    }
    const auto session = Session::open(study_, devices_);
    EXPECT_TRUE(session->ladder().hasSupernet);
    const auto before = session->snapshot();
    std::size_t known = 0;
    for (std::size_t id = 0; id < before->points.size(); ++id) {
        known += before->points[id].metrics.source(Metric::Accuracy) == Source::Supernet ? 1U : 0U;
    }
    ASSERT_GT(known, 0U);
    session->start({50, 0.0, 1}); // no point more: what is known is all there is to learn from
    session->wait();
    const LadderStatus status = settled(*session);
    EXPECT_EQ(status.failure, "");
    EXPECT_GT(status.evaluated, 0U);
    EXPECT_LE(status.evaluated, known);
}

TEST_F(StudySupernetTest, GoesOnFromACheckpointToTheSameWeights) {
    settings_.checkpointSeconds = 0.0;
    const std::filesystem::path whole = folder_.path() / "whole.tandem";
    ASSERT_TRUE(searched(whole)->trainSupernet(settings_));
    std::stop_source stop;
    {
        const auto session = searched();
        EXPECT_FALSE(session->trainSupernet(
            settings_,
            [&](const TrainingStatus& status) {
                if (status.step == 40) {
                    stop.request_stop();
                }
            },
            stop.get_token()));
        EXPECT_FALSE(session->ladder().hasSupernet);
    }
    std::int64_t first = 0;
    settings_.threads = 1;
    {
        const auto session = Session::open(study_, devices_);
        ASSERT_TRUE(session->trainSupernet(
            settings_, [&](const TrainingStatus& status) { first = first == 0 ? status.step : first; }));
        const std::vector<TrainingStatus> curve = session->trainingCurve({});
        EXPECT_EQ(curve.size(), static_cast<std::size_t>(settings_.epochs));
        EXPECT_EQ(curve, Session::open(whole, devices_)->trainingCurve({}));
    }
    EXPECT_EQ(first, 41);
    EXPECT_FALSE(kept(whole).empty());
    EXPECT_EQ(kept(study_), kept(whole));
}

TEST_F(StudySupernetTest, StaysWhileAnotherIsTrainedInItsPlace) {
    {
        const auto session = searched();
        ASSERT_TRUE(session->trainSupernet(settings_));
    }
    const std::string trained = kept(study_);
    std::stop_source stop;
    stop.request_stop();
    settings_.epochs = 9;
    {
        const auto session = Session::open(study_, devices_);
        EXPECT_FALSE(session->trainSupernet(settings_, {}, stop.get_token()));
        EXPECT_TRUE(session->ladder().hasSupernet);
    }
    EXPECT_EQ(kept(study_), trained);
    EXPECT_TRUE(Session::open(study_, devices_)->ladder().hasSupernet);
}

TEST_F(StudySupernetTest, StartWhileItIsTrainedAnewDoesNotClimbOnTheOldFigures) {
    const auto session = searched();
    const auto judged = [&] {
        settled(*session);
        session->start({50, 0.0, 1}); // applies what was refined
        session->wait();
        std::map<point::PointId, float> figures;
        const auto snapshot = session->snapshot();
        for (std::size_t id = 0; id < snapshot->points.size(); ++id) {
            if (snapshot->points[id].metrics.source(Metric::Accuracy) == Source::Supernet) {
                figures[id] = snapshot->points[id].metrics.value(Metric::Accuracy);
            }
        }
        return figures;
    };
    settings_.epochs = 1;
    ASSERT_TRUE(session->trainSupernet(settings_));
    const std::map<point::PointId, float> old = judged();
    ASSERT_FALSE(old.empty());
    settings_.epochs = 6;
    std::size_t climbedMeanwhile = 0;
    ASSERT_TRUE(session->trainSupernet(settings_, [&](const TrainingStatus& status) {
        if (status.step == 2) {
            session->start({50, 0.0, 1});
            for (int i = 0; i < 50 && climbedMeanwhile == 0; ++i) {
                std::this_thread::sleep_for(std::chrono::milliseconds(10));
                climbedMeanwhile = session->ladder().evaluated;
            }
        }
    }));
    EXPECT_EQ(climbedMeanwhile, 0U);
    const std::map<point::PointId, float> now = judged();
    EXPECT_TRUE(std::ranges::any_of(old, [&](const auto& figure) {
        return now.at(figure.first) != figure.second;
    })) << "the new supernet judges the points";
}

TEST_F(StudySupernetTest, NeedsData) {
    setup_.data.clear();
    EXPECT_THROW(searched()->trainSupernet(settings_), Error);
}

} // namespace
} // namespace tandem::engine
