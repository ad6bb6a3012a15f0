// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QStringList>

#include <set>
#include <vector>

namespace tandem::widgets {

/// One line of a table of texts.
struct TextRow {
    QStringList cells;
    QString toolTip;
    bool emphasized = false;
    bool operator==(const TextRow&) const = default;
};

/// A read-only table of texts. Rows that are appended to what is shown already are inserted; other changes
/// reset the model.
class RowsModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    /// `numeric` columns are aligned to the right.
    RowsModel(QStringList headings, std::set<int> numeric, QObject* parent = nullptr);

    /// Another name for every column.
    void setHeadings(QStringList headings);
    void setRows(std::vector<TextRow> rows);
    const std::vector<TextRow>& rows() const { return rows_; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

  private:
    QStringList headings_;
    std::set<int> numeric_;
    std::vector<TextRow> rows_;
};

} // namespace tandem::widgets
