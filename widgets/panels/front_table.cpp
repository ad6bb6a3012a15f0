// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/front_table.h"

#include "widgets/models/front_model.h"

#include <QHeaderView>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

namespace tandem::widgets {

namespace {

constexpr int kPace = 250; ///< ms between updates
constexpr int kColumnWidth = 124;

} // namespace

FrontTable::FrontTable(QWidget* parent)
    : QWidget(parent),
      model_(new FrontModel(this)),
      sorted_(new QSortFilterProxyModel(this)),
      view_(new QTableView(this)) {
    sorted_->setSourceModel(model_);
    sorted_->setSortRole(FrontModel::kSortRole);
    sorted_->setDynamicSortFilter(true);
    view_->setModel(sorted_);
    view_->setObjectName(QStringLiteral("frontView"));
    view_->setAccessibleName(tr("Points on the front"));
    view_->setSortingEnabled(true);
    view_->sortByColumn(1, Qt::DescendingOrder);
    view_->setSelectionBehavior(QAbstractItemView::SelectRows);
    view_->setSelectionMode(QAbstractItemView::SingleSelection);
    view_->setAlternatingRowColors(true);
    view_->setShowGrid(false);
    view_->setFrameShape(QFrame::NoFrame);
    view_->setWordWrap(false);
    view_->setTabKeyNavigation(false);
    view_->verticalHeader()->hide();
    view_->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    view_->horizontalHeader()->setHighlightSections(false);
    view_->horizontalHeader()->setDefaultSectionSize(kColumnWidth);
    view_->setColumnWidth(0, 80);
    connect(model_, &FrontModel::modelReset, this, [this] {
        for (int column = 1; column < model_->columnCount(); ++column) {
            const int heading = view_->horizontalHeader()->sectionSizeHint(column);
            view_->setColumnWidth(column, std::max(kColumnWidth, heading));
        }
    });
    timer_.setInterval(kPace);
    timer_.setSingleShot(true);
    connect(&timer_, &QTimer::timeout, this, &FrontTable::showNewest);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(view_);
    connect(view_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (!updating_ && current.isValid()) {
                    selected_ = current.data(FrontModel::kPointRole).toULongLong();
                    Q_EMIT pointSelected(*selected_);
                }
            });
}

void FrontTable::setStudy(const StudyViewPtr&) {
    updating_ = true;
    newest_.reset();
    timer_.stop();
    model_->clear();
    selected_.reset();
    updating_ = false;
}

void FrontTable::setSnapshot(const SnapshotPtr& snapshot) {
    newest_ = snapshot;
    if (!timer_.isActive()) {
        timer_.start();
        showNewest();
    }
}

void FrontTable::showNewest() {
    if (newest_) {
        updating_ = true;
        model_->setSnapshot(newest_);
        showSelection();
        updating_ = false;
        newest_.reset();
    }
}

void FrontTable::select(std::optional<point::PointId> id) {
    showNewest();
    selected_ = id;
    updating_ = true;
    showSelection();
    const auto row = id ? model_->rowOf(*id) : std::nullopt;
    if (row) {
        view_->scrollTo(sorted_->mapFromSource(model_->index(*row, 0)));
    }
    updating_ = false;
}

void FrontTable::showSelection() {
    const auto row = selected_ ? model_->rowOf(*selected_) : std::nullopt;
    if (!row) {
        view_->selectionModel()->clear();
        return;
    }
    const QModelIndex index = sorted_->mapFromSource(model_->index(*row, 0));
    if (view_->currentIndex().row() != index.row() || !view_->selectionModel()->isRowSelected(index.row())) {
        view_->selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect |
                                                            QItemSelectionModel::Rows);
    }
}

} // namespace tandem::widgets
