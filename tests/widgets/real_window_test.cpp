// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/real_window_test.h"

#include "app/desktop/main_window.h"
#include "app/desktop/wiring.h"
#include "tests/core/support/idx_files.h"
#include "tests/widgets/support/warnings.h"
#include "widgets/models/front_model.h"
#include "widgets/models/parameter_model.h"
#include "widgets/models/rows_model.h"
#include "widgets/panels/export_panel.h"
#include "widgets/panels/front_table.h"
#include "widgets/panels/inspector.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/network_panel.h"
#include "widgets/panels/parameter_panel.h"
#include "widgets/panels/run_bar.h"
#include "widgets/panels/training_panel.h"
#include "widgets/plots/scatter_view.h"

#include <qcustomplot.h>
#include <QtTest>

namespace tandem::test {

namespace {

constexpr int kPatience = 120'000; ///< ms that a busy machine may take for one step

const QString kSample = QStringLiteral(TANDEM_SOURCE_DIR "/resources/sample/fashion_small.onnx");

struct Shown {
    QTemporaryDir folder;
    std::unique_ptr<app::Settings> settings;
    widgets::Theme theme;
    std::unique_ptr<app::MainWindow> window;

    Shown() {
        qputenv("TANDEM_CONFIG_DIR", folder.path().toUtf8());
        settings = std::make_unique<app::Settings>();
        theme.apply(widgets::ThemeChoice::Light);
        app::Wiring wiring = app::realWiring();
        wiring.studyFolder = folder.path().toStdString();
        window = std::make_unique<app::MainWindow>(wiring, *settings, theme);
        window->show();
        if (!QTest::qWaitForWindowExposed(window.get())) {
            qFatal("the window was not shown");
        }
    }
    template <typename Widget>
    Widget& find() {
        return *window->findChild<Widget*>();
    }
    widgets::SnapshotPtr snapshot() const { return window->controller().snapshot(); }
    std::size_t points() const { return snapshot() ? snapshot()->points.size() : 0; }
    void drop(const QString& path) {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path)});
        QDragEnterEvent enter({300, 300}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(window.get(), &enter);
        QDropEvent drop(QPointF(300, 300), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(window.get(), &drop);
    }
};

} // namespace

void RealWindowTest::init() {
    QTest::failOnWarning(unexpectedWarnings());
}

void RealWindowTest::dropSearchSteerSelectExport() {
    Shown shown;
    shown.drop(kSample);
    QTRY_VERIFY_WITH_TIMEOUT(shown.window->controller().isOpen(), kPatience);
    QTRY_VERIFY(shown.find<widgets::NetworkPanel>().rows().rowCount() > 3);

    // The front grows.
    shown.find<widgets::RunBar>().startButton().click();
    QTRY_VERIFY_WITH_TIMEOUT(shown.points() > 2000, kPatience);
    auto& front = shown.find<widgets::FrontTable>().front();
    QTRY_VERIFY(front.rowCount() > 0);
    const double volume = shown.snapshot()->hypervolume;
    const std::size_t early = shown.points();
    QTRY_VERIFY_WITH_TIMEOUT(shown.points() > early + 5000, kPatience);
    QVERIFY(shown.snapshot()->hypervolume >= volume);

    // A pin in the middle of the run is obeyed, and nothing evaluated is lost.
    auto& parameters = shown.find<widgets::ParameterPanel>().parameters();
    QModelIndex cell;
    for (int group = 0; group < parameters.rowCount() && !cell.isValid(); ++group) {
        const QModelIndex first =
            parameters.index(0, widgets::ParameterModel::Pinned, parameters.index(group, 0));
        if (first.flags().testFlag(Qt::ItemIsUserCheckable)) {
            cell = first;
        }
    }
    QVERIFY(cell.isValid());
    const auto parameter = cell.data(widgets::ParameterModel::ParameterRole).toUInt();
    const std::size_t before = shown.points();
    const std::uint32_t epoch = shown.snapshot()->epoch;
    QVERIFY(parameters.setData(cell, Qt::Checked, Qt::CheckStateRole));
    QTRY_VERIFY_WITH_TIMEOUT(shown.snapshot()->epoch > epoch &&
                                 shown.points() > shown.snapshot()->epochs.back().firstPoint + 2000,
                             kPatience);
    const widgets::SnapshotPtr snapshot = shown.snapshot();
    QVERIFY(snapshot->epochs.back().firstPoint >= before);
    const point::Range range = snapshot->rules.ranges[parameter];
    QCOMPARE(range.low, range.high);
    for (point::PointId id = snapshot->epochs.back().firstPoint; id < snapshot->points.size(); ++id) {
        QCOMPARE(snapshot->points[id].encoding[parameter], range.low);
    }
    for (const point::PointId id : snapshot->front) {
        QCOMPARE(snapshot->points[id].encoding[parameter], range.low);
    }

    // Undo it, pause, select with the keyboard, and look at the point.
    shown.window->controller().steering().undoStack().undo();
    QTRY_VERIFY(shown.snapshot()->rules.ranges[parameter].low !=
                shown.snapshot()->rules.ranges[parameter].high);
    shown.find<widgets::RunBar>().startButton().click();
    QTRY_COMPARE_WITH_TIMEOUT(shown.snapshot()->state, engine::State::Paused, kPatience);
    QTest::keyClick(shown.find<widgets::ScatterView>().plot(), Qt::Key_End);
    auto& inspector = shown.find<widgets::Inspector>();
    QTRY_VERIFY(inspector.point().has_value());
    QVERIFY(inspector.layers().rowCount() > 2);

    // Hand it over. Verification needs minutes and is tested where the code generator is.
    auto& exporting = shown.find<widgets::ExportPanel>();
    const QString out = shown.folder.filePath(QStringLiteral("out"));
    exporting.setFolder(out);
    for (QCheckBox* box : exporting.findChildren<QCheckBox*>()) {
        if (box->text().startsWith(QStringLiteral("Verify"))) {
            box->setChecked(false);
        }
    }
    QSignalSpy failed(&shown.window->controller(), &widgets::SessionController::exportFailed);
    exporting.findChild<QPushButton*>(QStringLiteral("exportStart"))->click();
    QTRY_VERIFY_WITH_TIMEOUT(!exporting.running(), kPatience);
    QVERIFY2(failed.isEmpty(), failed.isEmpty() ? "" : qPrintable(failed.first().first().toString()));
    for (const char* part : {"cpp", "rtl", "model.onnx", "report.html", "manifest.json"}) {
        QVERIFY2(QFileInfo::exists(out + QLatin1Char('/') + QLatin1String(part)), part);
    }
}

void RealWindowTest::trainsWhileItSearches() {
    Shown shown;
    const QString data = shown.folder.filePath(QStringLiteral("bands"));
    QVERIFY(QDir().mkdir(data));
    writeBands(data.toStdString(), "train", 1200, 28, 10);
    writeBands(data.toStdString(), "t10k", 200, 28, 10);
    shown.drop(kSample);
    QTRY_VERIFY_WITH_TIMEOUT(shown.window->controller().isOpen(), kPatience);
    shown.drop(data);
    QTRY_VERIFY_WITH_TIMEOUT(shown.window->controller().isOpen() &&
                                 !shown.window->controller().study()->setup.data.empty(),
                             kPatience);
    auto& panel = shown.find<widgets::TrainingPanel>();
    auto* report = panel.findChild<QLabel*>(QStringLiteral("dataReport"));
    QVERIFY2(report->text().contains(QStringLiteral("1080 training, 120 validation and 200 test samples")),
             qPrintable(report->text()));
    shown.find<widgets::RunBar>().startButton().click();
    QTRY_VERIFY_WITH_TIMEOUT(shown.points() > 1000, kPatience);
    QTest::keyClick(shown.find<widgets::ScatterView>().plot(), Qt::Key_End);
    auto& inspector = shown.find<widgets::Inspector>();
    QTRY_VERIFY(inspector.point().has_value());
    const point::PointId id = *inspector.point();
    QCOMPARE(shown.snapshot()->points[id].metrics.source(point::Metric::Accuracy), point::Source::Predicted);
    panel.findChild<QSpinBox*>(QStringLiteral("trainingEpochs"))->setValue(4);
    const std::size_t before = shown.points();
    auto* start = panel.findChild<QPushButton*>(QStringLiteral("trainingStart"));
    QVERIFY(start->isEnabled());
    start->click();
    QTRY_VERIFY_WITH_TIMEOUT(!panel.running(), kPatience);
    QVERIFY2(panel.status().contains(QStringLiteral("of 200 test samples (measured)")),
             qPrintable(panel.status()));
    QVERIFY(panel.plot()->graph(0)->dataCount() >= 2);
    QVERIFY(shown.points() > before); // the search went on
    QTRY_COMPARE_WITH_TIMEOUT(shown.snapshot()->points[id].metrics.source(point::Metric::Accuracy),
                              point::Source::Measured, kPatience);
}

void RealWindowTest::studyIsOpenedAgain() {
    Shown shown;
    shown.drop(kSample);
    QTRY_VERIFY_WITH_TIMEOUT(shown.window->controller().isOpen(), kPatience);
    const QString study = QString::fromStdString(shown.window->controller().studyPath().string());
    shown.window->controller().start({.evaluations = 3000, .seconds = 0, .threads = 1});
    QTRY_COMPARE_WITH_TIMEOUT(shown.snapshot()->state, engine::State::Finished, kPatience);
    const std::size_t points = shown.points();
    const std::vector<point::PointId> front = shown.snapshot()->front;
    shown.window->controller().close();
    QVERIFY(shown.window->findChild<QPushButton*>(QStringLiteral("openButton"))->isVisible());
    shown.drop(study);
    QTRY_VERIFY_WITH_TIMEOUT(shown.points() == points, kPatience);
    QCOMPARE(shown.snapshot()->front, front);
    QCOMPARE(shown.find<widgets::FrontTable>().front().rowCount(), static_cast<int>(front.size()));
}

void RealWindowTest::brokenModelIsSaidInOneSentence() {
    Shown shown;
    QFile file(shown.folder.filePath(QStringLiteral("broken.onnx")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("this is no model");
    file.close();
    shown.drop(file.fileName());
    auto& messages = shown.find<widgets::MessageBar>();
    QTRY_VERIFY_WITH_TIMEOUT(messages.text().contains(QStringLiteral("broken.onnx")) &&
                                 !messages.text().startsWith(QStringLiteral("Reading")),
                             kPatience);
    QVERIFY(!shown.window->controller().isOpen());
}

} // namespace tandem::test
