// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/engine/study/study_start.h"
#include "core/store/database.h"
#include "core/store/study_file.h"
#include "tests/core/engine/accuracy/stripes_study.h"

#include <gtest/gtest.h>

namespace tandem::engine {
namespace {

using KeptTables = StripesStudy;

/// Goes on to `points` points; the state that it ends in.
State wentOn(Session& session, std::uint64_t points) {
    session.start({points, 0.0, 2});
    session.wait();
    return session.snapshot()->state;
}

TEST_F(KeptTables, LetAStudyGoOnWithoutItsDataAndGiveTheSamePoints) {
    const auto whole = searched(folder_.path() / "whole.tandem");
    ASSERT_EQ(wentOn(*whole, 200), State::Finished);
    searched();
    std::filesystem::remove_all(folder_.path() / "data"); // nothing can be measured any more
    const auto session = Session::open(study_, devices_);
    ASSERT_EQ(wentOn(*session, 200), State::Finished) << session->snapshot()->message;
    const auto found = session->snapshot(), expected = whole->snapshot();
    ASSERT_EQ(found->points.size(), 200U);
    for (point::PointId id = 0; id < 200; ++id) {
        EXPECT_EQ(found->points[id].metrics, expected->points[id].metrics) << id;
    }
    EXPECT_THROW(session->freeze(0), Error) << "measuring a point needs the data";
}

TEST_F(KeptTables, AreMeasuredAndKeptWhereAStudyOfOldHasNone) {
    searched();
    store::Database(study_, store::Database::Mode::OpenExisting)
        .execute("DELETE FROM setup WHERE key = 'accuracy_tables'");
    {
        const auto session = Session::open(study_, devices_);
        EXPECT_EQ(wentOn(*session, 60), State::Finished);
    }
    EXPECT_TRUE(store::StudyFile::open(study_)->value(kTablesKey).has_value());
}

TEST_F(KeptTables, ReadTheDataWhereAPointIsMeasured) {
    searched();
    const auto session = Session::open(study_, devices_);
    const codegen::FrozenPoint frozen = session->freeze(0);
    EXPECT_EQ(frozen.point.metrics.source(point::Metric::Accuracy), point::Source::Measured);
    EXPECT_EQ(frozen.accuracy.count, 110U) << "the whole validation split";
    EXPECT_EQ(frozen.accuracy.inputs, "validation samples");
}

TEST_F(KeptTables, RememberBesideThemWhatPointsWereMeasuredOn) {
    {
        const auto session = searched();
        EXPECT_FALSE(session->measuredOn(0, point::Metric::Accuracy)) << "predicted so far";
        session->freeze(0);
    }
    const auto session = Session::open(study_, devices_);
    for (const point::Metric metric : {point::Metric::Accuracy, point::Metric::Agreement}) {
        const auto on = session->measuredOn(0, metric);
        ASSERT_TRUE(on.has_value());
        EXPECT_EQ(on->inputs, "validation samples");
        EXPECT_EQ(on->count, 110U);
    }
    EXPECT_FALSE(session->measuredOn(0, point::Metric::LatencyMs));
    EXPECT_FALSE(session->measuredOn(1, point::Metric::Accuracy));
}

} // namespace
} // namespace tandem::engine
