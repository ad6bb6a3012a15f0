// SPDX-License-Identifier: GPL-3.0-or-later
// What the parts of the window tell each other.
#include "app/desktop/application.h"
#include "app/desktop/main_window.h"
#include "app/desktop/start_page.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/run_bar.h"

#include <QDockWidget>

namespace tandem::app {

void MainWindow::connectParts() {
    using widgets::SessionController;
    connect(runBar_, &widgets::RunBar::startWanted, this, &MainWindow::startSearch);
    connect(runBar_, &widgets::RunBar::pauseWanted, &controller_, &SessionController::pause);
    connect(runBar_, &widgets::RunBar::dataWanted, this, &MainWindow::chooseData);
    connect(runBar_, &widgets::RunBar::choicesChanged, this, &MainWindow::takeChoices);
    connect(startPage_, &StartPage::openWanted, this, &MainWindow::chooseFile);
    connect(startPage_, &StartPage::fileWanted, this, &MainWindow::openFile);
    connect(startPage_, &StartPage::sampleWanted, this,
            [this] { openFile(QString::fromStdString(wiring_.sample.string())); });
    connect(messages_, &widgets::MessageBar::cancelled, &controller_, &SessionController::cancelOpening);
    if (const auto* application = qobject_cast<Application*>(QCoreApplication::instance())) {
        connect(application, &Application::failed, this, &MainWindow::showFailure);
    }
    connectController();
    connectModel();
}

void MainWindow::connectController() {
    using widgets::SessionController;
    using widgets::StudyModel;
    connect(&controller_, &SessionController::studyChanged, &model_, &StudyModel::setStudy);
    connect(&controller_, &SessionController::snapshotChanged, &model_, &StudyModel::setSnapshot);
    connect(&controller_, &SessionController::networkImported, &model_, &StudyModel::setNetwork);
    connect(&controller_, &SessionController::settled, runBar_, &widgets::RunBar::settle);
    connect(&controller_, &SessionController::trainingChanged, this, &MainWindow::enableActions);
    connect(&controller_, &SessionController::busyChanged, this, &MainWindow::showBusy);
    connect(&controller_, &SessionController::failed, this, &MainWindow::showFailure);
    connect(&controller_, &SessionController::noticed, messages_, &widgets::MessageBar::showRemark);
    connect(&controller_.steering(), &widgets::Steering::refused, this, &MainWindow::showFailure);
}

void MainWindow::connectModel() {
    using widgets::StudyModel;
    connect(&model_, &StudyModel::studyChanged, this, &MainWindow::showStudy);
    connect(&model_, &StudyModel::snapshotChanged, this, &MainWindow::showSnapshot);
    connect(&model_, &StudyModel::selectionChanged, this, &MainWindow::enableActions);
    connect(&model_, &StudyModel::dataSettingsWanted, this, &MainWindow::changeDataSettings);
    connect(&model_, &StudyModel::failed, this, &MainWindow::showFailure);
    connect(&model_, &StudyModel::viewRaised, this,
            [this](const QString& name) { docked(name).dock->raise(); });
    connect(&model_, &StudyModel::viewOpened, this, [this](const QString& name) {
        const Docked& wanted = docked(name);
        wanted.dock->show();
        wanted.dock->raise();
        wanted.view->setFocus();
    });
}

} // namespace tandem::app
