// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/constraint_row.h"

#include "widgets/models/format.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QToolButton>

namespace tandem::widgets {

ConstraintRow::ConstraintRow(const point::Constraint& constraint, QWidget* parent)
    : QWidget(parent),
      metric_(new QComboBox(this)),
      relation_(new QComboBox(this)),
      bound_(new QDoubleSpinBox(this)) {
    for (const point::Metric metric : point::metricsInOrder()) {
        metric_->addItem(metricLabel(metric), static_cast<int>(metric));
    }
    metric_->setAccessibleName(tr("Constrained metric"));
    for (const auto relation : {point::Relation::AtMost, point::Relation::AtLeast}) {
        relation_->addItem(relationSign(relation), static_cast<int>(relation));
    }
    relation_->setAccessibleName(tr("At most or at least"));
    relation_->setToolTip(relation_->accessibleName());
    bound_->setDecimals(4);
    bound_->setRange(0.0, 1e12);
    bound_->setGroupSeparatorShown(true);
    bound_->setKeyboardTracking(false);
    bound_->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    bound_->setAlignment(Qt::AlignRight);
    bound_->setAccessibleName(tr("Bound"));
    auto* remove = new QToolButton(this);
    remove->setText(QStringLiteral("✕"));
    remove->setAutoRaise(true);
    remove->setToolTip(tr("Remove this constraint"));
    remove->setAccessibleName(remove->toolTip());
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    row->addWidget(metric_, 2);
    row->addWidget(relation_);
    row->addWidget(bound_, 2);
    row->addWidget(remove);
    setConstraint(constraint);
    connect(metric_, &QComboBox::activated, this, [this] {
        fitUnit();
        Q_EMIT changed();
    });
    connect(relation_, &QComboBox::activated, this, &ConstraintRow::changed);
    connect(bound_, &QDoubleSpinBox::valueChanged, this, &ConstraintRow::changed);
    connect(remove, &QToolButton::clicked, this, &ConstraintRow::removed);
}

void ConstraintRow::fitUnit() {
    const QSignalBlocker quiet(bound_);
    const std::string unit(point::metricUnit(constraint().metric));
    bound_->setSuffix(unit.empty() ? QString() : QStringLiteral(" ") + fromUtf8(unit));
    bound_->setDecimals(unit == "ms" || unit == "mJ" || unit == "W" ? 3 : unit == "%" ? 2 : 0);
}

point::Constraint ConstraintRow::constraint() const {
    return {static_cast<point::Metric>(metric_->currentData().toInt()),
            static_cast<point::Relation>(relation_->currentData().toInt()), bound_->value()};
}

void ConstraintRow::setConstraint(const point::Constraint& constraint) {
    const QSignalBlocker quiet(bound_);
    metric_->setCurrentIndex(metric_->findData(static_cast<int>(constraint.metric)));
    relation_->setCurrentIndex(relation_->findData(static_cast<int>(constraint.relation)));
    fitUnit();
    if (bound_->value() != constraint.bound) {
        bound_->setValue(constraint.bound);
    }
}

} // namespace tandem::widgets
