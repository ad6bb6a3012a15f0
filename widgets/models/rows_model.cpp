// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/rows_model.h"

#include <QFont>

#include <algorithm>

namespace tandem::widgets {

RowsModel::RowsModel(QStringList headings, std::set<int> numeric, QObject* parent)
    : QAbstractTableModel(parent), headings_(std::move(headings)), numeric_(std::move(numeric)) {}

void RowsModel::setHeadings(QStringList headings) {
    headings_ = std::move(headings);
    Q_EMIT headerDataChanged(Qt::Horizontal, 0, columnCount() - 1);
}

void RowsModel::setRows(std::vector<TextRow> rows) {
    if (rows == rows_) {
        return;
    }
    if (rows.size() > rows_.size() && std::equal(rows_.begin(), rows_.end(), rows.begin())) {
        beginInsertRows({}, static_cast<int>(rows_.size()), static_cast<int>(rows.size()) - 1);
        rows_ = std::move(rows);
        endInsertRows();
        return;
    }
    beginResetModel();
    rows_ = std::move(rows);
    endResetModel();
}

int RowsModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int RowsModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(headings_.size());
}

QVariant RowsModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const TextRow& row = rows_[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return row.cells.value(index.column());
    case Qt::ToolTipRole:
        return row.toolTip.isEmpty() ? QVariant() : row.toolTip;
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(numeric_.contains(index.column()) ? Qt::AlignRight | Qt::AlignVCenter
                                                                     : Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::FontRole: {
        QFont font;
        font.setBold(row.emphasized);
        return row.emphasized ? QVariant(font) : QVariant();
    }
    default:
        return {};
    }
}

QVariant RowsModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::DisplayRole) {
        return headings_.value(section);
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue(numeric_.contains(section) ? Qt::AlignRight | Qt::AlignVCenter
                                                              : Qt::AlignLeft | Qt::AlignVCenter);
    }
    return {};
}

} // namespace tandem::widgets
