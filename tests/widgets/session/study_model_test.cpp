// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/session/study_model_test.h"

#include "core/base/error.h"
#include "tests/widgets/support/fake_session.h"
#include "tests/widgets/support/warnings.h"
#include "widgets/models/front_model.h"
#include "widgets/panels/export_panel.h"
#include "widgets/panels/front_table.h"
#include "widgets/panels/inspector.h"
#include "widgets/plots/scatter_view.h"

#include <qcustomplot.h>
#include <QtTest>

#include <latch>

namespace tandem::test {

using widgets::PointColumns;
using widgets::StudyModel;

namespace {

/// Whether the columns say of every point what the snapshot says.
bool agree(const PointColumns& columns, const engine::Snapshot& snapshot) {
    if (columns.size() != snapshot.points.size() || columns.rules() != snapshot.rules) {
        return false;
    }
    std::size_t insideCount = 0;
    for (point::PointId id = 0; id < snapshot.points.size(); ++id) {
        const point::Point& point = snapshot.points[id];
        const bool inside = point::contains(snapshot.rules.ranges, point.encoding) &&
                            point::totalViolation(snapshot.rules.constraints, point.metrics) <= 0.0;
        insideCount += inside ? 1U : 0U;
        if ((columns.inside()[id] != 0) != inside) {
            return false;
        }
        for (const point::Metric metric : columns.wanted()) {
            if (columns.column(metric).values[id] != point.metrics.value(metric) ||
                columns.column(metric).sources[id] != point.metrics.source(metric)) {
                return false;
            }
        }
    }
    return columns.insideCount() == insideCount;
}

} // namespace

void StudyModelTest::init() {
    QTest::failOnWarning(unexpectedWarnings());
}

void StudyModelTest::selectionSurvivesSnapshots() {
    FakeStudy study(100);
    QSignalSpy selections(&study.model, &StudyModel::selectionChanged),
        snapshots(&study.model, &StudyModel::snapshotChanged),
        studies(&study.model, &StudyModel::studyChanged);
    study.model.select({3, 9999, 40}); // one of them is not there
    QCOMPARE(study.model.selection(), (std::vector<point::PointId>{3, 40}));
    QCOMPARE(study.model.current(), std::optional<point::PointId>(40));
    QCOMPARE(selections.size(), 1);
    study.model.select(9999);
    QCOMPARE(selections.size(), 1);
    study.session.grow(100);
    study.session.submit(engine::Pin{"model.b0.kernel", "1"});
    study.update();
    QCOMPARE(snapshots.size(), 1);
    QCOMPARE(study.model.selection(), (std::vector<point::PointId>{3, 40}));
    QCOMPARE(study.model.point(199)->id, point::PointId{199});
    QVERIFY(study.model.point(200) == nullptr);
    study.open();
    QCOMPARE(studies.size(), 1);
    QVERIFY(study.model.selection().empty() && !study.model.current());
}

void StudyModelTest::selectionInOneViewShowsInAll() {
    FakeStudy study(3000);
    widgets::ScatterView scatter(study.model);
    widgets::FrontTable table(study.model);
    widgets::Inspector inspector(study.model);
    widgets::ExportPanel exporting(study.model, "/studies");
    const auto front = study.session.snapshot()->front;
    for (const point::PointId id : {front.front(), front.back()}) {
        study.model.select(id);
        QCOMPARE(table.view().currentIndex().data(widgets::FrontModel::kPointRole).toULongLong(),
                 qulonglong{id});
        QCOMPARE(inspector.point(), std::optional(id));
        QVERIFY(exporting.folder().endsWith(QStringLiteral("point-%1").arg(id)));
        QVERIFY(scatter.readout().contains(QLocale().toString(qulonglong{id})));
    }
    table.view().setCurrentIndex(table.view().model()->index(1, 0));
    QCOMPARE(inspector.point(), study.model.current());
    QTest::keyClick(scatter.plot(), Qt::Key_Home);
    QCOMPARE(table.view().currentIndex().data(widgets::FrontModel::kPointRole).toULongLong(),
             qulonglong{study.model.current().value()});
}

void StudyModelTest::hoverAndBrush() {
    FakeStudy study(100);
    QSignalSpy hovers(&study.model, &StudyModel::hoverChanged),
        brushes(&study.model, &StudyModel::brushChanged);
    study.model.hover(5);
    study.model.hover(5);
    QCOMPARE(hovers.size(), 1);
    QCOMPARE(study.model.hovered(), std::optional<point::PointId>(5));
    QVERIFY(study.model.brushed().empty());
    const std::vector<point::PointId> marked{2, 70, 2};
    study.model.brush(widgets::PointSet(marked));
    study.model.brush(widgets::PointSet(marked));
    QCOMPARE(brushes.size(), 1);
    QCOMPARE(study.model.brushed().size(), std::size_t{2});
    QVERIFY(study.model.brushed().contains(70) && !study.model.brushed().contains(3));
    QVERIFY(!study.model.brushed().contains(1'000'000));
    study.session.grow(100);
    study.update();
    QCOMPARE(study.model.brushed().size(), std::size_t{2});
    study.open();
    QVERIFY(study.model.brushed().empty() && !study.model.hovered());
}

void StudyModelTest::columnsFollowSnapshots() {
    FakeStudy study(500);
    study.model.wantColumns({point::Metric::LatencyMs});
    QVERIFY(agree(study.model.columns(), *study.session.snapshot()));
    const std::uint64_t version = study.model.columns().version();
    study.session.grow(500);
    study.update();
    QVERIFY(agree(study.model.columns(), *study.session.snapshot()));
    QCOMPARE(study.model.columns().version(), version); // only grown
    study.session.refine(7);
    study.update();
    QVERIFY(agree(study.model.columns(), *study.session.snapshot()));
    QVERIFY(study.model.columns().version() > version);
    study.model.wantColumns({point::Metric::Agreement});
    study.session.submit(engine::Pin{"model.b0.kernel", "1"});
    study.update();
    QVERIFY(agree(study.model.columns(), *study.session.snapshot()));
    QVERIFY(study.model.columns().insideCount() < study.model.columns().size());
    QCOMPARE(study.model.columns().wanted().size(), std::size_t{2});
}

void StudyModelTest::manyPointsAreLookedAtInTheBackground() {
    FakeStudy study(0);
    study.model.wantColumns({point::Metric::LatencyMs});
    study.session.grow(60'000);
    QSignalSpy late(&study.model, &StudyModel::columnsChanged);
    study.update();
    QCOMPARE(study.model.columns().size(), std::size_t{0}); // not on this thread
    study.session.grow(10);
    study.update();
    QTRY_COMPARE(late.size(), 1);
    QVERIFY(agree(study.model.columns(), *study.session.snapshot())); // and what came meanwhile
    // Other rules: until all points were looked at anew, the columns are the old ones.
    study.session.submit(engine::Pin{"model.b0.kernel", "1"});
    study.update();
    QVERIFY(study.model.columns().rules() != study.session.snapshot()->rules);
    QTRY_COMPARE(late.size(), 2);
    QVERIFY(agree(study.model.columns(), *study.session.snapshot()));
    // Of a study that was closed meanwhile nothing comes.
    study.session.submit(engine::Release{"model.b0.kernel"});
    study.update();
    study.model.setStudy(nullptr);
    QTest::qWait(100);
    QCOMPARE(late.size(), 2);
    QCOMPARE(study.model.columns().size(), std::size_t{0});
}

void StudyModelTest::newestQuestionWins() {
    QObject receiver;
    std::latch begun(1), released(1);
    std::vector<int> answers;
    std::atomic<int> worked = 0;
    {
        widgets::Newest newest(&receiver);
        const auto ask = [&](int number) {
            newest.ask(
                [&, number](const std::stop_token&) {
                    ++worked;
                    if (number == 1) {
                        begun.count_down();
                        released.wait();
                    }
                    return number;
                },
                [&](const widgets::Outcome<int>& outcome) { answers.push_back(std::get<1>(outcome)); });
        };
        ask(1);
        begun.wait();
        ask(2);
        ask(3);
        released.count_down();
        QTRY_COMPARE(answers.size(), std::size_t{1});
        QCOMPARE(answers.front(), 3);
        QCOMPARE(worked.load(), 2); // the second was never begun
        ask(4);
        newest.cancel();
    }
    QTest::qWait(20);
    QCOMPARE(answers.size(), std::size_t{1});
}

void StudyModelTest::everyExceptionBecomesASentence() {
    const auto sentence = [](const auto& thrown) {
        const auto outcome = widgets::attempt([&]() -> int { throw thrown; });
        return outcome.index() == 0 ? std::get<0>(outcome) : QString();
    };
    QCOMPARE(sentence(inputError("'x' is no y")), QStringLiteral("'x' is no y"));
    const std::string longName(300, 'x');
    const auto outcome = widgets::attempt([&] { return std::filesystem::exists("/tmp/" + longName); });
    QCOMPARE(outcome.index(), std::size_t{0});
    QVERIFY2(std::get<0>(outcome).contains(QString::fromStdString(longName)) &&
                 std::get<0>(outcome).contains(QStringLiteral("too long")),
             qPrintable(std::get<0>(outcome)));
    QVERIFY(sentence(std::bad_alloc()).contains(QStringLiteral("memory")));
    QVERIFY(sentence(std::out_of_range("map::at")).contains(QStringLiteral("map::at")));
    QVERIFY(!sentence(17).isEmpty());
}

} // namespace tandem::test
