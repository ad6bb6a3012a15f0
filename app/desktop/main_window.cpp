// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/main_window.h"

#include "app/desktop/start_page.h"
#include "core/onnx/exporter.h"
#include "widgets/dialogs/assembly_dialog.h"
#include "widgets/dialogs/data_settings_dialog.h"
#include "widgets/models/format.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/run_bar.h"

#include <QAction>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QMimeData>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>
#include <QToolBar>

namespace tandem::app {

namespace {

constexpr int kLayoutVersion = 2;
constexpr std::size_t kLongestStem = 200; ///< bytes: file systems take names of 255, endings included

/// The first local file of a drag that the program can open.
QString droppedFile(const QMimeData* data) {
    for (const QUrl& url : data->urls()) {
        const QString suffix = QFileInfo(url.toLocalFile()).suffix().toLower();
        if (suffix == QLatin1String("onnx") || suffix == QLatin1String("tandem")) {
            return url.toLocalFile();
        }
    }
    return {};
}

/// The first of a drag's local folders and files that may hold a data set.
QString droppedData(const QMimeData* data) {
    static const QStringList kSuffixes{QStringLiteral("npy"), QStringLiteral("npz"), QStringLiteral("bin"),
                                       QStringLiteral("gz")};
    for (const QUrl& url : data->urls()) {
        const QFileInfo file(url.toLocalFile());
        if (file.isDir() || (file.isFile() && (kSuffixes.contains(file.suffix().toLower()) ||
                                               file.fileName().endsWith(QLatin1String("-ubyte"))))) {
            return url.toLocalFile();
        }
    }
    return {};
}

/// The beginning of a name in UTF-8 that leaves room for endings.
std::string shortened(std::string stem) {
    if (stem.size() > kLongestStem) {
        std::size_t end = kLongestStem;
        while (end > 0 && (static_cast<unsigned char>(stem[end]) & 0xC0U) == 0x80U) {
            --end; // not in the middle of a character
        }
        stem.resize(end);
    }
    return stem;
}

/// A file name in `folder` that is not taken: "resnet8.tandem", "resnet8 2.tandem", ... Where that cannot be
/// found out, making the study says why.
std::filesystem::path freeName(const std::filesystem::path& folder, const std::filesystem::path& model) {
    const std::string stem = shortened(model.stem().string());
    std::filesystem::path path = folder / (stem + ".tandem");
    std::error_code ignored;
    for (int number = 2; std::filesystem::exists(path, ignored); ++number) {
        path = folder / (stem + " " + std::to_string(number) + ".tandem");
    }
    return path;
}

} // namespace

MainWindow::MainWindow(Wiring wiring, Settings& settings, widgets::Theme& theme, QWidget* parent)
    : QMainWindow(parent),
      wiring_(std::move(wiring)),
      settings_(settings),
      theme_(theme),
      controller_(wiring_.sessions, wiring_.exportJob) {
    setObjectName(QStringLiteral("mainWindow"));
    setAcceptDrops(true);
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    runBar_ = new widgets::RunBar(model_, this);
    runBar_->setDevices(wiring_.devices);
    runBar_->setAlgorithms(wiring_.algorithms);
    runBar_->setChoices(settings_.runChoices());
    auto* bar = addToolBar(tr("Search"));
    bar->setObjectName(QStringLiteral("runToolBar"));
    bar->setMovable(false);
    bar->addWidget(runBar_);
    buildCentre();
    buildViews();
    buildMenus();
    connectParts();
    resize(1600, 1000);
    standardLayout_ = saveState(kLayoutVersion);
    restoreGeometry(settings_.geometry());
    restoreState(settings_.layout(kLayoutVersion), kLayoutVersion);
    showStudy();
}

MainWindow::~MainWindow() {
    controller_.disconnect();
    model_.disconnect();
}

void MainWindow::resetLayout() {
    restoreState(standardLayout_, kLayoutVersion);
}

engine::StudySetup MainWindow::withChoices(engine::StudySetup setup) const {
    const widgets::RunChoices choices = runBar_->choices();
    setup.device = choices.device;
    setup.data = choices.data;
    setup.algorithm = choices.algorithm;
    setup.seed = choices.seed;
    return setup;
}

void MainWindow::takeChoices() {
    settings_.setRunChoices(runBar_->choices());
    if (const auto setup = controller_.changeableSetup()) {
        if (const engine::StudySetup wanted = withChoices(*setup); wanted != *setup) {
            controller_.reconfigure(wanted);
        }
    }
}

void MainWindow::setDevice(const std::string& name) {
    widgets::RunChoices choices = runBar_->choices();
    choices.device = name;
    runBar_->setChoices(choices);
}

void MainWindow::openFile(const QString& path) {
    const QString suffix = QFileInfo(path).suffix().toLower();
    if (!QFileInfo::exists(path)) {
        messages_->showFailure(tr("There is no file '%1'.").arg(path));
    } else if (suffix == QLatin1String("onnx")) {
        openModel(path);
    } else if (suffix == QLatin1String("tandem")) {
        settings_.addRecentFile(path);
        controller_.openStudy(std::filesystem::path(path.toStdString()));
    } else {
        messages_->showFailure(tr("'%1' is neither an ONNX model (.onnx) nor a study (.tandem).").arg(path));
    }
    fillRecentMenu();
}

void MainWindow::openModel(const QString& path) {
    const std::filesystem::path model = QFileInfo(path).absoluteFilePath().toStdString();
    std::filesystem::path study = std::exchange(nextStudy_, {});
    if (study.empty()) {
        std::error_code ignored; // a folder that cannot be made shows when the study is created in it
        std::filesystem::create_directories(wiring_.studyFolder, ignored);
        study = freeName(wiring_.studyFolder, model);
    }
    settings_.addRecentFile(path);
    settings_.setLastFolder(QFileInfo(path).absolutePath());
    engine::StudySetup setup;
    setup.model = model;
    controller_.openModel(withChoices(setup), study);
}

void MainWindow::chooseFile() {
    const QString path =
        QFileDialog::getOpenFileName(this, tr("Open a model or a study"), settings_.lastFolder(),
                                     tr("Models and studies (*.onnx *.tandem);;All files (*)"));
    if (!path.isEmpty()) {
        openFile(path);
    }
}

void MainWindow::newStudy() {
    const QString model = QFileDialog::getOpenFileName(this, tr("New study: which network?"),
                                                       settings_.lastFolder(), tr("ONNX models (*.onnx)"));
    if (model.isEmpty()) {
        return;
    }
    const std::filesystem::path proposed = freeName(wiring_.studyFolder, model.toStdString());
    const QString study =
        QFileDialog::getSaveFileName(this, tr("New study: where to keep it?"),
                                     QString::fromStdString(proposed.string()), tr("Studies (*.tandem)"));
    if (!study.isEmpty()) {
        nextStudy_ = study.toStdString();
        openFile(model);
    }
}

void MainWindow::assembleNetwork() {
    widgets::AssemblyDialog dialog(this);
    if (dialog.exec() != QDialog::Accepted) {
        return;
    }
    const std::string name = toString(dialog.options().bundle) + ".onnx";
    const QString file = QFileDialog::getSaveFileName(
        this, tr("New network: where to keep it?"),
        QString::fromStdString((std::filesystem::path(settings_.lastFolder().toStdString()) / name).string()),
        tr("ONNX models (*.onnx)"));
    if (!file.isEmpty()) {
        writeNetwork(dialog.options(), file);
    }
}

/// Draws the weights and writes them where nobody waits for it.
void MainWindow::writeNetwork(const nn::AssemblyOptions& options, const QString& file) {
    messages_->showBusy(tr("Making %1").arg(QFileInfo(file).fileName()), false);
    writing_.run(
        [options, path = file.toStdString()] {
            onnx::exportOnnx(nn::assembledNetwork(options), path);
            return true;
        },
        [this, file](const widgets::Outcome<bool>& outcome) {
            messages_->clearBusy();
            if (outcome.index() == 0) {
                showFailure(std::get<0>(outcome));
            } else {
                openFile(file);
            }
        });
}

void MainWindow::chooseData() {
    const QString path =
        QFileDialog::getExistingDirectory(this, tr("A folder with the data set"), settings_.lastFolder());
    if (!path.isEmpty()) {
        useData(path);
    }
}

void MainWindow::useData(const QString& path) {
    const bool isChangeable = controller_.changeableSetup().has_value();
    if (controller_.isOpen() && !isChangeable) {
        messages_->showFailure(tr("'%1' cannot become the data set of this study, which was searched or "
                                  "trained already: open the network anew for a study of its own.")
                                   .arg(path));
        return;
    }
    widgets::RunChoices choices = runBar_->choices();
    choices.data = path.toStdString();
    runBar_->setChoices(choices);
    if (!isChangeable) {
        messages_->showRemark(tr("'%1' will be the data set of the next network that is opened.").arg(path));
    }
    Q_EMIT runBar_->choicesChanged();
}

void MainWindow::changeDataSettings() {
    const std::string report = model_.study() ? model_.study()->dataReport : std::string();
    widgets::DataSettingsDialog dialog(runBar_->choices().data, widgets::fromUtf8(report), this);
    if (dialog.exec() == QDialog::Accepted && dialog.spec() != runBar_->choices().data) {
        useData(widgets::fromUtf8(dialog.spec()));
    }
}

void MainWindow::showStudy() {
    const bool isOpen = static_cast<bool>(model_.study());
    centre_->setCurrentWidget(isOpen ? static_cast<QWidget*>(plots_) : startPage_);
    if (!isOpen) {
        startPage_->setRecentFiles(settings_.recentFiles());
    }
    enableActions();
    showTitle();
    if (isOpen && std::exchange(startWhenOpen_, false)) {
        QMetaObject::invokeMethod(this, &MainWindow::startSearch, Qt::QueuedConnection);
    }
}

void MainWindow::showSnapshot() {
    const widgets::SnapshotPtr& snapshot = model_.snapshot();
    if (!snapshot->message.empty()) {
        statusBar()->showMessage(widgets::fromUtf8(snapshot->message));
    } else {
        statusBar()->clearMessage();
    }
    searchAction_->setText(snapshot->state == engine::State::Running ? tr("&Pause") : tr("&Start"));
}

void MainWindow::showBusy(const QString& doing) {
    if (doing.isEmpty()) {
        messages_->clearBusy();
    } else {
        messages_->showBusy(doing, true);
    }
}

void MainWindow::showFailure(const QString& sentence) {
    messages_->showFailure(sentence);
}

void MainWindow::enableActions() {
    const widgets::StudyViewPtr& study = model_.study();
    searchAction_->setEnabled(static_cast<bool>(study));
    for (QAction* action : pointActions_) {
        action->setEnabled(model_.current().has_value());
    }
    for (QAction* action : trainingActions_) {
        action->setEnabled(study && !study->setup.data.empty() && !controller_.isTraining());
    }
}

void MainWindow::startSearch() {
    settings_.setRunChoices(runBar_->choices());
    engine::Budget budget;
    budget.threads = runBar_->choices().threads;
    controller_.start(budget);
    showTitle();
}

void MainWindow::toggleSearch() {
    const bool running = model_.snapshot() && model_.snapshot()->state == engine::State::Running;
    if (running) {
        controller_.pause();
    } else {
        startSearch();
    }
}

void MainWindow::pinSelected() {
    const auto id = model_.current();
    if (const point::Point* point = id ? model_.point(*id) : nullptr) {
        controller_.steering().pinAll(model_.study()->space, model_.snapshot()->rules.ranges,
                                      point->encoding);
    }
}

void MainWindow::showTitle() {
    const std::filesystem::path study = model_.study() ? model_.study()->file : std::filesystem::path();
    setWindowTitle(study.empty() ? tr("Tandem")
                                 : tr("%1 – Tandem").arg(widgets::fromUtf8(study.stem().string())));
    setWindowFilePath(study.empty() ? QString() : widgets::fromUtf8(study.string()));
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (!droppedFile(event->mimeData()).isEmpty() || !droppedData(event->mimeData()).isEmpty()) {
        event->acceptProposedAction();
        startPage_->setDropHint(true);
    }
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*) {
    startPage_->setDropHint(false);
}

void MainWindow::dropEvent(QDropEvent* event) {
    startPage_->setDropHint(false);
    if (const QString file = droppedFile(event->mimeData()); !file.isEmpty()) {
        event->acceptProposedAction();
        openFile(file);
    } else if (const QString samples = droppedData(event->mimeData()); !samples.isEmpty()) {
        event->acceptProposedAction();
        useData(samples);
    }
}

void MainWindow::closeEvent(QCloseEvent* event) {
    settings_.setWindow(saveGeometry(), saveState(kLayoutVersion), kLayoutVersion);
    controller_.close();
    event->accept();
}

} // namespace tandem::app
