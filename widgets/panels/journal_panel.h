// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/session/view_kind.h"

#include <QWidget>

namespace tandem::widgets {

class RowsModel;

/// What was steered when: the epochs of the study, a row each.
class JournalPanel : public QWidget {
    Q_OBJECT
  public:
    static ViewKind kind();
    explicit JournalPanel(StudyModel& model, QWidget* parent = nullptr);

    RowsModel& rows() { return *rows_; }

  private:
    void showEpochs();

    StudyModel& model_;
    RowsModel* rows_;
};

} // namespace tandem::widgets
