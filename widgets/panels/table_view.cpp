// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/table_view.h"

#include <QHeaderView>

#include <algorithm>

namespace tandem::widgets {

QTableView* plainTable(QAbstractItemModel* model, const QString& accessibleName, QWidget* parent) {
    auto* view = new QTableView(parent);
    view->setModel(model);
    view->setAccessibleName(accessibleName);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setSelectionMode(QAbstractItemView::SingleSelection);
    view->setAlternatingRowColors(true);
    view->setShowGrid(false);
    view->setWordWrap(false);
    view->setFrameShape(QFrame::NoFrame);
    view->setTabKeyNavigation(false);
    view->verticalHeader()->hide();
    view->verticalHeader()->setDefaultSectionSize(view->fontMetrics().height() + 6);
    view->horizontalHeader()->setHighlightSections(false);
    return view;
}

void fitColumns(QTableView* view, int stretched) {
    QHeaderView* header = view->horizontalHeader();
    header->setStretchLastSection(false);
    for (int column = 0; column < view->model()->columnCount(); ++column) {
        if (column == stretched) {
            header->setSectionResizeMode(column, QHeaderView::Stretch);
        } else {
            header->setSectionResizeMode(column, QHeaderView::Interactive);
            view->resizeColumnToContents(column);
            view->setColumnWidth(column, std::min(view->columnWidth(column), 240));
        }
    }
}

void fitHeight(QTableView* view) {
    const int rows = view->model()->rowCount() * view->verticalHeader()->defaultSectionSize();
    view->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    view->setFixedHeight(view->horizontalHeader()->sizeHint().height() + rows + 2 * view->frameWidth() + 4);
}

} // namespace tandem::widgets
