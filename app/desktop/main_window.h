// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/settings.h"
#include "widgets/models/network_rows.h"
#include "widgets/panels/training_panel.h"
#include "widgets/session/session_controller.h"

#include <QMainWindow>

#include <filesystem>
#include <optional>
#include <vector>

class QAction;
class QDockWidget;
class QStackedWidget;

namespace tandem::widgets {
class ConstraintPanel;
class ExportPanel;
class FrontTable;
class Inspector;
class MessageBar;
class NetworkPanel;
class ParameterPanel;
class RowsModel;
class RunBar;
class ScatterView;
} // namespace tandem::widgets

namespace tandem::app {

class StartPage;

/// What the window is connected to.
struct Wiring {
    widgets::SessionFactory sessions;
    widgets::ExportJob exportJob;
    widgets::HostReasons hostReasons;
    std::vector<hw::Device> devices;
    QStringList algorithms;
    std::filesystem::path sample;      ///< the sample network; empty: none
    std::filesystem::path studyFolder; ///< where studies of dropped models are kept
};

/// The one window: the network and what may be searched on the left, the scatter and the front in the middle,
/// the selected point on the right.
class MainWindow : public QMainWindow {
    Q_OBJECT
  public:
    MainWindow(Wiring wiring, Settings& settings, widgets::Theme& theme, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Opens a model or a study, by its ending; says in the message bar when it is neither.
    void openFile(const QString& path);
    /// Where the next model's study is kept, instead of a name of the program's own.
    void setNextStudy(const std::filesystem::path& study) { nextStudy_ = study; }
    /// Starts as soon as the study that is being opened is there.
    void startWhenOpen() { startWhenOpen_ = true; }
    void setDevice(const std::string& name);
    void selectPoint(point::PointId id);

    widgets::SessionController& controller() { return controller_; }

  protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

  private:
    void buildPanels();
    void buildDocks();
    void buildMenus();
    void buildSearchMenu();
    void buildViewMenu();
    void connectPanels();
    void connectController();
    QDockWidget* addDock(const QString& title, const QString& name, QWidget* content,
                         Qt::DockWidgetArea area);
    QAction* addAction(QMenu* menu, const QString& text, const QKeySequence& keys, const QString& toolTip,
                       const std::function<void()>& triggered);
    void resetLayout();
    void fillRecentMenu();

    void chooseFile();
    void newStudy();
    void assembleNetwork();
    void chooseData();
    void useData(const QString& path);
    void changeDataSettings();
    void openModel(const QString& path);
    engine::StudySetup setupFor(const std::filesystem::path& model) const;
    void showStudy(const widgets::StudyViewPtr& study);
    void showSnapshot(const widgets::SnapshotPtr& snapshot);
    void startSearch();
    void toggleSearch();
    void showExport();
    void showTraining(widgets::TrainingPanel::Target target);
    void showTitle();
    void showAbout();
    void showShortcuts();

    Wiring wiring_;
    Settings& settings_;
    widgets::Theme& theme_;
    widgets::SessionController controller_;
    std::filesystem::path nextStudy_;
    bool startWhenOpen_ = false;
    std::optional<point::PointId> selected_;

    StartPage* startPage_ = nullptr;
    QStackedWidget* centre_ = nullptr;
    widgets::MessageBar* messages_ = nullptr;
    widgets::RunBar* runBar_ = nullptr;
    widgets::ScatterView* scatter_ = nullptr;
    widgets::FrontTable* front_ = nullptr;
    widgets::NetworkPanel* network_ = nullptr;
    widgets::ParameterPanel* parameters_ = nullptr;
    widgets::ConstraintPanel* constraints_ = nullptr;
    widgets::Inspector* inspector_ = nullptr;
    widgets::TrainingPanel* training_ = nullptr;
    widgets::ExportPanel* export_ = nullptr;
    widgets::RowsModel* journal_ = nullptr;
    std::vector<QDockWidget*> docks_;
    QDockWidget *trainingDock_ = nullptr, *exportDock_ = nullptr;
    QByteArray standardLayout_;
    QAction *searchAction_ = nullptr, *exportAction_ = nullptr, *pinAction_ = nullptr,
            *refineAction_ = nullptr, *trainAction_ = nullptr;
    QMenu* recentMenu_ = nullptr;
};

} // namespace tandem::app
