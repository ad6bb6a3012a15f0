// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableView>

namespace tandem::widgets {

/// A quiet read-only table: whole rows, no grid, no row numbers.
QTableView* plainTable(QAbstractItemModel* model, const QString& accessibleName, QWidget* parent = nullptr);

/// Gives every column but `stretched` the width of what it holds.
void fitColumns(QTableView* view, int stretched);

/// As high as its rows, so that a surrounding scroll area scrolls and the table does not.
void fitHeight(QTableView* view);

} // namespace tandem::widgets
