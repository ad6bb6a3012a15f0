// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/main_window.h"

#include "app/desktop/start_page.h"
#include "core/base/error.h"
#include "core/onnx/exporter.h"
#include "widgets/dialogs/assembly_dialog.h"
#include "widgets/dialogs/data_settings_dialog.h"
#include "widgets/models/format.h"
#include "widgets/models/rows_model.h"
#include "widgets/panels/constraint_panel.h"
#include "widgets/panels/export_panel.h"
#include "widgets/panels/front_table.h"
#include "widgets/panels/inspector.h"
#include "widgets/panels/message_bar.h"
#include "widgets/panels/network_panel.h"
#include "widgets/panels/parameter_panel.h"
#include "widgets/panels/table_view.h"
#include "widgets/plots/scatter_view.h"

#include <QAction>
#include <QCloseEvent>
#include <QDockWidget>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QMimeData>
#include <QStackedWidget>
#include <QStandardPaths>
#include <QStatusBar>
#include <QToolBar>
#include <QVBoxLayout>

namespace tandem::app {

namespace {

constexpr int kLayoutVersion = 2;

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

/// A file name in `folder` that is not taken: "resnet8.tandem", "resnet8 2.tandem", ...
std::filesystem::path freeName(const std::filesystem::path& folder, const std::string& stem) {
    std::filesystem::path path = folder / (stem + ".tandem");
    for (int number = 2; std::filesystem::exists(path); ++number) {
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
    buildPanels();
    buildDocks();
    buildMenus();
    connectPanels();
    connectController();
    resize(1600, 1000);
    standardLayout_ = saveState(kLayoutVersion);
    restoreGeometry(settings_.geometry());
    restoreState(settings_.layout(kLayoutVersion), kLayoutVersion);
    showStudy(nullptr);
}

MainWindow::~MainWindow() {
    controller_.disconnect(this);
}

void MainWindow::buildPanels() {
    widgets::Steering& steering = controller_.steering();
    runBar_ = new widgets::RunBar(this);
    runBar_->setDevices(wiring_.devices);
    runBar_->setAlgorithms(wiring_.algorithms);
    runBar_->setChoices(settings_.runChoices());
    auto* bar = addToolBar(tr("Search"));
    bar->setObjectName(QStringLiteral("runToolBar"));
    bar->setMovable(false);
    bar->addWidget(runBar_);

    messages_ = new widgets::MessageBar(this);
    startPage_ = new StartPage(!wiring_.sample.empty(), this);
    scatter_ = new widgets::ScatterView(this);
    centre_ = new QStackedWidget(this);
    centre_->addWidget(startPage_);
    centre_->addWidget(scatter_);
    auto* middle = new QWidget(this);
    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(messages_);
    column->addWidget(centre_, 1);
    setCentralWidget(middle);

    network_ = new widgets::NetworkPanel(this);
    parameters_ = new widgets::ParameterPanel(steering, this);
    constraints_ = new widgets::ConstraintPanel(steering, this);
    front_ = new widgets::FrontTable(this);
    inspector_ = new widgets::Inspector(this);
    training_ = new widgets::TrainingPanel(this);
    export_ = new widgets::ExportPanel(this);
    journal_ = new widgets::RowsModel({tr("Epoch"), tr("From point"), tr("Change")}, {0, 1}, this);
}

QDockWidget* MainWindow::addDock(const QString& title, const QString& name, QWidget* content,
                                 Qt::DockWidgetArea area) {
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(name);
    dock->setWidget(content);
    dock->setAccessibleName(title);
    addDockWidget(area, dock);
    docks_.push_back(dock);
    return dock;
}

void MainWindow::buildDocks() {
    auto* journal = widgets::plainTable(journal_, tr("Steering journal"), this);
    journal->setColumnWidth(0, 60);
    journal->setColumnWidth(1, 100);
    journal->horizontalHeader()->setStretchLastSection(true);
    QDockWidget* network =
        addDock(tr("Network"), QStringLiteral("networkDock"), network_, Qt::LeftDockWidgetArea);
    QDockWidget* parameters =
        addDock(tr("Parameters"), QStringLiteral("parameterDock"), parameters_, Qt::LeftDockWidgetArea);
    QDockWidget* constraints = addDock(tr("Objectives and constraints"), QStringLiteral("constraintDock"),
                                       constraints_, Qt::LeftDockWidgetArea);
    QDockWidget* front = addDock(tr("Front"), QStringLiteral("frontDock"), front_, Qt::BottomDockWidgetArea);
    QDockWidget* steps =
        addDock(tr("Steering journal"), QStringLiteral("journalDock"), journal, Qt::BottomDockWidgetArea);
    QDockWidget* inspector =
        addDock(tr("Point"), QStringLiteral("inspectorDock"), inspector_, Qt::RightDockWidgetArea);
    trainingDock_ =
        addDock(tr("Training"), QStringLiteral("trainingDock"), training_, Qt::RightDockWidgetArea);
    exportDock_ = addDock(tr("Export"), QStringLiteral("exportDock"), export_, Qt::RightDockWidgetArea);
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    splitDockWidget(network, constraints, Qt::Vertical);
    tabifyDockWidget(network, parameters);
    tabifyDockWidget(front, steps);
    tabifyDockWidget(inspector, trainingDock_);
    tabifyDockWidget(trainingDock_, exportDock_);
    parameters->raise();
    front->raise();
    inspector->raise();
    resizeDocks({parameters, inspector}, {430, 450}, Qt::Horizontal);
    resizeDocks({parameters, constraints}, {600, 300}, Qt::Vertical);
    resizeDocks({front}, {230}, Qt::Vertical);
}

void MainWindow::resetLayout() {
    restoreState(standardLayout_, kLayoutVersion);
}

engine::StudySetup MainWindow::setupFor(const std::filesystem::path& model) const {
    const widgets::RunChoices choices = runBar_->choices();
    engine::StudySetup setup;
    setup.model = model;
    setup.device = choices.device;
    setup.data = choices.data;
    setup.algorithm = choices.algorithm;
    setup.seed = choices.seed;
    return setup;
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
        study = freeName(wiring_.studyFolder, model.stem().string());
    }
    settings_.addRecentFile(path);
    settings_.setLastFolder(QFileInfo(path).absolutePath());
    controller_.openModel(setupFor(model), study);
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
    const std::filesystem::path proposed =
        freeName(wiring_.studyFolder, std::filesystem::path(model.toStdString()).stem().string());
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
    if (file.isEmpty()) {
        return;
    }
    try {
        onnx::exportOnnx(dialog.network(), file.toStdString());
    } catch (const Error& error) {
        messages_->showFailure(widgets::fromUtf8(error.what()));
        return;
    }
    openFile(file);
}

void MainWindow::chooseData() {
    const QString path =
        QFileDialog::getExistingDirectory(this, tr("A folder with the data set"), settings_.lastFolder());
    if (!path.isEmpty()) {
        useData(path);
    }
}

void MainWindow::useData(const QString& path) {
    if (controller_.isOpen() && !controller_.isFresh()) {
        messages_->showFailure(tr("'%1' cannot become the data set of this study, which was searched or "
                                  "trained already: open the network anew for a study of its own.")
                                   .arg(path));
        return;
    }
    widgets::RunChoices choices = runBar_->choices();
    choices.data = path.toStdString();
    runBar_->setChoices(choices);
    if (!controller_.isOpen()) {
        messages_->showRemark(tr("'%1' will be the data set of the next network that is opened.").arg(path));
    }
    Q_EMIT runBar_->choicesChanged();
}

void MainWindow::changeDataSettings() {
    widgets::DataSettingsDialog dialog(runBar_->choices().data, training_->dataReport(), this);
    if (dialog.exec() == QDialog::Accepted && dialog.spec() != runBar_->choices().data) {
        useData(widgets::fromUtf8(dialog.spec()));
    }
}

void MainWindow::showStudy(const widgets::StudyViewPtr& study) {
    selected_.reset();
    centre_->setCurrentWidget(study ? static_cast<QWidget*>(scatter_) : startPage_);
    scatter_->setStudy(study);
    front_->setStudy(study);
    parameters_->setStudy(study);
    constraints_->setStudy(study);
    inspector_->setStudy(study);
    training_->setStudy(study);
    export_->setPoint(std::nullopt);
    journal_->setRows({});
    if (study) {
        network_->setNetwork(*study->network, study->bundles, wiring_.hostReasons);
        widgets::RunChoices choices = runBar_->choices();
        choices.device = study->setup.device;
        choices.data = study->setup.data;
        choices.algorithm = study->setup.algorithm;
        choices.seed = study->setup.seed;
        runBar_->setChoices(choices);
        docks_[1]->raise();
    } else {
        network_->clear();
        runBar_->setSnapshot(nullptr);
        startPage_->setRecentFiles(settings_.recentFiles());
    }
    runBar_->setStudy(static_cast<bool>(study), controller_.isFresh());
    for (QAction* action : {searchAction_, exportAction_, pinAction_, refineAction_, trainAction_}) {
        action->setEnabled(action == searchAction_ && study);
    }
    showTitle();
    if (study && std::exchange(startWhenOpen_, false)) {
        QMetaObject::invokeMethod(this, &MainWindow::startSearch, Qt::QueuedConnection);
    }
}

void MainWindow::showSnapshot(const widgets::SnapshotPtr& snapshot) {
    runBar_->setSnapshot(snapshot);
    scatter_->setSnapshot(snapshot);
    front_->setSnapshot(snapshot);
    parameters_->setSnapshot(snapshot);
    constraints_->setSnapshot(snapshot);
    inspector_->setSnapshot(snapshot);
    std::vector<widgets::TextRow> rows;
    for (const engine::EpochRecord& epoch : snapshot->epochs) {
        rows.push_back(
            {{QString::number(epoch.epoch), widgets::formatCount(static_cast<std::int64_t>(epoch.firstPoint)),
              widgets::fromUtf8(epoch.text)},
             {},
             false});
    }
    journal_->setRows(std::move(rows));
    const bool running = snapshot->state == engine::State::Running;
    if (!snapshot->message.empty()) {
        statusBar()->showMessage(widgets::fromUtf8(snapshot->message));
    } else {
        statusBar()->clearMessage();
    }
    searchAction_->setText(running ? tr("&Pause") : tr("&Start"));
}

void MainWindow::selectPoint(point::PointId id) {
    const widgets::SnapshotPtr& snapshot = controller_.snapshot();
    if (!snapshot || id >= snapshot->points.size()) {
        return;
    }
    const point::Point& point = snapshot->points[id];
    selected_ = id;
    scatter_->select(id);
    front_->select(id);
    inspector_->setPoint(id);
    parameters_->setShownPoint(point.encoding);
    training_->setPoint(id);
    if (!export_->running()) {
        export_->setPoint(point);
        const std::filesystem::path& study = controller_.studyPath();
        const std::filesystem::path base =
            study.empty() ? wiring_.studyFolder / "export" : study.parent_path() / study.stem();
        export_->setFolder(QString::fromStdString(base.string() + "-point-" + std::to_string(id)));
    }
    for (QAction* action : {exportAction_, pinAction_, refineAction_, trainAction_}) {
        action->setEnabled(true);
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
    const bool running = controller_.snapshot() && controller_.snapshot()->state == engine::State::Running;
    if (running) {
        controller_.pause();
    } else {
        startSearch();
    }
}

void MainWindow::showExport() {
    exportDock_->show();
    exportDock_->raise();
    export_->setFocus();
}

void MainWindow::showTraining(widgets::TrainingPanel::Target target) {
    training_->setTarget(target);
    trainingDock_->show();
    trainingDock_->raise();
    training_->setFocus();
}

void MainWindow::showTitle() {
    const std::filesystem::path& study = controller_.studyPath();
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
