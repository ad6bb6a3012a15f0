// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/session/study_view.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QTreeView;

namespace tandem::widgets {

class ParameterModel;
class Steering;

/// The parameters, each to be pinned, bounded or given a value while the search runs. Before a change is made
/// the line at the bottom says what it would keep.
class ParameterPanel : public QWidget {
    Q_OBJECT
  public:
    explicit ParameterPanel(Steering& steering, QWidget* parent = nullptr);

    void setStudy(const StudyViewPtr& study);
    void setSnapshot(const SnapshotPtr& snapshot);
    void setShownPoint(std::optional<point::Encoding> encoding);
    /// Pins every parameter to the value it has in `encoding`, as one undo step.
    void pinAll(const point::Encoding& encoding);
    /// Gives every parameter its whole range back, as one undo step.
    void resetAll();

    ParameterModel& model() { return *model_; }
    QTreeView& view() { return *view_; }
    QString previewLine() const;

  private:
    void previewCell(const QModelIndex& cell, int choice);

    Steering& steering_;
    ParameterModel* model_;
    QSortFilterProxyModel* filtered_;
    QTreeView* view_;
    QLineEdit* filter_;
    QLabel* preview_;
    QPushButton* reset_;
};

} // namespace tandem::widgets
