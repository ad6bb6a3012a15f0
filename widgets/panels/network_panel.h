// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/models/network_rows.h"

#include <QWidget>

class QLabel;
class QTableView;

namespace tandem::widgets {

/// The imported network, operator by operator, with its totals.
class NetworkPanel : public QWidget {
    Q_OBJECT
  public:
    explicit NetworkPanel(QWidget* parent = nullptr);

    void setNetwork(const nn::Graph& network, const std::vector<space::Bundle>& bundles,
                    const HostReasons& hostReasons);
    void clear();

    RowsModel& model() { return *model_; }

  private:
    RowsModel* model_;
    QTableView* view_;
    QLabel* totals_;
};

} // namespace tandem::widgets
