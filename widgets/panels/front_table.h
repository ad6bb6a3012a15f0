// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/session/study_view.h"

#include <QTimer>
#include <QWidget>

#include <optional>

class QSortFilterProxyModel;
class QTableView;

namespace tandem::widgets {

class FrontModel;

/// The front as a sortable table: the same points as the scatter's line, for the keyboard and for reading
/// figures.
class FrontTable : public QWidget {
    Q_OBJECT
  public:
    explicit FrontTable(QWidget* parent = nullptr);

    void setStudy(const StudyViewPtr& study);
    void setSnapshot(const SnapshotPtr& snapshot);
    /// Marks a point's row without telling anyone; no row where it is not on the front.
    void select(std::optional<point::PointId> id);

    FrontModel& model() { return *model_; }
    QTableView& view() { return *view_; }

  Q_SIGNALS:
    /// A person chose a row.
    void pointSelected(tandem::point::PointId id);

  private:
    void showSelection();
    void showNewest();

    FrontModel* model_;
    QSortFilterProxyModel* sorted_;
    QTableView* view_;
    std::optional<point::PointId> selected_;
    bool updating_ = false;
    SnapshotPtr newest_;
    QTimer timer_; ///< a table is read, so it need not move as often as the scatter
};

} // namespace tandem::widgets
