// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/session/study_view.h"

#include <QAbstractTableModel>

#include <optional>
#include <vector>

namespace tandem::widgets {

/// The front as a table: a row per point, a column per metric with its source. The objectives come first.
class FrontModel : public QAbstractTableModel {
    Q_OBJECT
  public:
    static constexpr int kSortRole = Qt::UserRole;      ///< the bare number
    static constexpr int kPointRole = Qt::UserRole + 1; ///< the point's id

    explicit FrontModel(QObject* parent = nullptr);

    void clear();
    /// Brings the rows up to date: points that left are removed, new ones added, the rest stays in place.
    void setSnapshot(const SnapshotPtr& snapshot);
    std::optional<point::PointId> pointAt(int row) const;
    std::optional<int> rowOf(point::PointId id) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

  private:
    /// The objectives, then whatever else is known of points.
    void setColumns(const engine::Snapshot& snapshot);

    std::vector<point::Metric> metrics_;
    std::vector<point::Point> rows_;
    std::uint64_t refinementsSeen_ = 0;
};

} // namespace tandem::widgets
