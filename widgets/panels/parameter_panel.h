// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/session/view_kind.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QTreeView;

namespace tandem::widgets {

class ParameterModel;
class Previewer;
class Steering;

/// The parameters, each to be pinned, bounded or given a value while the search runs. Before a change is made
/// the line at the bottom says what it would keep.
class ParameterPanel : public QWidget {
    Q_OBJECT
  public:
    static ViewKind kind();
    ParameterPanel(StudyModel& model, Steering& steering, QWidget* parent = nullptr);

    ParameterModel& parameters() { return *parameters_; }
    QTreeView& view() { return *view_; }
    QString previewLine() const;

  private:
    void connectCells();
    void showStudy();
    void showRanges();
    void showPoint();
    void sizeColumns();
    void previewCell(const QModelIndex& cell, int choice);
    void endPreview();

    StudyModel& model_;
    Steering& steering_;
    Previewer* previewer_;
    ParameterModel* parameters_;
    QSortFilterProxyModel* filtered_;
    QTreeView* view_;
    QLineEdit* filter_;
    QLabel* preview_;
    QPushButton* reset_;
};

} // namespace tandem::widgets
