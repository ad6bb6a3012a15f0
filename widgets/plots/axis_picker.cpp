// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/axis_picker.h"

#include "widgets/models/format.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>

namespace tandem::widgets {

AxisPicker::AxisPicker(const QString& metricName, const QString& logarithmicName, const QString& prefix,
                       QWidget* parent)
    : QWidget(parent), metric_(new QComboBox(this)), logarithmic_(new QCheckBox(tr("log"), this)) {
    for (const point::Metric metric : point::metricsInOrder()) {
        metric_->addItem(metricLabel(metric), static_cast<int>(metric));
    }
    metric_->setObjectName(prefix + QStringLiteral("Metric"));
    metric_->setAccessibleName(metricName);
    metric_->setToolTip(metricName);
    logarithmic_->setObjectName(prefix + QStringLiteral("Log"));
    logarithmic_->setAccessibleName(logarithmicName);
    logarithmic_->setToolTip(logarithmicName);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    row->addWidget(metric_);
    row->addWidget(logarithmic_);
    connect(metric_, &QComboBox::activated, this, &AxisPicker::changed);
    connect(logarithmic_, &QCheckBox::clicked, this, &AxisPicker::changed);
}

AxisChoice AxisPicker::choice() const {
    return {static_cast<point::Metric>(metric_->currentData().toInt()), logarithmic_->isChecked()};
}

void AxisPicker::setChoice(const AxisChoice& choice) {
    metric_->setCurrentIndex(metric_->findData(static_cast<int>(choice.metric)));
    logarithmic_->setChecked(choice.logarithmic);
}

} // namespace tandem::widgets
