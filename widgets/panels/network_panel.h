// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/network_rows.h"
#include "widgets/session/background.h"
#include "widgets/session/view_kind.h"

#include <QWidget>

class QLabel;
class QTableView;

namespace tandem::widgets {

/// The imported network, operator by operator, with its totals. What runs on the host and why is found out in
/// the background.
class NetworkPanel : public QWidget {
    Q_OBJECT
  public:
    static ViewKind kind();
    NetworkPanel(StudyModel& model, HostReasons hostReasons, QWidget* parent = nullptr);

    RowsModel& rows() { return *rows_; }

  private:
    void showNetwork();

    StudyModel& model_;
    HostReasons hostReasons_;
    RowsModel* rows_;
    QTableView* view_;
    QLabel* totals_;
    Newest work_;
};

} // namespace tandem::widgets
