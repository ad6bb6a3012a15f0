// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plots/point_cloud.h"

#include <QWidget>

class QCheckBox;
class QComboBox;

namespace tandem::widgets {

/// Chooses what a plot's axis shows: a metric, linear or logarithmic.
class AxisPicker : public QWidget {
    Q_OBJECT
  public:
    /// Names for people who do not see it; `prefix` starts the object names ("x": "xMetric", "xLog").
    AxisPicker(const QString& metricName, const QString& logarithmicName, const QString& prefix,
               QWidget* parent = nullptr);

    AxisChoice choice() const;
    /// Shows a choice without telling anyone.
    void setChoice(const AxisChoice& choice);

  Q_SIGNALS:
    /// A person chose.
    void changed();

  private:
    QComboBox* metric_;
    QCheckBox* logarithmic_;
};

} // namespace tandem::widgets
