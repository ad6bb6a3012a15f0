// SPDX-License-Identifier: GPL-3.0-or-later
// What the parts of the window tell each other.
#include "app/desktop/main_window.h"
#include "app/desktop/start_page.h"
#include "widgets/panels/constraint_panel.h"
#include "widgets/panels/export_panel.h"
#include "widgets/panels/front_table.h"
#include "widgets/panels/inspector.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/network_panel.h"
#include "widgets/panels/parameter_panel.h"
#include "widgets/panels/run_bar.h"
#include "widgets/plots/scatter_view.h"

#include <QDockWidget>

namespace tandem::app {

void MainWindow::connectPanels() {
    using widgets::SessionController;
    using widgets::TrainingPanel;
    connect(scatter_, &widgets::ScatterView::pointSelected, this, &MainWindow::selectPoint);
    connect(front_, &widgets::FrontTable::pointSelected, this, &MainWindow::selectPoint);
    connect(inspector_, &widgets::Inspector::pinWanted, parameters_, &widgets::ParameterPanel::pinAll);
    connect(inspector_, &widgets::Inspector::refineWanted, &controller_, &SessionController::refine);
    connect(inspector_, &widgets::Inspector::trainWanted, this,
            [this] { showTraining(TrainingPanel::Target::Point); });
    connect(inspector_, &widgets::Inspector::exportWanted, this, &MainWindow::showExport);
    connect(training_, &TrainingPanel::trainWanted, &controller_, &SessionController::train);
    connect(training_, &TrainingPanel::frontWanted, &controller_, &SessionController::trainFront);
    connect(training_, &TrainingPanel::supernetWanted, &controller_, &SessionController::trainSupernet);
    connect(training_, &TrainingPanel::dataSettingsWanted, this, &MainWindow::changeDataSettings);
    connect(training_, &TrainingPanel::cancelled, &controller_, &SessionController::cancelTraining);
    connect(export_, &widgets::ExportPanel::exportWanted, &controller_, &SessionController::exportPoint);
    connect(export_, &widgets::ExportPanel::cancelled, &controller_, &SessionController::cancelExport);
    connect(runBar_, &widgets::RunBar::startWanted, this, &MainWindow::startSearch);
    connect(runBar_, &widgets::RunBar::pauseWanted, &controller_, &SessionController::pause);
    connect(runBar_, &widgets::RunBar::dataWanted, this, &MainWindow::chooseData);
    connect(runBar_, &widgets::RunBar::choicesChanged, this, [this] {
        settings_.setRunChoices(runBar_->choices());
        if (!controller_.isOpen() || !controller_.isFresh()) {
            return;
        }
        const engine::StudySetup before = controller_.study()->setup;
        const engine::StudySetup wanted = setupFor(before.model);
        if (wanted.device != before.device || wanted.data != before.data ||
            wanted.algorithm != before.algorithm || wanted.seed != before.seed) {
            controller_.reconfigure(wanted);
        }
    });
    connect(startPage_, &StartPage::openWanted, this, &MainWindow::chooseFile);
    connect(startPage_, &StartPage::fileWanted, this, &MainWindow::openFile);
    connect(startPage_, &StartPage::sampleWanted, this,
            [this] { openFile(QString::fromStdString(wiring_.sample.string())); });
    connect(messages_, &widgets::MessageBar::cancelled, &controller_, &SessionController::cancelOpening);
}

void MainWindow::connectController() {
    using widgets::SessionController;
    using widgets::TrainingPanel;
    connect(&controller_, &SessionController::studyChanged, this, &MainWindow::showStudy);
    connect(&controller_, &SessionController::settled, runBar_, &widgets::RunBar::settle);
    connect(&controller_, &SessionController::snapshotChanged, this, &MainWindow::showSnapshot);
    connect(&controller_, &SessionController::networkImported, this,
            [this](const std::shared_ptr<const nn::Graph>& network) {
                network_->setNetwork(*network, {}, wiring_.hostReasons);
                docks_.front()->raise();
            });
    connect(&controller_, &SessionController::busyChanged, this, [this](const QString& doing) {
        if (doing.isEmpty()) {
            messages_->clearBusy();
        } else {
            messages_->showBusy(doing, true);
        }
    });
    connect(&controller_, &SessionController::failed, messages_, &widgets::MessageBar::showFailure);
    connect(&controller_, &SessionController::noticed, messages_, &widgets::MessageBar::showRemark);
    connect(&controller_.steering(), &widgets::Steering::refused, messages_,
            &widgets::MessageBar::showFailure);
    connect(&controller_, &SessionController::refiningChanged, inspector_, &widgets::Inspector::setRefining);
    connect(&controller_, &SessionController::trainingProgressed, training_, &TrainingPanel::showProgress);
    connect(&controller_, &SessionController::trainingFinished, training_, &TrainingPanel::showResult);
    connect(&controller_, &SessionController::frontStepped, training_, &TrainingPanel::showFrontStep);
    connect(&controller_, &SessionController::frontFinished, training_, &TrainingPanel::showFrontResult);
    connect(&controller_, &SessionController::supernetFinished, training_,
            &TrainingPanel::showSupernetResult);
    connect(&controller_, &SessionController::ladderChanged, training_, &TrainingPanel::showLadder);
    connect(&controller_, &SessionController::trainingStopped, training_, &TrainingPanel::showStopped);
    connect(&controller_, &SessionController::trainingFailed, training_, &TrainingPanel::showFailure);
    connect(&controller_, &SessionController::exportProgressed, export_, &widgets::ExportPanel::showProgress);
    connect(&controller_, &SessionController::exportFinished, export_, &widgets::ExportPanel::showOutcome);
    connect(&controller_, &SessionController::exportFailed, export_, &widgets::ExportPanel::showFailure);
}

} // namespace tandem::app
