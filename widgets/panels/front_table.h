// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/session/study_view.h"
#include "widgets/session/view_kind.h"

#include <QTimer>
#include <QWidget>

class QSortFilterProxyModel;
class QTableView;

namespace tandem::widgets {

class FrontModel;

/// The front as a sortable table: the same points as the scatter's line, for the keyboard and for reading
/// figures.
class FrontTable : public QWidget {
    Q_OBJECT
  public:
    static ViewKind kind();
    explicit FrontTable(StudyModel& model, QWidget* parent = nullptr);

    FrontModel& front() { return *front_; }
    QTableView& view() { return *view_; }

  private:
    void connectModel();
    void clear();
    void takeSnapshot();
    void showNewest();
    void showSelection();
    void markSelection();

    StudyModel& model_;
    FrontModel* front_;
    QSortFilterProxyModel* sorted_;
    QTableView* view_;
    bool updating_ = false; ///< the rows change, not the person's choice
    SnapshotPtr newest_;
    QTimer timer_; ///< a table is read, so it need not move as often as the scatter
};

} // namespace tandem::widgets
