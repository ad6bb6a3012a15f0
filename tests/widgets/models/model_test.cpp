// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/models/model_test.h"

#include "tests/widgets/support/fake_session.h"
#include "tests/widgets/support/warnings.h"
#include "widgets/models/front_model.h"
#include "widgets/models/network_rows.h"
#include "widgets/models/parameter_model.h"
#include "widgets/session/steering.h"

#include <QAbstractItemModelTester>
#include <QtTest>

#include <set>

namespace tandem::test {

using widgets::FrontModel;
using widgets::ParameterModel;

namespace {

constexpr auto kReport = QAbstractItemModelTester::FailureReportingMode::QtTest;

std::set<point::PointId> idsOf(const FrontModel& model) {
    std::set<point::PointId> ids;
    for (int row = 0; row < model.rowCount(); ++row) {
        ids.insert(*model.pointAt(row));
    }
    return ids;
}

/// The cell of a parameter by its name.
QModelIndex cellOf(const ParameterModel& model, const std::string& name, int column) {
    const auto wanted = static_cast<int>(model.space().indexOf(name));
    for (int group = 0; group < model.rowCount(); ++group) {
        const QModelIndex parent = model.index(group, 0);
        for (int row = 0; row < model.rowCount(parent); ++row) {
            const QModelIndex cell = model.index(row, column, parent);
            if (cell.data(ParameterModel::ParameterRole).toInt() == wanted) {
                return cell;
            }
        }
    }
    return {};
}

} // namespace

void ModelTest::init() {
    QTest::failOnWarning(unexpectedWarnings());
}

void ModelTest::frontModelFollowsSnapshots() {
    FakeSession session({});
    FrontModel model;
    const QAbstractItemModelTester tester(&model, kReport);
    QSignalSpy resets(&model, &FrontModel::modelReset);
    session.grow(50);
    model.setSnapshot(session.snapshot());
    const auto resetsAtFirst = resets.size();
    for (int i = 0; i < 10; ++i) {
        session.grow(400);
        const auto snapshot = session.snapshot();
        model.setSnapshot(snapshot);
        QCOMPARE(idsOf(model), std::set<point::PointId>(snapshot->front.begin(), snapshot->front.end()));
    }
    QCOMPARE(resets.size(), resetsAtFirst); // rows come and go, the rest stays
    session.submit(engine::Pin{"model.b1.weight_bits", "8"});
    model.setSnapshot(session.snapshot());
    QCOMPARE(static_cast<std::size_t>(model.rowCount()), session.snapshot()->front.size());
    model.clear();
    QCOMPARE(model.rowCount(), 0);
}

void ModelTest::frontShowsSources() {
    FakeSession session({});
    session.grow(500);
    const point::PointId id = session.snapshot()->front.front();
    FrontModel model;
    model.setSnapshot(session.snapshot());
    const QModelIndex cell = model.index(*model.rowOf(id), 1);
    QCOMPARE(model.headerData(1, Qt::Horizontal).toString(), QStringLiteral("Agreement (%)"));
    QVERIFY(cell.data().toString().contains(QStringLiteral("pred.")));
    session.learn(id, point::Metric::Agreement,
                  session.snapshot()->points[id].metrics.value(point::Metric::Agreement),
                  point::Source::Supernet);
    model.setSnapshot(session.snapshot());
    const QModelIndex judged = model.index(model.rowOf(id).value(), 1);
    QVERIFY(judged.data().toString().contains(QStringLiteral("super.")));
    QVERIFY(judged.data(Qt::ToolTipRole).toString().contains(QStringLiteral("(supernet)")));
    QVERIFY(!judged.data(Qt::ToolTipRole).toString().contains(QStringLiteral("±")));
    session.refine(id);
    model.setSnapshot(session.snapshot());
    if (const auto row = model.rowOf(id)) {
        QVERIFY(model.index(*row, 1).data().toString().contains(QStringLiteral("meas.")));
    }
}

void ModelTest::parameterModelShowsRanges() {
    ParameterModel model;
    const QAbstractItemModelTester tester(&model, kReport);
    model.setSpace(syntheticSpace(), syntheticBundles());
    QCOMPARE(model.rowCount(), 4); // three bundles and the accelerator
    point::Ranges ranges = point::fullRanges(model.space());
    ranges[model.space().indexOf("model.b1.width")] = {2, 2};
    ranges[model.space().indexOf("hw.clock_mhz")] = {1, 2};
    model.setRanges(ranges);
    QCOMPARE(cellOf(model, "model.b1.width", ParameterModel::Pinned).data(Qt::CheckStateRole).toInt(),
             int{Qt::Checked});
    QCOMPARE(cellOf(model, "model.b1.width", ParameterModel::Value).data().toString(), QStringLiteral("24"));
    QCOMPARE(cellOf(model, "hw.clock_mhz", ParameterModel::Pinned).data(Qt::CheckStateRole).toInt(),
             int{Qt::Unchecked});
    QCOMPARE(cellOf(model, "hw.clock_mhz", ParameterModel::Low).data().toString(), QStringLiteral("100"));
    QCOMPARE(cellOf(model, "hw.clock_mhz", ParameterModel::High).data().toString(), QStringLiteral("150"));
    point::Encoding point = model.space().importedPoint();
    point[model.space().indexOf("hw.clock_mhz")] = 2;
    model.setShownPoint(point);
    QCOMPARE(cellOf(model, "hw.clock_mhz", ParameterModel::Value).data().toString(), QStringLiteral("150"));
    QVERIFY(model.anySteered());
}

void ModelTest::parameterModelAnnouncesCommands() {
    ParameterModel model;
    model.setSpace(syntheticSpace(), syntheticBundles());
    std::vector<std::pair<engine::Command, engine::Command>> wanted;
    connect(&model, &ParameterModel::changeWanted, &model,
            [&](const engine::Command& change, const engine::Command& inverse) {
                wanted.emplace_back(change, inverse);
            });
    QVERIFY(model.setData(cellOf(model, "model.b0.kernel", ParameterModel::Pinned), Qt::Checked,
                          Qt::CheckStateRole));
    QVERIFY(wanted.back().first == engine::Command(engine::Pin{"model.b0.kernel", "3"}));
    QVERIFY(wanted.back().second == engine::Command(engine::Release{"model.b0.kernel"}));
    QVERIFY(model.setData(cellOf(model, "model.b0.width", ParameterModel::Low), 3));
    QVERIFY(wanted.back().first == engine::Command(engine::Bound{"model.b0.width", "32", "64"}));
    QVERIFY(model.setData(cellOf(model, "model.b0.width", ParameterModel::Value), 1));
    QVERIFY(wanted.back().first == engine::Command(engine::Pin{"model.b0.width", "16"}));
    QVERIFY(!model.setData(cellOf(model, "model.b0.width", ParameterModel::High), 5)); // as it is
    QVERIFY(!model.setData(cellOf(model, "model.b0.width", ParameterModel::High), 77));
    QCOMPARE(wanted.size(), std::size_t{3});
    // The lower end pulls the upper one along, never past it.
    point::Ranges ranges = point::fullRanges(model.space());
    ranges[model.space().indexOf("model.b0.width")] = {1, 2};
    model.setRanges(ranges);
    QVERIFY(model.setData(cellOf(model, "model.b0.width", ParameterModel::Low), 4));
    QVERIFY(wanted.back().first == engine::Command(engine::Pin{"model.b0.width", "48"}));
    QVERIFY(wanted.back().second == engine::Command(engine::Bound{"model.b0.width", "16", "24"}));
}

void ModelTest::rowsModelAppends() {
    widgets::RowsModel model({QStringLiteral("A"), QStringLiteral("B")}, {1});
    const QAbstractItemModelTester tester(&model, kReport);
    QSignalSpy inserted(&model, &widgets::RowsModel::rowsInserted);
    QSignalSpy resets(&model, &widgets::RowsModel::modelReset);
    model.setRows({{{QStringLiteral("x"), QStringLiteral("1")}, {}, false}});
    model.setRows({{{QStringLiteral("x"), QStringLiteral("1")}, {}, false},
                   {{QStringLiteral("y"), QStringLiteral("2")}, {}, true}});
    QCOMPARE(inserted.size(), 2);
    model.setRows({{{QStringLiteral("z"), QStringLiteral("3")}, {}, false}});
    QCOMPARE(resets.size(), 1);
    QCOMPARE(model.index(0, 1).data().toString(), QStringLiteral("3"));
}

void ModelTest::networkRows() {
    const nn::Graph network = syntheticNetwork();
    const auto rows = widgets::networkRows(network, syntheticBundles(), [](const nn::Graph& graph) {
        std::vector<std::optional<std::string>> reasons(graph.nodes.size());
        reasons.at(5) = "it is the last";
        return reasons;
    });
    QCOMPARE(rows.size(), network.nodes.size());
    QCOMPARE(rows[0].cells[0], QStringLiteral("conv0"));
    QCOMPARE(rows[0].cells[2], QStringLiteral("1 × 64 × 16 × 16"));
    QCOMPARE(rows[0].cells[3], QStringLiteral("9,437,184")); // 64 * 64 * 3 * 3 * 16 * 16
    QCOMPARE(rows[0].cells[4], QStringLiteral("36,864"));
    QCOMPARE(rows[2].cells[5], QStringLiteral("b1"));
    QCOMPARE(rows[5].cells[6], QStringLiteral("host"));
    QVERIFY(rows[5].toolTip.contains(QStringLiteral("it is the last")));
    QCOMPARE(rows[4].cells[6], QStringLiteral("hardware"));
}

} // namespace tandem::test
