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

#include <latch>

namespace tandem::test {

using widgets::ParameterModel;

namespace {

/// A panel steering a fake session.
struct Shown {
    FakeStudy study{2000};
    FakeSession& session = study.session;
    widgets::Steering steering;
    widgets::ParameterPanel panel{study.model, steering};

    Shown() {
        study.attach(steering);
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
    QTRY_VERIFY2(
        shown.panel.previewLine().contains(QStringLiteral("keeps %1 of 2,000 points")
                                               .arg(QLocale().toString(qulonglong(expected.pointsKept)))),
        qPrintable(shown.panel.previewLine()));
    QCOMPARE(shown.session.snapshot()->epoch, before->epoch); // looking changes nothing
}

void ParameterPanelTest::previewDoesNotHoldUpTheScreen() {
    Shown shown;
    std::latch begun(1), released(1);
    std::vector<std::string> asked;
    shown.steering.attach([](const engine::Command&) {},
                          [&](const engine::Command& command) {
                              asked.push_back(std::get<engine::Pin>(command).value);
                              if (asked.size() == 1) {
                                  begun.count_down();
                                  released.wait();
                              }
                              return shown.session.preview(command);
                          });
    auto* delegate = shown.panel.findChild<widgets::ParameterDelegate*>();
    const QModelIndex cell =
        shown.cell(QStringLiteral("Accelerator"), QStringLiteral("clock (MHz)"), ParameterModel::Value);
    Q_EMIT delegate->considered(cell, 0);
    begun.wait(); // all points are being ranked, and this thread goes on
    Q_EMIT delegate->considered(cell, 2);
    Q_EMIT delegate->considered(cell, 3);
    bool ticked = false;
    QTimer::singleShot(0, &shown.panel, [&] { ticked = true; });
    QTRY_VERIFY(ticked);
    QVERIFY(shown.panel.previewLine().isEmpty());
    released.count_down();
    QTRY_VERIFY2(shown.panel.previewLine().startsWith(QStringLiteral("Pin hw.clock_mhz = 200: keeps ")),
                 qPrintable(shown.panel.previewLine()));
    QCOMPARE(asked, (std::vector<std::string>{"50", "200"})); // only the newest of those that waited
    // A study that is closed answers nothing any more.
    Q_EMIT delegate->considered(cell, 2);
    shown.steering.attach({}, {});
    shown.study.model.setStudy(nullptr);
    QTest::qWait(50);
    QVERIFY(shown.panel.previewLine().isEmpty());
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
    shown.steering.pinAll(syntheticSpace(), shown.session.snapshot()->rules.ranges, point);
    for (std::size_t i = 0; i < point.size(); ++i) {
        QCOMPARE(shown.session.snapshot()->rules.ranges[i], (point::Range{point[i], point[i]}));
    }
    QCOMPARE(shown.steering.undoStack().count(), 1);
    shown.panel.findChild<QPushButton*>()->click(); // Release all
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
