// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/metric.h"

#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QToolButton;

namespace tandem::widgets {

/// One bound on a metric: metric, at most or at least, figure.
class ConstraintRow : public QWidget {
    Q_OBJECT
  public:
    explicit ConstraintRow(const point::Constraint& constraint, QWidget* parent = nullptr);

    point::Constraint constraint() const;
    void setConstraint(const point::Constraint& constraint);

  Q_SIGNALS:
    void changed();
    void removed();

  private:
    void fitUnit();

    QComboBox *metric_, *relation_;
    QDoubleSpinBox* bound_;
};

} // namespace tandem::widgets
