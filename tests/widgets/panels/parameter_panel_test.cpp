// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/panels/parameter_panel_test.h"

#include "core/base/error.h"
#include "tests/widgets/support/fake_session.h"
#include "tests/widgets/support/warnings.h"
#include "widgets/models/parameter_model.h"
#include "widgets/panels/parameter_delegate.h"
#include "widgets/panels/parameter_panel.h"
#include "widgets/session/steering.h"

#include <QtTest>

namespace tandem::test {

using widgets::ParameterModel;

namespace {

/// A panel steering a fake session.
struct Shown {
    FakeSession session{{}};
    widgets::Steering steering;
    widgets::ParameterPanel panel{steering};

    Shown() {
        session.grow(2000);
        steering.attach(
            [this](const engine::Command& command) {
                session.submit(command);
                panel.setSnapshot(session.snapshot());
            },
            [this](const engine::Command& command) { return session.preview(command); });
        panel.setStudy(std::make_shared<const widgets::StudyView>(syntheticView(session)));
        panel.setSnapshot(session.snapshot());
        panel.resize(420, 600);
        panel.show();
        if (!QTest::qWaitForWindowExposed(&panel)) {
            qFatal("the panel was not shown");
        }
    }
    point::Range range(const std::string& name) const {
        return session.snapshot()->rules.ranges[syntheticSpace().indexOf(name)];
    }
    /// The cell of a parameter in the view, found by its group's and its own place.
    QModelIndex cell(const QString& group, const QString& name, int column) {
        const QAbstractItemModel& model = *panel.view().model();
        for (int i = 0; i < model.rowCount(); ++i) {
            const QModelIndex parent = model.index(i, 0);
            for (int row = 0; parent.data().toString().startsWith(group) && row < model.rowCount(parent);
                 ++row) {
                if (model.index(row, 0, parent).data().toString() == name) {
                    return model.index(row, column, parent);
                }
            }
        }
        return {};
    }
};

} // namespace

void ParameterPanelTest::init() {
    QTest::failOnWarning(unexpectedWarnings());
}

void ParameterPanelTest::pinAndUndo() {
    Shown shown;
    const QModelIndex cell =
        shown.cell(QStringLiteral("b1"), QStringLiteral("weight bits"), ParameterModel::Pinned);
    QVERIFY(cell.isValid());
    shown.panel.view().scrollTo(cell);
    const QRect box = shown.panel.view().visualRect(cell);
    QTest::mouseClick(shown.panel.view().viewport(), Qt::LeftButton, {},
                      QPoint(box.left() + 12, box.center().y()));
    QCOMPARE(shown.range("model.b1.weight_bits"), (point::Range{4, 4}));
    QVERIFY(cell.data(Qt::CheckStateRole).toInt() == Qt::Checked);
    QVERIFY(shown.steering.undoStack().undoText().contains(QStringLiteral("model.b1.weight_bits")));
    shown.steering.undoStack().undo();
    QCOMPARE(shown.range("model.b1.weight_bits"), (point::Range{0, 4}));
    shown.steering.undoStack().redo();
    QCOMPARE(shown.range("model.b1.weight_bits"), (point::Range{4, 4}));
    QCOMPARE(shown.session.snapshot()->epochs.size(), std::size_t{3});
    QCOMPARE(shown.session.snapshot()->points.size(), std::size_t{2000}); // nothing evaluated is lost
}

void ParameterPanelTest::boundFromTheList() {
    Shown shown;
    const QModelIndex cell = shown.cell(QStringLiteral("b0"), QStringLiteral("width"), ParameterModel::Low);
    shown.panel.view().setCurrentIndex(cell);
    shown.panel.view().edit(cell);
    QComboBox* list = nullptr;
    QTRY_VERIFY((list = shown.panel.view().viewport()->findChild<QComboBox*>()) != nullptr);
    QCOMPARE(list->count(), 6);
    QTRY_VERIFY(list->view()->isVisible());
    QTest::keyClick(list->view(), Qt::Key_Down);
    QTest::keyClick(list->view(), Qt::Key_Down);
    QTest::keyClick(list->view(), Qt::Key_Return);
    QTRY_COMPARE(shown.range("model.b0.width"), (point::Range{2, 5}));
}

void ParameterPanelTest::previewBeforeCommitting() {
    Shown shown;
    const auto before = shown.session.snapshot();
    auto* delegate = shown.panel.findChild<widgets::ParameterDelegate*>();
    Q_EMIT delegate->considered(
        shown.cell(QStringLiteral("Accelerator"), QStringLiteral("clock (MHz)"), ParameterModel::Value), 1);
    const engine::Preview expected = shown.session.preview(engine::Pin{"hw.clock_mhz", "100"});
    QVERIFY(expected.pointsKept > 0 && expected.pointsKept < 2000);
    QVERIFY2(
        shown.panel.previewLine().contains(QStringLiteral("keeps %1 of 2,000 points")
                                               .arg(QLocale().toString(qulonglong(expected.pointsKept)))),
        qPrintable(shown.panel.previewLine()));
    QCOMPARE(shown.session.snapshot()->epoch, before->epoch); // looking changes nothing
}

void ParameterPanelTest::filter() {
    Shown shown;
    auto* line = shown.panel.findChild<QLineEdit*>();
    line->setText(QStringLiteral("weight_bits"));
    int rows = 0;
    const QAbstractItemModel& model = *shown.panel.view().model();
    for (int group = 0; group < model.rowCount(); ++group) {
        rows += model.rowCount(model.index(group, 0));
    }
    QCOMPARE(rows, 3);
    line->setText(QStringLiteral("model.b2"));
    QCOMPARE(model.rowCount(), 1);
    line->clear();
    QCOMPARE(model.rowCount(), 4);
}

void ParameterPanelTest::pinAllIsOneStep() {
    Shown shown;
    const point::Encoding point = shown.session.snapshot()->points[7].encoding;
    shown.panel.pinAll(point);
    for (std::size_t i = 0; i < point.size(); ++i) {
        QCOMPARE(shown.session.snapshot()->rules.ranges[i], (point::Range{point[i], point[i]}));
    }
    QCOMPARE(shown.steering.undoStack().count(), 1);
    shown.panel.resetAll();
    QCOMPARE(shown.session.snapshot()->rules.ranges, point::fullRanges(syntheticSpace()));
    shown.steering.undoStack().undo();
    QVERIFY(point::contains(shown.session.snapshot()->rules.ranges, point));
}

void ParameterPanelTest::refusalLeavesNoStep() {
    Shown shown;
    QSignalSpy refused(&shown.steering, &widgets::Steering::refused);
    shown.steering.push(engine::Pin{"model.b9.width", "8"}, engine::Release{"model.b9.width"});
    QCOMPARE(refused.size(), 1);
    QVERIFY(refused.first().first().toString().contains(QStringLiteral("model.b9.width")));
    QCOMPARE(shown.steering.undoStack().count(), 0);
}

} // namespace tandem::test
