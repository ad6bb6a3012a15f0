// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plots/point_cloud.h"
#include "widgets/theme.h"

#include <qcustomplot.h>

/// What every plot's axes do.
namespace tandem::widgets {

/// An interval with some air around it, back in axis values. Intervals of logarithmic axes are in decades.
QCPRange padded(Interval interval, bool logarithmic);

/// Whether `shown` must change to show `wanted` well: something is outside, or most of it is empty.
bool needsFit(QCPRange shown, Interval wanted, bool logarithmic);

/// Ticks and numbers that suit the axis's range.
void styleTicks(QCPAxis* axis, bool logarithmic);

void colorAxis(QCPAxis* axis, const PlotColors& colors);

} // namespace tandem::widgets
