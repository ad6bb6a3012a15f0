// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/front_model.h"

#include "widgets/models/format.h"

#include <unordered_set>

namespace tandem::widgets {

namespace {

constexpr std::ptrdiff_t kMostSingleRemovals = 100; ///< more rows than these leave the table at once

} // namespace

FrontModel::FrontModel(QObject* parent) : QAbstractTableModel(parent) {
    setColumns({});
}

void FrontModel::clear() {
    beginResetModel();
    rows_.clear();
    refinementsSeen_ = 0;
    endResetModel();
}

void FrontModel::setColumns(const engine::Snapshot& snapshot) {
    std::vector<point::Metric> metrics;
    for (const point::Objective& objective : snapshot.rules.objectives) {
        metrics.push_back(objective.metric);
    }
    const auto known = [&snapshot](point::Metric metric) {
        return snapshot.front.empty() ||
               snapshot.points[snapshot.front.front()].metrics.source(metric) != point::Source::None;
    };
    for (std::size_t i = 0; i < point::kMetricCount; ++i) {
        const auto metric = static_cast<point::Metric>(i);
        if (known(metric) && !point::isPart(metric) && std::ranges::find(metrics, metric) == metrics.end()) {
            metrics.push_back(metric);
        }
    }
    if (metrics != metrics_) {
        beginResetModel();
        metrics_ = std::move(metrics);
        endResetModel();
    }
}

void FrontModel::setSnapshot(const SnapshotPtr& snapshot) {
    if (!snapshot) {
        clear();
        return;
    }
    setColumns(*snapshot);
    const std::unordered_set<point::PointId> wanted(snapshot->front.begin(), snapshot->front.end());
    std::unordered_set<point::PointId> present;
    const auto leaving =
        std::ranges::count_if(rows_, [&](const auto& row) { return !wanted.contains(row.id); });
    if (leaving > kMostSingleRemovals) {
        beginResetModel();
        std::erase_if(rows_, [&](const auto& row) { return !wanted.contains(row.id); });
        endResetModel();
    }
    for (int row = static_cast<int>(rows_.size()) - 1; row >= 0; --row) {
        const point::PointId id = rows_[static_cast<std::size_t>(row)].id;
        if (wanted.contains(id)) {
            present.insert(id);
            continue;
        }
        beginRemoveRows({}, row, row);
        rows_.erase(rows_.begin() + row);
        endRemoveRows();
    }
    if (refinementsSeen_ != snapshot->points.refinements()) {
        refinementsSeen_ = snapshot->points.refinements();
        for (point::Point& row : rows_) {
            row = snapshot->points[row.id];
        }
        if (!rows_.empty()) {
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        }
    }
    std::vector<point::Point> added;
    for (const point::PointId id : snapshot->front) {
        if (!present.contains(id)) {
            added.push_back(snapshot->points[id]);
        }
    }
    if (!added.empty()) {
        beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(added.size()) - 1);
        rows_.insert(rows_.end(), std::make_move_iterator(added.begin()),
                     std::make_move_iterator(added.end()));
        endInsertRows();
    }
}

std::optional<point::PointId> FrontModel::pointAt(int row) const {
    if (row < 0 || row >= rowCount()) {
        return std::nullopt;
    }
    return rows_[static_cast<std::size_t>(row)].id;
}

std::optional<int> FrontModel::rowOf(point::PointId id) const {
    const auto found = std::ranges::find(rows_, id, &point::Point::id);
    return found == rows_.end() ? std::nullopt : std::optional<int>(static_cast<int>(found - rows_.begin()));
}

int FrontModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int FrontModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(metrics_.size()) + 1;
}

QVariant FrontModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid()) {
        return {};
    }
    const point::Point& point = rows_[static_cast<std::size_t>(index.row())];
    if (role == kPointRole) {
        return QVariant::fromValue<qulonglong>(point.id);
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    }
    if (index.column() == 0) {
        return role == Qt::DisplayRole ? QVariant(formatCount(static_cast<std::int64_t>(point.id)))
               : role == kSortRole     ? QVariant::fromValue<qulonglong>(point.id)
                                       : QVariant();
    }
    const point::Metric metric = metrics_[static_cast<std::size_t>(index.column() - 1)];
    const point::Source source = point.metrics.source(metric);
    switch (role) {
    case Qt::DisplayRole:
        return source == point::Source::None
                   ? QStringLiteral("–")
                   : QStringLiteral("%1  %2").arg(formatNumber(point.metrics.value(metric)),
                                                  sourceShort(source));
    case Qt::ToolTipRole:
        return QStringLiteral("%1: %2").arg(metricLabel(metric), formatFigure(point.metrics, metric));
    case kSortRole:
        return point.metrics.value(metric);
    default:
        return {};
    }
}

QVariant FrontModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    return section == 0 ? tr("Point") : metricHeading(metrics_.at(static_cast<std::size_t>(section - 1)));
}

} // namespace tandem::widgets
