// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/front_table.h"

#include "widgets/models/front_model.h"
#include "widgets/session/study_model.h"

#include <QHeaderView>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

namespace tandem::widgets {

namespace {

constexpr int kPace = 250; ///< ms between updates
constexpr int kColumnWidth = 124;

} // namespace

ViewKind FrontTable::kind() {
    return {
        QStringLiteral("frontDock"),
        tr("Front"),
        Side::Bottom,
        0,
        true,
        [](const ViewServices& services, QWidget* parent) { return new FrontTable(services.model, parent); }};
}

FrontTable::FrontTable(StudyModel& model, QWidget* parent)
    : QWidget(parent),
      model_(model),
      front_(new FrontModel(this)),
      sorted_(new QSortFilterProxyModel(this)),
      view_(new QTableView(this)) {
    sorted_->setSourceModel(front_);
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
    connect(front_, &FrontModel::modelReset, this, [this] {
        for (int column = 1; column < front_->columnCount(); ++column) {
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
    connectModel();
    takeSnapshot();
}

void FrontTable::connectModel() {
    connect(view_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (!updating_ && current.isValid()) {
                    model_.select(point::PointId{current.data(FrontModel::kPointRole).toULongLong()});
                }
            });
    connect(&model_, &StudyModel::studyChanged, this, &FrontTable::clear);
    connect(&model_, &StudyModel::snapshotChanged, this, &FrontTable::takeSnapshot);
    connect(&model_, &StudyModel::selectionChanged, this, &FrontTable::showSelection);
}

void FrontTable::clear() {
    updating_ = true;
    newest_.reset();
    timer_.stop();
    front_->clear();
    updating_ = false;
}

void FrontTable::takeSnapshot() {
    newest_ = model_.snapshot();
    if (newest_ && !timer_.isActive()) {
        timer_.start();
        showNewest();
    }
}

void FrontTable::showNewest() {
    if (newest_) {
        updating_ = true;
        front_->setSnapshot(newest_);
        markSelection();
        updating_ = false;
        newest_.reset();
    }
}

void FrontTable::showSelection() {
    showNewest();
    updating_ = true;
    markSelection();
    const auto id = model_.current();
    const auto row = id ? front_->rowOf(*id) : std::nullopt;
    if (row) {
        view_->scrollTo(sorted_->mapFromSource(front_->index(*row, 0)));
    }
    updating_ = false;
}

void FrontTable::markSelection() {
    const auto id = model_.current();
    const auto row = id ? front_->rowOf(*id) : std::nullopt;
    if (!row) {
        view_->selectionModel()->clear();
        return;
    }
    const QModelIndex index = sorted_->mapFromSource(front_->index(*row, 0));
    if (view_->currentIndex().row() != index.row() || !view_->selectionModel()->isRowSelected(index.row())) {
        view_->selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect |
                                                            QItemSelectionModel::Rows);
    }
}

} // namespace tandem::widgets
