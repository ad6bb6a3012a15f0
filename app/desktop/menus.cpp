// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/main_window.h"

#include <QActionGroup>
#include <QApplication>
#include <QDockWidget>
#include <QFileInfo>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QStatusBar>

namespace tandem::app {

QAction* MainWindow::addAction(QMenu* menu, const QString& text, const QKeySequence& keys,
                               const QString& toolTip, const std::function<void()>& triggered) {
    QAction* action = menu->addAction(text);
    action->setShortcut(keys);
    action->setToolTip(toolTip);
    action->setStatusTip(toolTip);
    connect(action, &QAction::triggered, this, triggered);
    return action;
}

void MainWindow::buildMenus() {
    QMenu* file = menuBar()->addMenu(tr("&File"));
    addAction(file, tr("&Open…"), QKeySequence::Open, tr("Open an ONNX model or a study"),
              [this] { chooseFile(); });
    addAction(file, tr("&New study…"), QKeySequence::New, tr("Choose a model and where its study is kept"),
              [this] { newStudy(); });
    addAction(file, tr("New network of &bundles…"), QKeySequence(tr("Ctrl+Shift+N")),
              tr("Make a network to search without a trained one"), [this] { assembleNetwork(); });
    recentMenu_ = file->addMenu(tr("&Recent files"));
    fillRecentMenu();
    file->addSeparator();
    pointActions_.push_back(addAction(file, tr("&Export point…"), QKeySequence(tr("Ctrl+E")),
                                      tr("Write C++, RTL, ONNX and a report for the selected point"),
                                      [this] { model_.askForExport(); }));
    addAction(file, tr("&Close study"), QKeySequence::Close, tr("Close the study that is open"),
              [this] { controller_.close(); });
    file->addSeparator();
    addAction(file, tr("&Quit"), QKeySequence::Quit, tr("Leave the program; the study is kept"), [this] {
        close();
    })->setMenuRole(QAction::QuitRole);

    buildEditMenu();
    buildSearchMenu();
    buildViewMenu();

    QMenu* help = menuBar()->addMenu(tr("&Help"));
    addAction(help, tr("&Keyboard shortcuts"), QKeySequence::HelpContents, tr("List the shortcuts"),
              [this] { showShortcuts(); });
    addAction(help, tr("&About Tandem"), {}, tr("Version and licence"), [this] {
        showAbout();
    })->setMenuRole(QAction::AboutRole);
}

void MainWindow::buildEditMenu() {
    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    QUndoStack& steps = controller_.steering().undoStack();
    QAction* undo = steps.createUndoAction(this, tr("&Undo"));
    QAction* redo = steps.createRedoAction(this, tr("&Redo"));
    undo->setShortcuts(QKeySequence::Undo);
    redo->setShortcuts(QKeySequence::Redo);
    edit->addAction(undo);
    edit->addAction(redo);
    edit->addSeparator();
    addAction(edit, tr("&Release all parameters"), QKeySequence(tr("Ctrl+Shift+R")),
              tr("Give every parameter its whole range back"), [this] {
                  if (const widgets::SnapshotPtr& snapshot = model_.snapshot()) {
                      controller_.steering().releaseAll(model_.study()->space, snapshot->rules.ranges);
                  }
              });
}

void MainWindow::buildSearchMenu() {
    QMenu* search = menuBar()->addMenu(tr("&Search"));
    searchAction_ = addAction(search, tr("&Start"), QKeySequence(Qt::Key_F5), tr("Start or pause the search"),
                              [this] { toggleSearch(); });
    search->addSeparator();
    pointActions_.push_back(
        addAction(search, tr("P&in values of the selected point"), QKeySequence(tr("Ctrl+P")),
                  tr("Hold every parameter at the selected point's value"), [this] { pinSelected(); }));
    pointActions_.push_back(addAction(search, tr("&Refine the selected point"), QKeySequence(tr("Ctrl+R")),
                                      tr("Replay exact cycles and measure the integer network"),
                                      [this] { controller_.refine(model_.current().value()); }));
    buildTrainingActions(search);
}

void MainWindow::buildTrainingActions(QMenu* menu) {
    using Target = widgets::TrainingTarget;
    pointActions_.push_back(
        addAction(menu, tr("&Train the selected point…"), QKeySequence(tr("Ctrl+T")),
                  tr("Fine-tune the point's network and measure its accuracy on the test samples"),
                  [this] { model_.askForTraining(Target::Point); }));
    QAction* front =
        addAction(menu, tr("Train the f&ront…"), QKeySequence(tr("Ctrl+Alt+T")),
                  tr("Train the points of the front that are not trained yet, one after the other"),
                  [this] { model_.askForTraining(Target::Front); });
    front->setObjectName(QStringLiteral("trainFrontAction"));
    QAction* supernet = addAction(
        menu, tr("Train the s&upernet…"), QKeySequence(tr("Ctrl+Shift+T")),
        tr("Train one set of weights for all networks of the study, which then judges their accuracy"),
        [this] { model_.askForTraining(Target::Supernet); });
    supernet->setObjectName(QStringLiteral("trainSupernetAction"));
    trainingActions_ = {front, supernet};
}

void MainWindow::buildViewMenu() {
    QMenu* view = menuBar()->addMenu(tr("&View"));
    addAction(view, tr("&Fit the scatter"), QKeySequence(tr("Ctrl+0")),
              tr("Show all points inside the rules"), [this] { model_.fit(); });
    QMenu* theme = view->addMenu(tr("&Theme"));
    auto* group = new QActionGroup(this);
    using widgets::ThemeChoice;
    for (const auto& [choice, text] :
         {std::pair{ThemeChoice::System, tr("&System")}, std::pair{ThemeChoice::Light, tr("&Light")},
          std::pair{ThemeChoice::Dark, tr("&Dark")}}) {
        QAction* action = theme->addAction(text);
        action->setCheckable(true);
        action->setChecked(settings_.theme() == choice);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, choice = choice] {
            theme_.apply(choice);
            settings_.setTheme(choice);
        });
    }
    view->addSeparator();
    for (const Docked& one : docked_) {
        view->addAction(one.dock->toggleViewAction());
    }
    view->addSeparator();
    addAction(view, tr("&Reset layout"), {}, tr("Put every panel back where it was"),
              [this] { resetLayout(); });
}

void MainWindow::fillRecentMenu() {
    recentMenu_->clear();
    int number = 0;
    for (const QString& path : settings_.recentFiles()) {
        ++number;
        QAction* action = recentMenu_->addAction(QStringLiteral("%1%2  %3")
                                                     .arg(number < 10 ? QStringLiteral("&") : QString())
                                                     .arg(number)
                                                     .arg(QFileInfo(path).fileName()));
        action->setToolTip(path);
        action->setStatusTip(path);
        connect(action, &QAction::triggered, this, [this, path] { openFile(path); });
    }
    recentMenu_->setEnabled(number > 0);
    recentMenu_->addSeparator();
    connect(recentMenu_->addAction(tr("&Clear")), &QAction::triggered, this, [this] {
        settings_.clearRecentFiles();
        fillRecentMenu();
    });
}

void MainWindow::showAbout() {
    auto* box = new QMessageBox(
        QMessageBox::NoIcon, tr("About Tandem"),
        tr("<h3>Tandem %1</h3><p>Searches a neural network and the FPGA accelerator that runs it as "
           "one design.</p><p>Licensed under the GNU General Public License, version 3 or later. What "
           "it generates for you is yours.</p><p>Built with Qt and QCustomPlot.</p>")
            .arg(QApplication::applicationVersion()),
        QMessageBox::Close, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

void MainWindow::showShortcuts() {
    QStringList lines;
    for (const QAction* action : findChildren<QAction*>()) {
        if (!action->shortcut().isEmpty() && !action->text().isEmpty()) {
            lines << QStringLiteral("<tr><td style='padding-right:24px'>%1</td><td><b>%2</b></td></tr>")
                         .arg(QString(action->text()).remove(QLatin1Char('&')).toHtmlEscaped(),
                              action->shortcut().toString(QKeySequence::NativeText).toHtmlEscaped());
        }
    }
    lines << QStringLiteral("<tr><td>%1</td><td><b>%2</b></td></tr>")
                 .arg(tr("Scatter: along the front"), tr("arrow keys"))
          << QStringLiteral("<tr><td>%1</td><td><b>+  −  0</b></td></tr>")
                 .arg(tr("Scatter: zoom in, out, fit"));
    auto* box = new QMessageBox(QMessageBox::NoIcon, tr("Keyboard shortcuts"),
                                QStringLiteral("<table cellspacing=4>%1</table>").arg(lines.join(QString())),
                                QMessageBox::Close, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

} // namespace tandem::app
