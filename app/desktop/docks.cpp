// SPDX-License-Identifier: GPL-3.0-or-later
// Where the views stand.
#include "app/desktop/main_window.h"
#include "app/desktop/start_page.h"
#include "core/base/error.h"
#include "widgets/panels/message_bar.h"
#include "widgets/views.h"

#include <QDockWidget>
#include <QStackedWidget>
#include <QTabWidget>
#include <QVBoxLayout>

#include <map>

namespace tandem::app {

namespace {

using widgets::Side;

constexpr int kLeftWidth = 430, kRightWidth = 450, kBottomHeight = 230;
constexpr int kFirstRow = 600, kFurtherRow = 300; ///< heights of the rows of a side

Qt::DockWidgetArea areaOf(Side side) {
    switch (side) {
    case Side::Left:
        return Qt::LeftDockWidgetArea;
    case Side::Right:
        return Qt::RightDockWidgetArea;
    case Side::Bottom:
        return Qt::BottomDockWidgetArea;
    case Side::Centre:
        break;
    }
    return Qt::NoDockWidgetArea;
}

} // namespace

void MainWindow::buildCentre() {
    messages_ = new widgets::MessageBar(this);
    startPage_ = new StartPage(!wiring_.sample.empty(), this);
    plots_ = new QTabWidget(this);
    plots_->setDocumentMode(true);
    plots_->setTabBarAutoHide(true);
    centre_ = new QStackedWidget(this);
    centre_->addWidget(startPage_);
    centre_->addWidget(plots_);
    auto* middle = new QWidget(this);
    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(messages_);
    column->addWidget(centre_, 1);
    setCentralWidget(middle);
}

void MainWindow::buildViews() {
    const widgets::ViewServices services{model_, controller_, wiring_.hostReasons, wiring_.studyFolder};
    for (const widgets::ViewKind& kind : widgets::views()) {
        QWidget* view = widgets::makeView(kind, services, this);
        if (kind.side == Side::Centre) {
            plots_->addTab(view, kind.title);
            continue;
        }
        auto* dock = new QDockWidget(kind.title, this);
        dock->setObjectName(kind.name);
        dock->setAccessibleName(kind.title);
        dock->setWidget(view);
        docked_.push_back({kind, view, dock});
    }
    placeDocks();
}

/// The docks of one side: a row below the other (beside it at the bottom), as tabs inside a row. Gives the
/// dock in front of each row.
QList<QDockWidget*> MainWindow::placeSide(Side side) {
    std::map<int, std::vector<const Docked*>> rows;
    for (const Docked& one : docked_) {
        if (one.kind.side == side) {
            rows[one.kind.row].push_back(&one);
        }
    }
    QDockWidget* above = nullptr;
    for (const auto& [row, members] : rows) { // all rows first: one that has tabs can no longer be split
        QDockWidget* first = members.front()->dock;
        addDockWidget(areaOf(side), first);
        if (above != nullptr) {
            splitDockWidget(above, first, side == Side::Bottom ? Qt::Horizontal : Qt::Vertical);
        }
        above = first;
    }
    QList<QDockWidget*> inFront;
    for (const auto& [row, members] : rows) {
        inFront << members.front()->dock;
        for (std::size_t i = 1; i < members.size(); ++i) {
            addDockWidget(areaOf(side), members[i]->dock);
            tabifyDockWidget(members[i - 1]->dock, members[i]->dock);
        }
        for (const Docked* member : members) {
            if (member->kind.isInFront) {
                inFront.back() = member->dock;
            }
        }
        inFront.back()->raise();
    }
    return inFront;
}

void MainWindow::placeDocks() {
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    const QList<QDockWidget*> left = placeSide(Side::Left), bottom = placeSide(Side::Bottom),
                              right = placeSide(Side::Right);
    const auto resizeSide = [this](const QList<QDockWidget*>& docks, int size, Qt::Orientation orientation) {
        resizeDocks(docks, QList<int>(docks.size(), size), orientation);
    };
    resizeSide(left, kLeftWidth, Qt::Horizontal);
    resizeSide(right, kRightWidth, Qt::Horizontal);
    resizeSide(bottom, kBottomHeight, Qt::Vertical);
    for (const QList<QDockWidget*>& side : {left, right}) {
        QList<int> heights(side.size(), kFurtherRow);
        if (side.size() > 1) {
            heights.front() = kFirstRow;
            resizeDocks(side, heights, Qt::Vertical);
        }
    }
}

MainWindow::Docked& MainWindow::docked(const QString& name) {
    const auto found =
        std::ranges::find_if(docked_, [&](const Docked& one) { return one.kind.name == name; });
    if (found == docked_.end()) {
        throw workError("there is no view '{}'", name.toStdString());
    }
    return *found;
}

} // namespace tandem::app
