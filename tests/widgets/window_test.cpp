// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/window_test.h"

#include "app/desktop/main_window.h"
#include "tests/widgets/support/fake_session.h"
#include "tests/widgets/support/warnings.h"
#include "widgets/models/front_model.h"
#include "widgets/models/parameter_model.h"
#include "widgets/models/rows_model.h"
#include "widgets/panels/export_panel.h"
#include "widgets/panels/front_table.h"
#include "widgets/panels/inspector.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/parameter_panel.h"
#include "widgets/panels/run_bar.h"
#include "widgets/panels/training_panel.h"
#include "widgets/plots/scatter_view.h"

#include <qcustomplot.h>
#include <QtTest>

namespace tandem::test {

using app::MainWindow;

namespace {

/// A shown window on fake sessions, with settings and studies in a folder of its own.
struct Shown {
    QTemporaryDir folder;
    std::unique_ptr<app::Settings> settings;
    widgets::Theme theme;
    std::unique_ptr<MainWindow> window;

    Shown() {
        qputenv("TANDEM_CONFIG_DIR", folder.path().toUtf8());
        settings = std::make_unique<app::Settings>();
        theme.apply(widgets::ThemeChoice::Light);
        app::Wiring wiring;
        wiring.sessions = fakeFactory();
        wiring.exportJob = [](engine::Session&, const widgets::ExportRequest& request,
                              const widgets::ExportProgress&, const std::stop_token&) {
            std::filesystem::create_directories(request.folder / "rtl");
            widgets::ExportOutcome outcome;
            outcome.figures = {{"RTL outputs", "exact", "exact", widgets::Verdict::Passed, {}}};
            return outcome;
        };
        hw::Device device;
        device.name = "pynq-z1";
        device.title = "PYNQ-Z1";
        wiring.devices = {device};
        wiring.algorithms = {QStringLiteral("nsga2")};
        wiring.studyFolder = folder.path().toStdString();
        window = std::make_unique<MainWindow>(wiring, *settings, theme);
        window->show();
        if (!QTest::qWaitForWindowExposed(window.get())) {
            qFatal("the window was not shown");
        }
    }
    template <typename Widget>
    Widget& find() {
        return *window->findChild<Widget*>();
    }
    /// Drags a file onto the window and lets go; false when the window does not take it.
    bool drop(const QString& path) {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path)});
        QDragEnterEvent enter({200, 200}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(window.get(), &enter);
        if (!enter.isAccepted()) {
            return false;
        }
        QDropEvent drop(QPointF(200, 200), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(window.get(), &drop);
        return true;
    }
    QString touch(const QString& name) {
        QFile file(folder.filePath(name));
        return file.open(QIODevice::WriteOnly) ? file.fileName() : QString();
    }
};

} // namespace

void WindowTest::init() {
    QTest::failOnWarning(unexpectedWarnings());
}

void WindowTest::startsEmpty() {
    Shown shown;
    QVERIFY(shown.window->findChild<QPushButton*>(QStringLiteral("openButton"))->isVisible());
    QVERIFY(!shown.find<widgets::ScatterView>().isVisible());
    QVERIFY(!shown.find<widgets::RunBar>().startButton().isEnabled());
    for (const QMenu* menu : shown.window->menuBar()->findChildren<QMenu*>()) {
        for (const QAction* action : menu->actions()) {
            QVERIFY2(action->isSeparator() || !action->text().isEmpty(), "an action without a name");
        }
    }
}

void WindowTest::dropSearchPinSelectExport() {
    Shown shown;
    QVERIFY(shown.drop(shown.touch(QStringLiteral("net.onnx"))));
    QTRY_VERIFY(shown.window->controller().isOpen());
    QVERIFY(shown.window->windowTitle().startsWith(QStringLiteral("net")));
    shown.find<widgets::RunBar>().startButton().click();
    auto& front = shown.find<widgets::FrontTable>().front();
    QTRY_VERIFY(front.rowCount() > 0);
    const auto early = shown.window->controller().snapshot()->points.size();
    QTRY_VERIFY(shown.window->controller().snapshot()->points.size() > early + 1000);

    // Pin a parameter in the run.
    auto& model = shown.find<widgets::ParameterPanel>().parameters();
    const QModelIndex cell = model.index(0, widgets::ParameterModel::Pinned, model.index(0, 0));
    QVERIFY(model.setData(cell, Qt::Checked, Qt::CheckStateRole));
    const auto pinnedAt = shown.window->controller().snapshot()->epochs.back().firstPoint;
    const auto parameter = cell.data(widgets::ParameterModel::ParameterRole).toUInt();
    QTRY_VERIFY(shown.window->controller().snapshot()->points.size() > pinnedAt + 1000);
    const widgets::SnapshotPtr snapshot = shown.window->controller().snapshot();
    const point::Range range = snapshot->rules.ranges[parameter];
    QCOMPARE(range.low, range.high);
    for (point::PointId id = pinnedAt; id < snapshot->points.size(); ++id) {
        QCOMPARE(snapshot->points[id].encoding[parameter], range.low);
    }

    // Select on the scatter, export.
    auto& scatter = shown.find<widgets::ScatterView>();
    QTest::keyClick(scatter.plot(), Qt::Key_Home);
    auto& inspector = shown.find<widgets::Inspector>();
    QTRY_VERIFY(inspector.point().has_value());
    QVERIFY(inspector.metrics().rowCount() > 5);
    auto& exporting = shown.find<widgets::ExportPanel>();
    exporting.setFolder(shown.folder.filePath(QStringLiteral("out")));
    exporting.findChild<QPushButton*>(QStringLiteral("exportStart"))->click();
    QTRY_COMPARE(exporting.results().rowCount(), 1);
    QVERIFY(QFileInfo::exists(shown.folder.filePath(QStringLiteral("out/rtl"))));
    shown.find<widgets::RunBar>().startButton().click();
    QTRY_COMPARE(shown.window->controller().snapshot()->state, engine::State::Paused);
}

void WindowTest::refusesOtherFiles() {
    Shown shown;
    QVERIFY(!shown.drop(shown.touch(QStringLiteral("picture.png"))));
    shown.window->openFile(QStringLiteral("/nowhere/net.onnx"));
    QVERIFY(shown.find<widgets::MessageBar>().text().contains(QStringLiteral("/nowhere/net.onnx")));
    shown.window->openFile(shown.touch(QStringLiteral("picture.png")));
    QVERIFY(shown.find<widgets::MessageBar>().text().contains(QStringLiteral(".onnx")));
}

void WindowTest::takesDataBeforeTheFirstPoint() {
    Shown shown;
    const QString folder = shown.folder.filePath(QStringLiteral("pictures"));
    QVERIFY(QDir().mkdir(folder));
    QVERIFY(shown.drop(folder)); // kept for the network that comes
    QVERIFY(shown.find<widgets::MessageBar>().text().contains(QStringLiteral("pictures")));
    QVERIFY(shown.drop(shown.touch(QStringLiteral("net.onnx"))));
    auto& controller = shown.window->controller();
    QTRY_VERIFY(controller.isOpen());
    QCOMPARE(controller.study()->setup.data, folder.toStdString());
    const QString arrays = shown.touch(QStringLiteral("arrays.npz"));
    QVERIFY(shown.drop(arrays)); // makes the study anew
    QTRY_VERIFY(controller.isOpen() && controller.study()->setup.data == arrays.toStdString());
    controller.start({});
    QTRY_VERIFY(!controller.isFresh());
    QVERIFY(shown.drop(folder));
    QVERIFY(shown.find<widgets::MessageBar>().text().contains(QStringLiteral("cannot become")));
    QCOMPARE(controller.study()->setup.data, arrays.toStdString());
}

void WindowTest::frontTableAndScatterAgree() {
    Shown shown;
    QVERIFY(shown.drop(shown.touch(QStringLiteral("net.onnx"))));
    QTRY_VERIFY(shown.window->controller().isOpen());
    shown.window->controller().start({});
    auto& table = shown.find<widgets::FrontTable>();
    QTRY_VERIFY(table.front().rowCount() > 3);
    shown.window->controller().pause();
    const QModelIndex row = table.view().model()->index(2, 0);
    table.view().setCurrentIndex(row);
    const auto id = row.data(widgets::FrontModel::kPointRole).toULongLong();
    QCOMPARE(shown.window->model().current(), std::optional<point::PointId>(id));
    QCOMPARE(shown.find<widgets::Inspector>().point(), std::optional<point::PointId>(id));
    const auto other = *table.front().pointAt(0);
    shown.window->model().select(other);
    QCOMPARE(table.view().currentIndex().data(widgets::FrontModel::kPointRole).toULongLong(),
             qulonglong(other));
}

void WindowTest::trainsTheSupernet() {
    Shown shown;
    auto* action = shown.window->findChild<QAction*>(QStringLiteral("trainSupernetAction"));
    QVERIFY(!action->toolTip().isEmpty());
    QVERIFY(shown.drop(shown.touch(QStringLiteral("net.onnx"))));
    QTRY_VERIFY(shown.window->controller().isOpen());
    QVERIFY(!action->isEnabled()); // no data set
    const QString arrays = shown.touch(QStringLiteral("arrays.npz"));
    QVERIFY(shown.drop(arrays));
    QTRY_VERIFY(shown.window->controller().isOpen() &&
                shown.window->controller().study()->setup.data == arrays.toStdString());
    QVERIFY(action->isEnabled());
    action->trigger();
    auto& panel = shown.find<widgets::TrainingPanel>();
    QVERIFY(panel.isVisible());
    auto* start = panel.findChild<QPushButton*>(QStringLiteral("trainingStart"));
    auto* epochs = panel.findChild<QSpinBox*>(QStringLiteral("supernetEpochs"));
    epochs->setValue(FakeSession::kEndlessEpochs);
    auto* device = shown.window->findChild<QComboBox*>(QStringLiteral("deviceBox"));
    QVERIFY(device->isEnabled());
    start->click();
    QTRY_VERIFY(panel.plot()->graph(0)->dataCount() > 0);
    QVERIFY(!action->isEnabled());
    QVERIFY(!device->isEnabled()); // another device would throw away what is trained
    start->click();
    QTRY_VERIFY(!panel.running());
    QVERIFY(action->isEnabled());
    epochs->setValue(2);
    start->click();
    QTRY_VERIFY2(panel.status().contains(QStringLiteral("(supernet)")), qPrintable(panel.status()));
    auto* ladder = panel.findChild<QLabel*>(QStringLiteral("ladderStatus"));
    QTRY_VERIFY2(ladder->isVisible() && ladder->text().contains(QStringLiteral("24; resting")),
                 qPrintable(ladder->text()));
}

void WindowTest::resetLayout() {
    Shown shown;
    auto* dock = shown.window->findChild<QDockWidget*>(QStringLiteral("inspectorDock"));
    dock->hide();
    for (QAction* action : shown.window->findChildren<QAction*>()) {
        if (action->text() == QStringLiteral("&Reset layout")) {
            action->trigger();
        }
    }
    QVERIFY(!dock->isHidden());
}

void WindowTest::choicesWhileAStudyOpensAreTaken() {
    Shown shown;
    auto& controller = shown.window->controller();
    auto* seed = shown.window->findChild<widgets::RunBar*>()->findChild<QSpinBox*>();
    QVERIFY(shown.drop(shown.touch(QStringLiteral("net.onnx"))));
    seed->setValue(41); // the study is still being made
    Q_EMIT seed->editingFinished();
    QTRY_VERIFY(controller.isOpen());
    QCOMPARE(controller.study()->setup.seed, std::uint64_t{41});
    seed->setValue(42);
    Q_EMIT seed->editingFinished(); // makes it anew
    QVERIFY(!controller.isOpen());
    seed->setValue(43);
    Q_EMIT seed->editingFinished();
    QTRY_VERIFY(controller.isOpen());
    QCOMPARE(controller.study()->setup.seed, std::uint64_t{43});
    QCOMPARE(seed->value(), 43);
}

void WindowTest::longNamesAreShortened() {
    Shown shown;
    const QString stem = QString(125, QChar(0xE4)); // 250 bytes in UTF-8
    QVERIFY(shown.drop(shown.touch(stem + QStringLiteral(".onnx"))));
    QTRY_VERIFY(shown.window->controller().isOpen());
    const std::string study = shown.window->controller().studyPath().filename().string();
    QVERIFY(study.size() <= 240);
    QVERIFY(stem.startsWith(QString::fromStdString(study).chopped(7))); // ".tandem"; no half characters
}

void WindowTest::exceptionInASlotBecomesAMessage() {
    Shown shown;
    QAction action;
    connect(&action, &QAction::triggered, &action,
            [] { static_cast<void>(std::filesystem::file_size("/nowhere/at/all")); });
    QMetaObject::invokeMethod(&action, &QAction::trigger, Qt::QueuedConnection);
    QTRY_VERIFY2(shown.find<widgets::MessageBar>().text().contains(QStringLiteral("/nowhere/at/all")),
                 qPrintable(shown.find<widgets::MessageBar>().text()));
}

} // namespace tandem::test
