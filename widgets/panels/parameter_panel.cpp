// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/parameter_panel.h"

#include "widgets/models/format.h"
#include "widgets/models/parameter_model.h"
#include "widgets/panels/parameter_delegate.h"
#include "widgets/session/previewer.h"
#include "widgets/session/session_controller.h"
#include "widgets/session/study_model.h"

#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTreeView>
#include <QVBoxLayout>

namespace tandem::widgets {

namespace {

/// Looks for the filter's text in the whole dotted name as well as in what the row shows.
class ParameterFilter : public QSortFilterProxyModel {
  public:
    ParameterFilter(const ParameterModel& model, QObject* parent)
        : QSortFilterProxyModel(parent), model_(model) {
        setRecursiveFilteringEnabled(true);
        setAutoAcceptChildRows(true);
    }

  protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override {
        const QModelIndex index = model_.index(row, 0, parent);
        const QRegularExpression wanted = filterRegularExpression();
        const QVariant parameter = index.data(ParameterModel::ParameterRole);
        return index.data().toString().contains(wanted) ||
               (parameter.isValid() &&
                fromUtf8(model_.space().parameters[parameter.toUInt()].name).contains(wanted));
    }

  private:
    const ParameterModel& model_;
};

} // namespace

ViewKind ParameterPanel::kind() {
    return {QStringLiteral("parameterDock"),
            tr("Parameters"),
            Side::Left,
            0,
            true,
            [](const ViewServices& services, QWidget* parent) {
                return new ParameterPanel(services.model, services.controller.steering(), parent);
            }};
}

ParameterPanel::ParameterPanel(StudyModel& model, Steering& steering, QWidget* parent)
    : QWidget(parent),
      model_(model),
      steering_(steering),
      previewer_(new Previewer(steering, this)),
      parameters_(new ParameterModel(this)),
      filtered_(new ParameterFilter(*parameters_, this)),
      view_(new QTreeView(this)),
      filter_(new QLineEdit(this)),
      preview_(new QLabel(this)),
      reset_(new QPushButton(tr("Release all"), this)) {
    filtered_->setSourceModel(parameters_);
    view_->setModel(filtered_);
    view_->setObjectName(QStringLiteral("parameterView"));
    view_->setAccessibleName(tr("Parameters"));
    view_->setAccessibleDescription(
        tr("Each row can be pinned, bounded and given a value while the search runs."));
    view_->setMouseTracking(true);
    view_->setUniformRowHeights(true);
    view_->setAlternatingRowColors(true);
    view_->setFrameShape(QFrame::NoFrame);
    view_->setIndentation(14);
    view_->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed |
                           QAbstractItemView::SelectedClicked);
    view_->header()->setStretchLastSection(false);
    filter_->setPlaceholderText(tr("Filter, e.g. weight or b3"));
    filter_->setClearButtonEnabled(true);
    filter_->setAccessibleName(tr("Filter parameters"));
    preview_->setWordWrap(true);
    preview_->setObjectName(QStringLiteral("previewLine"));
    preview_->setMinimumHeight(2 * fontMetrics().height() + 2);
    preview_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    reset_->setToolTip(tr("Give every parameter its whole range back"));
    reset_->setEnabled(false);

    auto* top = new QHBoxLayout;
    top->addWidget(filter_, 1);
    top->addWidget(reset_);
    top->setContentsMargins(6, 6, 6, 0);
    auto* foot = new QHBoxLayout;
    foot->addWidget(preview_);
    foot->setContentsMargins(8, 0, 8, 4);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(top);
    column->addWidget(view_, 1);
    column->addLayout(foot);

    connect(filter_, &QLineEdit::textChanged, this, [this](const QString& text) {
        filtered_->setFilterRegularExpression(
            QRegularExpression(QRegularExpression::escape(text), QRegularExpression::CaseInsensitiveOption));
        view_->expandAll();
    });
    connect(reset_, &QPushButton::clicked, this,
            [this] { steering_.releaseAll(parameters_->space(), parameters_->ranges()); });
    connectCells();
    connect(&model_, &StudyModel::studyChanged, this, &ParameterPanel::showStudy);
    connect(&model_, &StudyModel::snapshotChanged, this, &ParameterPanel::showRanges);
    connect(&model_, &StudyModel::selectionChanged, this, &ParameterPanel::showPoint);
    showStudy();
    showRanges();
}

void ParameterPanel::connectCells() {
    auto* delegate = new ParameterDelegate(this);
    view_->setItemDelegate(delegate);
    connect(parameters_, &ParameterModel::changeWanted, this,
            [this](const engine::Command& change, const engine::Command& inverse) {
                steering_.push(change, inverse);
            });
    connect(delegate, &ParameterDelegate::considered, this, &ParameterPanel::previewCell);
    connect(view_, &QTreeView::clicked, this, [this](const QModelIndex& cell) {
        if (cell.flags().testFlag(Qt::ItemIsEditable)) {
            view_->edit(cell);
        }
    });
    connect(view_, &QTreeView::entered, this, [this](const QModelIndex& cell) {
        if (cell.column() == ParameterModel::Pinned) {
            previewCell(cell, 0);
        }
    });
    connect(view_, &QTreeView::viewportEntered, this, &ParameterPanel::endPreview);
    connect(previewer_, &Previewer::answered, this,
            [this](const engine::Command& command, const std::optional<engine::Preview>& preview) {
                preview_->setText(
                    preview ? QStringLiteral("%1: %2").arg(commandText(command), previewText(*preview))
                            : QString());
            });
}

void ParameterPanel::showStudy() {
    const StudyViewPtr& study = model_.study();
    parameters_->setSpace(study ? study->space : point::Space{},
                          study ? study->bundles : std::vector<space::Bundle>{});
    endPreview();
    reset_->setEnabled(false);
    view_->expandAll();
    sizeColumns();
    for (int group = 0; group < filtered_->rowCount(); ++group) {
        view_->setFirstColumnSpanned(group, {}, true);
    }
    if (study) {
        model_.raiseView(kind().name);
    }
}

void ParameterPanel::sizeColumns() {
    view_->header()->setSectionResizeMode(ParameterModel::Name, QHeaderView::Stretch);
    int widest = 0;
    for (const point::Parameter& parameter : parameters_->space().parameters) {
        for (const point::Choice& choice : parameter.choices) {
            widest = std::max(widest, fontMetrics().horizontalAdvance(fromUtf8(choice.label)));
        }
    }
    for (int column = ParameterModel::Pinned; column < ParameterModel::ColumnCount; ++column) {
        view_->header()->setSectionResizeMode(column, QHeaderView::Interactive);
        const int room = column == ParameterModel::Pinned ? 38 : std::clamp(widest + 24, 52, 78);
        view_->setColumnWidth(column, room);
    }
}

void ParameterPanel::showRanges() {
    if (const SnapshotPtr& snapshot = model_.snapshot()) {
        parameters_->setRanges(snapshot->rules.ranges);
        reset_->setEnabled(parameters_->anySteered());
    }
}

void ParameterPanel::showPoint() {
    const auto id = model_.current();
    const point::Point* shown = id ? model_.point(*id) : nullptr;
    parameters_->setShownPoint(shown != nullptr ? std::optional(shown->encoding) : std::nullopt);
}

void ParameterPanel::previewCell(const QModelIndex& cell, int choice) {
    if (const auto change = parameters_->changeOf(filtered_->mapToSource(cell), choice)) {
        previewer_->ask(change->first);
    } else {
        endPreview();
    }
}

void ParameterPanel::endPreview() {
    previewer_->cancel();
    preview_->clear();
}

QString ParameterPanel::previewLine() const {
    return preview_->text();
}

} // namespace tandem::widgets
