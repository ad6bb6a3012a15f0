// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/run/runner.h"
#include "core/store/database.h"
#include "tests/core/engine/run/late_backend.h"
#include "tests/core/engine/run/synthetic_runner.h"
#include "tests/core/support/temporary_folder.h"

#include <gtest/gtest.h>

namespace tandem::engine {
namespace {

using point::Metric;
using test::encodingsOf;
using test::evaluations;
using test::gridProblem;

class Resume : public testing::Test {
  protected:
    std::unique_ptr<store::StudyFile> created() { return store::StudyFile::create(study_); }
    std::unique_ptr<store::StudyFile> opened() { return store::StudyFile::open(study_); }

    tandem::test::TemporaryFolder folder_;
    std::filesystem::path study_ = folder_.path() / "a.tandem";
};

/// Some of everything, `points` points after each step.
void steer(SearchRunner& runner, std::size_t step) {
    switch (step) {
    case 1:
        runner.submit(Pin{"p3", "5"});
        runner.submit(SetConstraints{{{Metric::LatencyMs, point::Relation::AtMost, 0.7}}});
        break;
    case 2:
        runner.submit(Inject{10, {{"p0", "1"}}});
        break;
    case 3:
        runner.submit(
            SetObjectives{{{Metric::EnergyMj, false}, {Metric::Lut, false}, {Metric::LatencyMs, false}}});
        runner.submit(Release{"p3"});
        break;
    default:
        break;
    }
}

TEST_F(Resume, GoesOnAsIfItHadNeverStopped) {
    SearchRunner whole(gridProblem(6));
    for (std::size_t step = 0; step < 5; ++step) {
        steer(whole, step);
        whole.start(evaluations(777 * (step + 1)));
        whole.wait();
    }
    for (std::size_t step = 0; step < 5; ++step) {
        SearchRunner runner(gridProblem(6), step == 0 ? created() : opened());
        steer(runner, step);
        runner.start(evaluations(777 * (step + 1)));
        runner.wait();
    }
    const SearchRunner last(gridProblem(6), opened());
    const auto expected = whole.snapshot();
    const auto found = last.snapshot();
    EXPECT_EQ(encodingsOf(*found), encodingsOf(*expected));
    EXPECT_EQ(found->front, expected->front);
    EXPECT_EQ(found->rules, expected->rules);
    EXPECT_EQ(found->hypervolume, expected->hypervolume);
    EXPECT_EQ(found->state, State::Paused);
    ASSERT_EQ(found->epochs.size(), expected->epochs.size());
    for (std::size_t i = 0; i < found->epochs.size(); ++i) {
        EXPECT_EQ(found->epochs[i].text, expected->epochs[i].text);
        EXPECT_EQ(found->epochs[i].firstPoint, expected->epochs[i].firstPoint);
    }
    for (std::size_t id = 0; id < found->points.size(); ++id) {
        ASSERT_EQ(found->points[id].epoch, expected->points[id].epoch);
    }
    EXPECT_GT(found->seconds, 0.0);
}

TEST_F(Resume, ReopeningAsksForNothingAgainWhereTheStateIsThereAndTheSequenceIsTheSame) {
    SearchRunner whole(gridProblem(6));
    for (std::size_t step = 0; step < 5; ++step) {
        steer(whole, step);
        whole.start(evaluations(777 * (step + 1)));
        whole.wait();
    }
    for (const bool keepsState : {true, false}) {
        for (std::size_t step = 0; step < 5; ++step) {
            if (step > 0 && !keepsState) {
                store::Database(study_, store::Database::Mode::OpenExisting)
                    .execute("DELETE FROM algorithm_state");
            }
            SearchRunner runner(gridProblem(6), step == 0 ? created() : opened());
            steer(runner, step);
            runner.start(evaluations(777 * (step + 1)));
            runner.wait();
            const std::size_t before = 777 * step + (step == 2 ? 1 : 0); // an injected point
            EXPECT_EQ(runner.askedAgain(), keepsState ? (step == 2 ? 1U : 0U) : before) << step;
        }
        EXPECT_EQ(encodingsOf(*SearchRunner(gridProblem(6), opened()).snapshot()),
                  encodingsOf(*whole.snapshot()))
            << keepsState;
        std::filesystem::remove(study_);
    }
}

TEST_F(Resume, AStateThatIsDamagedOrOfOtherPointsIsNotUsed) {
    SearchRunner whole(gridProblem(6));
    whole.start(evaluations(3000));
    whole.wait();
    std::string first;
    {
        SearchRunner runner(gridProblem(6), created());
        runner.start(evaluations(500));
        runner.wait();
    }
    {
        const auto file = opened();
        first = file->algorithmState().value();
        file->setAlgorithmState(first.substr(0, first.size() - 100));
    }
    {
        SearchRunner runner(gridProblem(6), opened());
        runner.start(evaluations(1000));
        runner.wait();
        EXPECT_EQ(runner.askedAgain(), 500U) << "damaged";
    }
    opened()->setAlgorithmState(first);
    {
        SearchRunner runner(gridProblem(6), opened());
        runner.start(evaluations(2000));
        runner.wait();
        EXPECT_EQ(runner.askedAgain(), 500U) << "an older state still saves half of the work";
    }
    {
        SearchRunner runner(gridProblem(7), store::StudyFile::create(folder_.path() / "b.tandem"));
        runner.start(evaluations(500));
        runner.wait();
        opened()->setAlgorithmState(runner.file()->algorithmState().value());
    }
    SearchRunner runner(gridProblem(6), opened());
    runner.start(evaluations(3000));
    runner.wait();
    EXPECT_EQ(runner.askedAgain(), 2000U) << "of another seed";
    EXPECT_EQ(encodingsOf(*runner.snapshot()), encodingsOf(*whole.snapshot()));
}

TEST_F(Resume, KeepsItsLag) {
    Problem problem = gridProblem(6);
    problem.lag = 40;
    SearchRunner whole(problem);
    whole.start(evaluations(3000));
    whole.wait();
    {
        SearchRunner runner(problem, created());
        runner.start(evaluations(1111));
        runner.wait();
    }
    EXPECT_EQ(opened()->value("lag"), "40");
    SearchRunner runner(gridProblem(6), opened()); // with another one
    runner.start(evaluations(3000));
    runner.wait();
    EXPECT_EQ(encodingsOf(*runner.snapshot()), encodingsOf(*whole.snapshot()));
    SearchRunner plain(gridProblem(6));
    plain.start(evaluations(3000));
    plain.wait();
    EXPECT_NE(encodingsOf(*plain.snapshot()), encodingsOf(*whole.snapshot())) << "it makes a difference";
}

TEST_F(Resume, GoesOnWithProposalsThatWereUnderWay) {
    SearchRunner whole(gridProblem(6));
    whole.start(evaluations(2000));
    whole.wait();
    Problem problem = gridProblem(6);
    problem.makeBackend = [evaluate = problem.evaluate] {
        return std::make_unique<test::LateBackend>(evaluate, 64, 3);
    };
    {
        // A file that cannot be written stops the search in the middle of what it waits for.
        SearchRunner runner(problem, created());
        runner.start(evaluations(300));
        runner.wait();
        {
            store::Database rival(study_, store::Database::Mode::OpenExisting);
            rival.execute("BEGIN IMMEDIATE");
            runner.start(evaluations(0));
            EXPECT_THROW(runner.wait(), Error);
            rival.execute("ROLLBACK");
        }
        runner.pause();
    }
    SearchRunner runner(problem, opened());
    const std::size_t known = runner.snapshot()->points.size();
    EXPECT_GT(known, 300U);
    const std::size_t end = std::max<std::size_t>(known, 2000);
    runner.start(evaluations(end));
    runner.wait();
    const std::vector<point::Encoding> expected = encodingsOf(*whole.snapshot());
    std::vector<point::Encoding> found = encodingsOf(*runner.snapshot());
    found.resize(2000);
    EXPECT_EQ(found, expected);
}

TEST_F(Resume, KeepsOriginsAndWhenPointsWereRefined) {
    std::shared_ptr<const Snapshot> before;
    {
        SearchRunner runner(gridProblem(), created());
        runner.start(evaluations(2000));
        runner.wait();
        point::Point point = runner.snapshot()->points[17];
        point.metrics.set(Metric::EnergyMj, 50.0, point::Source::Measured);
        runner.refine(point);
        runner.wait();
        before = runner.snapshot();
    }
    const auto rows = opened()->readRefinements();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].knownPoints, 2000U);
    const SearchRunner runner(gridProblem(), opened());
    const auto after = runner.snapshot();
    for (std::size_t id = 0; id < 2000; ++id) {
        ASSERT_EQ(after->points[id].origin, before->points[id].origin) << id;
    }
    EXPECT_EQ(after->points[17].metrics.value(Metric::EnergyMj), 50.0F);
    EXPECT_EQ(after->points[17].origin.move, point::Move::Random);
}

TEST_F(Resume, KeepsRefinedFiguresAndTheSequence) {
    SearchRunner plain(gridProblem());
    plain.start(evaluations(4000));
    plain.wait();
    {
        SearchRunner runner(gridProblem(), created());
        runner.start(evaluations(2000));
        runner.wait();
        point::Point point = runner.snapshot()->points[runner.snapshot()->front[1]];
        point.metrics.set(Metric::EnergyMj, 50.0, point::Source::Measured);
        runner.refine(point);
        runner.wait();
    }
    SearchRunner runner(gridProblem(), opened());
    const auto before = runner.snapshot();
    std::size_t refined = 0;
    for (std::size_t id = 0; id < before->points.size(); ++id) {
        refined += before->points[id].metrics.source(Metric::EnergyMj) == point::Source::Measured ? 1U : 0U;
    }
    EXPECT_EQ(refined, 1U);
    runner.start(evaluations(4000));
    runner.wait();
    EXPECT_EQ(encodingsOf(*runner.snapshot()), encodingsOf(*plain.snapshot()));
}

TEST_F(Resume, RepeatsAnInjectionWhosePointWasLost) {
    {
        SearchRunner runner(gridProblem(), created());
        runner.start(evaluations(100));
        runner.wait();
        runner.file()->appendEpoch({1, "inject", toJson(Inject{{}, {{"p0", "3"}}}), 100});
    }
    const SearchRunner runner(gridProblem(), opened());
    const auto snapshot = runner.snapshot();
    ASSERT_EQ(snapshot->points.size(), 101U);
    EXPECT_EQ(snapshot->points[100].encoding[0], 3);
    EXPECT_EQ(snapshot->points[100].epoch, 1U);
}

TEST_F(Resume, RefusesAStudyOfAnotherSpace) {
    {
        SearchRunner runner(gridProblem(), created());
        runner.start(evaluations(100));
        runner.wait();
    }
    Problem other = gridProblem();
    other.space = tandem::test::gridSpace(15, test::kChoices);
    EXPECT_THROW(SearchRunner(other, opened()), Error);
    other.space = tandem::test::gridSpace(16, 3);
    EXPECT_THROW(SearchRunner(other, opened()), Error);
}

TEST_F(Resume, GoesOnWithAStudyWhosePointsItWouldNotHaveAskedFor) {
    {
        SearchRunner runner(gridProblem(1), created());
        runner.start(evaluations(1500));
        runner.wait();
    }
    SearchRunner runner(gridProblem(2), opened());
    runner.start(evaluations(3000));
    runner.wait();
    EXPECT_EQ(runner.snapshot()->points.size(), 3000U);
}

TEST_F(Resume, AFileThatCannotBeWrittenPausesTheSearchAndLosesNothing) {
    SearchRunner runner(gridProblem(), created());
    {
        // Another connection holds the write lock: commits fail as they do on a disk that refuses.
        store::Database rival(study_, store::Database::Mode::OpenExisting);
        rival.execute("BEGIN IMMEDIATE");
        runner.start(evaluations(0));
        EXPECT_THROW(runner.wait(), Error);
        EXPECT_EQ(runner.snapshot()->state, State::Paused);
        EXPECT_NE(runner.snapshot()->message, "");
        rival.execute("ROLLBACK");
    }
    const std::size_t known = runner.snapshot()->points.size();
    EXPECT_GT(known, 0U);
    runner.start(evaluations(known + 1000));
    runner.wait();
    EXPECT_EQ(runner.file()->committedPoints(), known + 1000);
}

} // namespace
} // namespace tandem::engine
