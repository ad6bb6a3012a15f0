// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/settings.h"
#include "widgets/session/session_controller.h"
#include "widgets/session/study_model.h"
#include "widgets/session/view_kind.h"

#include <QMainWindow>

#include <filesystem>
#include <vector>

class QAction;
class QDockWidget;
class QStackedWidget;
class QTabWidget;

namespace tandem::nn {
struct AssemblyOptions;
}

namespace tandem::widgets {
class MessageBar;
class RunBar;
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

/// The one window: the run bar above, the views (widgets/views.h) around the start page or the scatter. It
/// knows no view: they share the StudyModel.
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
    /// A failure that belongs to no place of its own.
    void showFailure(const QString& sentence);

    widgets::SessionController& controller() { return controller_; }
    widgets::StudyModel& model() { return model_; }

  protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

  private:
    /// A view that stands in a dock.
    struct Docked {
        widgets::ViewKind kind;
        QWidget* view;
        QDockWidget* dock;
    };
    void buildCentre();
    void buildViews();
    void placeDocks();
    QList<QDockWidget*> placeSide(widgets::Side side);
    Docked& docked(const QString& name);
    void buildMenus();
    void buildEditMenu();
    void buildSearchMenu();
    void buildTrainingActions(QMenu* menu);
    void buildViewMenu();
    void connectParts();
    void connectController();
    void connectModel();
    QAction* addAction(QMenu* menu, const QString& text, const QKeySequence& keys, const QString& toolTip,
                       const std::function<void()>& triggered);
    void resetLayout();
    void fillRecentMenu();

    void chooseFile();
    void newStudy();
    void assembleNetwork();
    void writeNetwork(const nn::AssemblyOptions& options, const QString& file);
    void chooseData();
    void useData(const QString& path);
    void changeDataSettings();
    void openModel(const QString& path);
    void takeChoices();
    engine::StudySetup withChoices(engine::StudySetup setup) const;
    void showStudy();
    void showSnapshot();
    void showBusy(const QString& doing);
    void enableActions();
    void startSearch();
    void toggleSearch();
    void pinSelected();
    void showTitle();
    void showAbout();
    void showShortcuts();

    Wiring wiring_;
    Settings& settings_;
    widgets::Theme& theme_;
    widgets::SessionController controller_;
    widgets::StudyModel model_;
    std::filesystem::path nextStudy_;
    bool startWhenOpen_ = false;

    StartPage* startPage_ = nullptr;
    QStackedWidget* centre_ = nullptr;
    QTabWidget* plots_ = nullptr; ///< the views of the centre
    widgets::MessageBar* messages_ = nullptr;
    widgets::RunBar* runBar_ = nullptr;
    std::vector<Docked> docked_;
    QByteArray standardLayout_;
    QAction* searchAction_ = nullptr;
    std::vector<QAction*> pointActions_;    ///< of the selected point
    std::vector<QAction*> trainingActions_; ///< that need a data set and nothing being trained
    QMenu* recentMenu_ = nullptr;
    widgets::Lane writing_{this};
};

} // namespace tandem::app
