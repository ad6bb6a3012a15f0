// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/constraint_panel.h"

#include "widgets/models/format.h"
#include "widgets/panels/constraint_row.h"
#include "widgets/session/session_controller.h"
#include "widgets/session/study_model.h"
#include "widgets/theme.h"

#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <unordered_set>

namespace tandem::widgets {

ViewKind ConstraintPanel::kind() {
    return {QStringLiteral("constraintDock"),
            tr("Objectives and constraints"),
            Side::Left,
            1,
            false,
            [](const ViewServices& services, QWidget* parent) {
                return new ConstraintPanel(services.model, services.controller.steering(), parent);
            }};
}

ConstraintPanel::ConstraintPanel(StudyModel& model, Steering& steering, QWidget* parent)
    : QWidget(parent),
      model_(model),
      steering_(steering),
      rowColumn_(new QVBoxLayout),
      budget_(new QLabel(this)),
      effect_(captionLabel({}, this)),
      add_(new QPushButton(tr("Add constraint"), this)) {
    rowColumn_->setSpacing(4);
    budget_->setWordWrap(true);
    budget_->setTextFormat(Qt::RichText);
    effect_->setWordWrap(true);
    add_->setToolTip(tr("Add a bound that every feasible point keeps"));
    connect(add_, &QPushButton::clicked, this, [this] {
        addConstraint({point::Metric::LatencyMs, point::Relation::AtMost, 10.0});
    });

    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(10, 8, 10, 8);
    column->setSpacing(6);
    column->addWidget(headingLabel(tr("Objectives")));
    column->addLayout(buildObjectives());
    column->addSpacing(4);
    column->addWidget(headingLabel(tr("Constraints")));
    column->addLayout(rowColumn_);
    auto* foot = new QHBoxLayout;
    foot->addWidget(add_);
    foot->addWidget(effect_, 1);
    column->addLayout(foot);
    column->addSpacing(4);
    column->addWidget(headingLabel(tr("Device budget")));
    column->addWidget(budget_);
    column->addStretch();
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidget(content);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(scroll);
    connect(&model_, &StudyModel::studyChanged, this, &ConstraintPanel::showStudy);
    connect(&model_, &StudyModel::snapshotChanged, this, &ConstraintPanel::showSnapshot);
    connect(&model_, &StudyModel::columnsChanged, this, &ConstraintPanel::showEffect);
    showStudy();
    showSnapshot();
}

QLayout* ConstraintPanel::buildObjectives() {
    auto* objectives = new QGridLayout;
    objectives->setSpacing(4);
    for (std::size_t i = 0; i < objectiveBoxes_.size(); ++i) {
        auto* box = new QComboBox(this);
        if (i >= 2) {
            box->addItem(tr("none"), -1);
        }
        for (const point::Metric metric : point::metricsInOrder()) {
            box->addItem(QStringLiteral("%1 %2").arg(point::higherIsBetter(metric) ? QStringLiteral("↑")
                                                                                   : QStringLiteral("↓"),
                                                     metricLabel(metric)),
                         static_cast<int>(metric));
        }
        box->setAccessibleName(tr("Objective %1").arg(i + 1));
        box->setToolTip(tr("Objective %1: ↑ more is better, ↓ less is better").arg(i + 1));
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(9);
        connect(box, &QComboBox::activated, this, &ConstraintPanel::readObjectives);
        objectives->addWidget(box, static_cast<int>(i) / 2, static_cast<int>(i) % 2);
        objectiveBoxes_[i] = box;
    }
    return objectives;
}

void ConstraintPanel::showStudy() {
    const StudyViewPtr& study = model_.study();
    own_ = study ? study->setup.constraints : std::vector<point::Constraint>{};
    budgets_.clear();
    objectives_ = study ? study->setup.objectives : std::vector<point::Objective>{};
    sent_.reset();
    effect_->clear();
    setEnabled(static_cast<bool>(study));
    showObjectives();
    showBudgets();
    showRows();
}

void ConstraintPanel::showSnapshot() {
    const SnapshotPtr& snapshot = model_.snapshot();
    if (!snapshot) {
        return;
    }
    if (snapshot->rules.objectives != objectives_) {
        objectives_ = snapshot->rules.objectives;
        showObjectives();
    }
    const auto& all = snapshot->rules.constraints;
    const auto border =
        all.begin() + static_cast<std::ptrdiff_t>(std::min(snapshot->fixedConstraints, all.size()));
    if (!std::equal(all.begin(), border, budgets_.begin(), budgets_.end())) {
        budgets_.assign(all.begin(), border);
        showBudgets();
    }
    if (!std::equal(border, all.end(), own_.begin(), own_.end())) {
        own_.assign(border, all.end());
        showRows();
    }
    showEffect();
}

/// What the last change kept of what was there, once it is in force and all points were looked at.
void ConstraintPanel::showEffect() {
    const SnapshotPtr& snapshot = model_.snapshot();
    if (!sent_ || !snapshot || own_ != sent_->constraints || model_.columns().rules() != snapshot->rules) {
        return;
    }
    const std::unordered_set<point::PointId> front(snapshot->front.begin(), snapshot->front.end());
    engine::Preview kept;
    kept.pointsKept = model_.columns().insideCount();
    kept.pointsTotal = model_.columns().size();
    kept.frontTotal = sent_->front.size();
    kept.frontKept = static_cast<std::size_t>(
        std::ranges::count_if(sent_->front, [&](point::PointId id) { return front.contains(id); }));
    effect_->setText(previewText(kept));
    sent_.reset();
}

void ConstraintPanel::showBudgets() {
    QStringList lines;
    for (const point::Constraint& budget : budgets_) {
        if (budget.metric == point::Metric::Faults) {
            continue; // what cannot be built is no choice of a device
        }
        lines << QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td>%2&nbsp;</td><td align=right>%3</td></tr>")
                     .arg(metricLabel(budget.metric), relationSign(budget.relation),
                          formatWithUnit(budget.metric, budget.bound));
    }
    const StudyViewPtr& study = model_.study();
    budget_->setText(study ? QStringLiteral("%1<table>%2</table>")
                                 .arg(fromUtf8(study->device.title).toHtmlEscaped(), lines.join(QString()))
                           : QString());
}

void ConstraintPanel::showObjectives() {
    for (std::size_t i = 0; i < objectiveBoxes_.size(); ++i) {
        const int wanted = i < objectives_.size() ? static_cast<int>(objectives_[i].metric) : -1;
        objectiveBoxes_[i]->setCurrentIndex(objectiveBoxes_[i]->findData(wanted));
    }
}

void ConstraintPanel::readObjectives() {
    std::vector<point::Objective> wanted;
    for (const QComboBox* box : objectiveBoxes_) {
        const int metric = box->currentIndex() < 0 ? -1 : box->currentData().toInt();
        const point::Objective objective{static_cast<point::Metric>(metric),
                                         metric >= 0 &&
                                             point::higherIsBetter(static_cast<point::Metric>(metric))};
        if (metric >= 0 && std::ranges::find(wanted, objective) == wanted.end()) {
            wanted.push_back(objective);
        }
    }
    if (wanted.size() >= 2 && wanted != objectives_) {
        steering_.push(engine::SetObjectives{wanted}, engine::SetObjectives{objectives_});
    }
    showObjectives();
}

void ConstraintPanel::showRows() {
    while (rows_.size() > own_.size()) {
        rows_.back()->deleteLater();
        rows_.back()->hide();
        rows_.pop_back();
    }
    while (rows_.size() < own_.size()) {
        auto* row = new ConstraintRow(own_[rows_.size()], this);
        connect(row, &ConstraintRow::changed, this, &ConstraintPanel::readRows);
        connect(row, &ConstraintRow::removed, this, [this, row] {
            const auto at = std::ranges::find(rows_, row) - rows_.begin();
            std::vector<point::Constraint> wanted = own_;
            wanted.erase(wanted.begin() + at);
            submit(std::move(wanted));
        });
        rows_.push_back(row);
        rowColumn_->addWidget(row);
    }
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        rows_[i]->setConstraint(own_[i]);
    }
}

void ConstraintPanel::readRows() {
    std::vector<point::Constraint> wanted;
    for (const ConstraintRow* row : rows_) {
        wanted.push_back(row->constraint());
    }
    submit(std::move(wanted));
}

void ConstraintPanel::submit(std::vector<point::Constraint> wanted) {
    if (wanted == own_) {
        return;
    }
    effect_->clear();
    sent_ = Sent{wanted, model_.snapshot() ? model_.snapshot()->front : std::vector<point::PointId>{}};
    steering_.push(engine::SetConstraints{wanted}, engine::SetConstraints{own_});
}

void ConstraintPanel::addConstraint(const point::Constraint& constraint) {
    std::vector<point::Constraint> wanted = own_;
    wanted.push_back(constraint);
    submit(std::move(wanted));
}

} // namespace tandem::widgets
