// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/panels/panel_test.h"

#include "tests/widgets/support/fake_session.h"
#include "tests/widgets/support/warnings.h"
#include "widgets/dialogs/assembly_dialog.h"
#include "widgets/dialogs/data_settings_dialog.h"
#include "widgets/models/rows_model.h"
#include "widgets/panels/constraint_panel.h"
#include "widgets/panels/constraint_row.h"
#include "widgets/panels/export_panel.h"
#include "widgets/panels/inspector.h"
#include "widgets/panels/resource_gauge.h"
#include "widgets/panels/run_bar.h"
#include "widgets/panels/training_panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <qcustomplot.h>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QtTest>

namespace tandem::test {

namespace {

/// A constraint panel steering a fake session.
struct Steered {
    FakeStudy study{1000};
    FakeSession& session = study.session;
    widgets::Steering steering;
    widgets::ConstraintPanel panel{study.model, steering};

    Steered() { study.attach(steering); }
    std::vector<point::Constraint> inForce() const { return session.snapshot()->rules.constraints; }
};

} // namespace

void PanelTest::init() {
    QTest::failOnWarning(unexpectedWarnings());
}

void PanelTest::addAndChangeConstraint() {
    Steered steered;
    QVERIFY(steered.panel.constraints().empty()); // the device's budgets are not the person's
    steered.panel.addConstraint({point::Metric::LatencyMs, point::Relation::AtMost, 0.05});
    QCOMPARE(steered.inForce().size(), std::size_t{3});
    const auto snapshot = steered.session.snapshot();
    for (const point::PointId id : snapshot->front) {
        QVERIFY(snapshot->points[id].metrics.value(point::Metric::LatencyMs) <= 0.05F);
    }
    auto* row = steered.panel.findChild<widgets::ConstraintRow*>();
    QVERIFY(row != nullptr);
    const auto snapshotText = [&] {
        return QStringLiteral("of %1 points").arg(QLocale().toString(qulonglong{snapshot->points.size()}));
    };
    const auto labels = steered.panel.findChildren<QLabel*>();
    QVERIFY(std::ranges::any_of(labels, [&](const QLabel* label) { // what it kept of what was there
        return label->text().startsWith(QStringLiteral("keeps ")) && label->text().contains(snapshotText());
    }));
    row->findChild<QDoubleSpinBox*>()->setValue(0.08);
    QCOMPARE(steered.inForce().back().bound, 0.08);
    QCOMPARE(steered.steering.undoStack().count(), 2);
    steered.steering.undoStack().undo();
    QCOMPARE(steered.inForce().back().bound, 0.05);
    QCOMPARE(row->constraint().bound, 0.05);
    Q_EMIT row->removed();
    QCOMPARE(steered.inForce().size(), std::size_t{2});
}

void PanelTest::objectives() {
    Steered steered;
    const auto boxes = steered.panel.findChildren<QComboBox*>();
    QVERIFY(boxes.size() >= 4);
    boxes[3]->setCurrentIndex(boxes[3]->findData(static_cast<int>(point::Metric::EnergyMj)));
    Q_EMIT boxes[3]->activated(boxes[3]->currentIndex());
    const auto& now = steered.session.snapshot()->rules.objectives;
    QCOMPARE(now.size(), std::size_t{4});
    QVERIFY(now[3].metric == point::Metric::EnergyMj && !now[3].maximize);
    // Twice the same objective is none: three are left, the box goes back to what is in force.
    boxes[3]->setCurrentIndex(boxes[3]->findData(static_cast<int>(point::Metric::LatencyMs)));
    Q_EMIT boxes[3]->activated(boxes[3]->currentIndex());
    QCOMPARE(steered.session.snapshot()->rules.objectives.size(), std::size_t{3});
    QCOMPARE(boxes[3]->currentData().toInt(), -1);
}

void PanelTest::inspectorShowsThePoint() {
    FakeStudy study(500);
    FakeSession& session = study.session;
    widgets::Inspector inspector(study.model);
    const point::PointId id = session.snapshot()->front.front();
    study.model.select(id);
    QCOMPARE(inspector.layers().rowCount(), 3);
    QCOMPARE(inspector.parameters().rowCount(), 14);
    QCOMPARE(inspector.energy().rowCount(), 4); // and the sum
    QCOMPARE(inspector.energy().index(3, 1).data().toString(), QStringLiteral("6"));
    QCOMPARE(inspector.host().rowCount(), 1);
    QCOMPARE(inspector.host().index(0, 0).data().toString(), QStringLiteral("Softmax"));
    QVERIFY(inspector.host().index(0, 3).data().toString().contains(QStringLiteral("12.5")));
    QCOMPARE(inspector.metrics().index(0, 0).data().toString(), QStringLiteral("Agreement"));
    QVERIFY(inspector.metrics().index(0, 2).data().toString().startsWith(QStringLiteral("predicted")));
    const auto gauges = inspector.findChildren<widgets::ResourceGauge*>();
    QCOMPARE(gauges.size(), 5); // that of an ASIC's area is hidden
    QVERIFY(gauges[4]->isHidden());
    const auto* fit = inspector.findChild<QLabel*>(QStringLiteral("fitErrors"));
    const hw::FitErrors errors = hw::fitErrors(hw::DeviceFamily::Xilinx7);
    QVERIFY(fit->text().contains(QStringLiteral("LUT %1 %").arg(std::lround(100.0 * errors.size.mean))));
    const point::Metrics& metrics = session.snapshot()->points[id].metrics;
    QCOMPARE(gauges[0]->share(), metrics.value(point::Metric::Lut) / 53200.0);
    session.refine(id);
    study.update();
    QCOMPARE(inspector.metrics().index(0, 2).data().toString(),
             QStringLiteral("measured on %1 validation samples").arg(QLocale().toString(6000)));
    QSignalSpy pins(&inspector, &widgets::Inspector::pinWanted);
    for (QPushButton* button : inspector.findChildren<QPushButton*>()) {
        if (button->text().startsWith(QStringLiteral("Pin"))) {
            button->click();
        }
    }
    QCOMPARE(pins.size(), 1);
    QCOMPARE(pins.first().first().value<point::Encoding>(), session.snapshot()->points[id].encoding);
}

void PanelTest::exportPanelAsksAndShows() {
    FakeStudy study(10);
    widgets::ExportPanel panel(study.model, "/studies");
    auto* start = panel.findChild<QPushButton*>(QStringLiteral("exportStart"));
    QVERIFY(!start->isEnabled());
    study.model.select(5);
    QCOMPARE(panel.folder(), QStringLiteral("/studies/export-point-5"));
    panel.setFolder(QStringLiteral("/tmp/somewhere"));
    QVERIFY(start->isEnabled());
    QSignalSpy wanted(&panel, &widgets::ExportPanel::exportWanted);
    start->click();
    QCOMPARE(wanted.size(), 1);
    const auto request = wanted.first().first().value<widgets::ExportRequest>();
    QCOMPARE(request.point.id, point::PointId{5});
    QVERIFY(request.rtl && request.cpp && request.onnx && request.report && request.verify);
    QVERIFY(panel.running());
    widgets::ExportOutcome outcome;
    outcome.figures = {{"Outputs of the C++", "exact", "exact", widgets::Verdict::Passed, {}},
                       {"Cycles", "4,096", "4,097", widgets::Verdict::Failed, "one too many"}};
    panel.showOutcome(outcome);
    QVERIFY(!panel.running());
    QCOMPARE(panel.results().rowCount(), 2);
    QVERIFY(panel.results().index(1, 3).data().toString().contains(QStringLiteral("differs")));
    QCOMPARE(panel.results().index(1, 0).data(Qt::ToolTipRole).toString(), QStringLiteral("one too many"));
}

void PanelTest::trainingPanelShowsCurvesAndResult() {
    FakeStudy without(10);
    widgets::TrainingPanel idle(without.model);
    without.model.select(4);
    QVERIFY(
        !idle.findChild<QPushButton*>(QStringLiteral("trainingStart"))->isEnabled()); // nothing to train with
    engine::StudySetup setup;
    setup.data = "fake";
    FakeStudy study(10, setup);
    widgets::TrainingPanel panel(study.model);
    auto* start = panel.findChild<QPushButton*>(QStringLiteral("trainingStart"));
    auto* data = panel.findChild<QLabel*>(QStringLiteral("dataReport"));
    QCOMPARE(data->text(), QStringLiteral("data set 'fake'"));
    QVERIFY(!start->isEnabled());
    study.model.select(4);
    QVERIFY(start->isEnabled());
    panel.findChild<QSpinBox*>(QStringLiteral("trainingEpochs"))->setValue(3);
    panel.findChild<QCheckBox*>(QStringLiteral("augmentationFlip"))->setChecked(true);
    panel.findChild<QSpinBox*>(QStringLiteral("augmentationShift"))->setValue(2);
    panel.findChild<QSpinBox*>(QStringLiteral("augmentationCutOut"))->setValue(6);
    panel.findChild<QDoubleSpinBox*>(QStringLiteral("augmentationMixUp"))->setValue(0.2);
    panel.findChild<QDoubleSpinBox*>(QStringLiteral("augmentationCrop"))->setValue(25.0);
    const train::Augmentation changed{true, 2, 6, 0.2, 0.25};
    QVERIFY(panel.supernetSettings().augmentation == changed);
    QSignalSpy wanted(&panel, &widgets::TrainingPanel::trainWanted),
        cancelled(&panel, &widgets::TrainingPanel::cancelled);
    start->click();
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted.first()[0].toULongLong(), 4ULL);
    QCOMPARE(wanted.first()[1].value<engine::TrainingSettings>().epochs, 3);
    QVERIFY(wanted.first()[1].value<engine::TrainingSettings>().augmentation == changed);
    QVERIFY(panel.running());
    study.model.select(9); // another selection does not change what is being trained
    panel.showProgress({1, 30, 1, 3, 2.0, 20.0});
    panel.showProgress({15, 30, 2, 3, 1.0, 60.0});
    QCOMPARE(panel.plot()->graph(0)->dataCount(), 2);
    QCOMPARE(panel.plot()->graph(1)->data()->at(1)->key, 1.5);
    QCOMPARE(panel.plot()->graph(1)->data()->at(1)->value, 60.0);
    QVERIFY2(panel.status().contains(QStringLiteral("left")), qPrintable(panel.status()));
    start->click();
    QCOMPARE(cancelled.size(), 1);
    panel.showStopped();
    QVERIFY(!panel.running());
    start->click();
    QCOMPARE(panel.plot()->graph(0)->dataCount(), 0);
    panel.showResult({91.25, 91.5, 92.0, 10'000, 6'000, 75.0, {}, false});
    QVERIFY2(panel.status().contains(QStringLiteral("91.25 % of 10,000 test samples (measured)")),
             qPrintable(panel.status()));
    QVERIFY2(
        panel.status().contains(QStringLiteral("from the imported weights, learned from the labels alone")),
        qPrintable(panel.status()));
    panel.showResult({91.25, 91.5, 92.0, 10'000, 6'000, 75.0, "imported network", true});
    QVERIFY2(panel.status().contains(QStringLiteral(
                 "from the supernet's weights, learned from the labels and the imported network")),
             qPrintable(panel.status()));
    study.model.select(9);
    start->click();
    QCOMPARE(wanted.last()[0].toULongLong(), 9ULL);
    panel.showProgress({1, 30, 1, 3, 2.0, 20.0});
    study.open();
    QVERIFY(!panel.running()); // another study begins with nothing
    QVERIFY(!start->isEnabled());
    QCOMPARE(panel.plot()->graph(0)->dataCount(), 0);
}

void PanelTest::trainingPanelTrainsTheSupernet() {
    FakeStudy without(0);
    widgets::TrainingPanel idle(without.model);
    idle.findChild<QRadioButton*>(QStringLiteral("trainSupernet"))->click();
    QVERIFY(!idle.findChild<QPushButton*>(QStringLiteral("trainingStart"))->isEnabled()); // no data
    engine::StudySetup setup;
    setup.data = "fake";
    FakeStudy study(0, setup);
    widgets::TrainingPanel panel(study.model);
    auto* start = panel.findChild<QPushButton*>(QStringLiteral("trainingStart"));
    auto* point = panel.findChild<QRadioButton*>(QStringLiteral("trainPoint"));
    auto* supernet = panel.findChild<QRadioButton*>(QStringLiteral("trainSupernet"));
    auto* epochs = panel.findChild<QSpinBox*>(QStringLiteral("supernetEpochs"));
    auto* ladder = panel.findChild<QLabel*>(QStringLiteral("ladderStatus"));
    QSignalSpy wanted(&panel, &widgets::TrainingPanel::supernetWanted),
        ofPoints(&panel, &widgets::TrainingPanel::trainWanted),
        cancelled(&panel, &widgets::TrainingPanel::cancelled);
    QVERIFY(point->isChecked() && !start->isEnabled());
    QVERIFY(epochs->isHidden() && ladder->isHidden());
    supernet->click();
    QVERIFY(start->isEnabled()); // it needs no point
    QVERIFY(!epochs->isHidden());
    QVERIFY(panel.findChild<QSpinBox*>(QStringLiteral("trainingEpochs"))->isHidden());
    QCOMPARE(epochs->value(), engine::SupernetSettings().epochs);
    QVERIFY(start->text().contains(QStringLiteral("supernet")));
    QVERIFY(start->toolTip().contains(QStringLiteral("all networks of the study")));
    epochs->setValue(4);
    start->click();
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(ofPoints.size(), 0);
    QCOMPARE(wanted.first().first().value<engine::SupernetSettings>().epochs, 4);
    QVERIFY(panel.running());
    QVERIFY(!point->isEnabled() && !supernet->isEnabled());
    panel.setTarget(widgets::TrainingPanel::Target::Point); // not while it runs
    QVERIFY(supernet->isChecked());
    panel.showProgress({15, 40, 2, 4, 1.5, 40.0});
    panel.showProgress({20, 40, 2, 4, 1.0, 60.0});
    QCOMPARE(panel.plot()->graph(0)->dataCount(), 2);
    QVERIFY2(panel.status().contains(QStringLiteral("left")), qPrintable(panel.status()));
    start->click();
    QCOMPARE(cancelled.size(), 1);
    panel.showStopped();
    QVERIFY2(panel.status().contains(QStringLiteral("supernet")), qPrintable(panel.status()));
    start->click();
    panel.showSupernetResult({92.5, 81.0, 6'000, 75.0});
    QVERIFY(!panel.running());
    for (const char* part : {"6,000", "92.50 %", "81.00 %", "(supernet)", "1:15"}) {
        QVERIFY2(panel.status().contains(QLatin1String(part)), qPrintable(panel.status()));
    }
    panel.showLadder({true, 1024, false, {}});
    QVERIFY(!ladder->isHidden());
    QVERIFY2(ladder->text().contains(QStringLiteral("1,024; judging")), qPrintable(ladder->text()));
    panel.showLadder({true, 1024, true, {}});
    QVERIFY2(ladder->text().contains(QStringLiteral("1,024; resting")), qPrintable(ladder->text()));
    panel.showLadder({true, 1024, false, "the disk is full"});
    QVERIFY2(ladder->text().contains(QStringLiteral("the disk is full")), qPrintable(ladder->text()));
    study.open();
    QVERIFY(ladder->isHidden()); // another study has none
}

void PanelTest::trainingPanelTrainsTheFront() {
    engine::StudySetup setup;
    setup.data = "fake";
    FakeStudy study(0, setup);
    widgets::TrainingPanel panel(study.model);
    auto* start = panel.findChild<QPushButton*>(QStringLiteral("trainingStart"));
    auto* front = panel.findChild<QRadioButton*>(QStringLiteral("trainFront"));
    QVERIFY(!start->isEnabled()); // no point is selected
    front->click();
    QVERIFY(start->isEnabled());
    QSignalSpy wanted(&panel, &widgets::TrainingPanel::frontWanted);
    start->click();
    QCOMPARE(wanted.size(), 1);
    panel.showFrontStep({12, 1, 2});
    panel.showProgress({3, 3, 1, 1, 0.5, 90.0});
    QVERIFY2(panel.status().contains(QStringLiteral("12, 1 of 2")), qPrintable(panel.status()));
    QCOMPARE(panel.plot()->graph(0)->dataCount(), 1);
    panel.showFrontStep({40, 2, 2});
    QCOMPARE(panel.plot()->graph(0)->dataCount(), 0); // a curve of its own
    panel.showFrontResult(2);
    QVERIFY(!panel.running());
    QVERIFY(panel.status().endsWith(QStringLiteral("2.")));
}

void PanelTest::trainingPanelShowsRecordedCurves() {
    engine::StudySetup setup;
    setup.data = "fake";
    FakeStudy study(10, setup);
    const auto nobody = [](const engine::TrainingStatus&) {};
    study.session.train(3, {.epochs = 4}, nobody, {});
    study.session.trainSupernet({.epochs = 6}, nobody, {});
    widgets::TrainingPanel panel(study.model);
    QCOMPARE(panel.plot()->graph(0)->dataCount(), 0);
    study.model.select(3);
    QCOMPARE(panel.plot()->graph(0)->dataCount(), 4);
    QCOMPARE(panel.plot()->graph(1)->data()->at(3)->key, 4.0);
    panel.setTarget(widgets::TrainingPanel::Target::Supernet);
    QCOMPARE(panel.plot()->graph(0)->dataCount(), 6);
    panel.setTarget(widgets::TrainingPanel::Target::Point);
    study.model.select(4);
    QCOMPARE(panel.plot()->graph(0)->dataCount(), 0);
}

void PanelTest::assemblyDialogSaysWhatItMakes() {
    widgets::AssemblyDialog dialog;
    auto* bundle = dialog.findChild<QComboBox*>(QStringLiteral("assemblyBundle"));
    auto* channels = dialog.findChild<QLineEdit*>(QStringLiteral("assemblyChannels"));
    auto* size = dialog.findChild<QLabel*>(QStringLiteral("assemblySize"));
    auto* ok = dialog.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok);
    QVERIFY(ok->isEnabled());
    QCOMPARE(bundle->count(), 19);
    QCOMPARE(bundle->currentText(), QStringLiteral("dw3+conv1"));

    bundle->setCurrentText(QStringLiteral("conv3"));
    channels->setText(QStringLiteral("8, 8"));
    dialog.findChild<QSpinBox*>(QStringLiteral("assemblyRepetitions"))->setValue(1);
    // The stem 3 * 8 * 9, two bundles 8 * 8 * 9, batch norms 2 * 8 each, the classifier 8 * 10 + 10.
    QVERIFY2(size->text().startsWith(QStringLiteral("1,506 ")), qPrintable(size->text()));
    const nn::Graph network = nn::assembledNetwork(dialog.options());
    QCOMPARE(network.value(network.outputs.at(0)).shape, (nn::Shape{1, 10}));

    channels->setText(QStringLiteral("8, many"));
    QVERIFY(!ok->isEnabled());
    QVERIFY(size->text().contains(QStringLiteral("8, many")));
    channels->setText(QStringLiteral("8"));
    QVERIFY(ok->isEnabled());
    bundle->setCurrentText(QStringLiteral("conv9"));
    QVERIFY(!ok->isEnabled());
    QVERIFY(size->text().contains(QStringLiteral("conv9")));
}

void PanelTest::dataSettingsAreReadAndRefused() {
    widgets::DataSettingsDialog dialog("sets/a:b:range=-1..1:mean=0.5:rate=8000", QStringLiteral("found"));
    const auto field = [&](const char* name) {
        return dialog.findChild<QComboBox*>(QStringLiteral("dataSetting_") + QLatin1String(name));
    };
    auto* message = dialog.findChild<QLabel*>(QStringLiteral("dataSettingsMessage"));
    auto* ok = dialog.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok);
    QCOMPARE(field("range")->currentText(), QStringLiteral("-1..1"));
    QCOMPARE(field("rate")->currentText(), QStringLiteral("8000"));
    QCOMPARE(field("layout")->currentText(), QString());
    QVERIFY(ok->isEnabled());
    QCOMPARE(dialog.spec(), std::string("sets/a:b:mean=0.5:range=-1..1:rate=8000"));

    field("layout")->setCurrentText(QStringLiteral("nhwc"));
    field("mean")->setCurrentText(QString());
    QCOMPARE(dialog.spec(), std::string("sets/a:b:layout=nhwc:range=-1..1:rate=8000"));
    for (const auto& [name, wrong] : {std::pair{"range", "1..0"}, {"deviation", "0"}, {"features", "fft"}}) {
        field(name)->setCurrentText(QLatin1String(wrong));
        QVERIFY(!ok->isEnabled());
        QVERIFY2(message->text().contains(QLatin1String(wrong)), qPrintable(message->text()));
        field(name)->setCurrentText(QString());
        QVERIFY(ok->isEnabled());
    }
}

void PanelTest::runBarFollowsTheSession() {
    FakeSession session({});
    widgets::StudyModel model;
    widgets::RunBar bar(model);
    widgets::RunChoices choices;
    hw::Device device;
    device.name = "pynq-z1";
    device.title = "PYNQ-Z1";
    bar.setDevices({device});
    bar.setAlgorithms({QStringLiteral("nsga2"), QStringLiteral("random")});
    choices.device = "pynq-z1";
    choices.algorithm = "random";
    choices.seed = 7;
    choices.data = "/data/set";
    bar.setChoices(choices);
    QCOMPARE(bar.choices(), choices);
    auto* deviceBox = bar.findChild<QComboBox*>(QStringLiteral("deviceBox"));
    QVERIFY(!bar.startButton().isEnabled());
    const auto view = std::make_shared<const widgets::StudyView>(syntheticView(session));
    model.setStudy(view);
    QVERIFY(bar.startButton().isEnabled() && deviceBox->isEnabled());
    bar.settle();
    QVERIFY(bar.startButton().isEnabled() && !deviceBox->isEnabled());
    model.setStudy(view); // another study
    QVERIFY(deviceBox->isEnabled());
    QSignalSpy starts(&bar, &widgets::RunBar::startWanted), pauses(&bar, &widgets::RunBar::pauseWanted);
    bar.startButton().click();
    session.start({});
    session.grow(1234);
    model.setSnapshot(session.snapshot());
    QVERIFY(!deviceBox->isEnabled()); // points are for one device
    bar.startButton().click();
    QCOMPARE(starts.size(), 1);
    QCOMPARE(pauses.size(), 1);
    session.pause();
    model.setSnapshot(session.snapshot());
    QCOMPARE(bar.startButton().text(), QStringLiteral("Continue"));
}

} // namespace tandem::test
