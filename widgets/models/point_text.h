// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/parameter.h"
#include "core/point/point.h"

#include <QString>
#include <QStringList>

namespace tandem::widgets {

/// "b3.width = 48" for each parameter that is not as imported, at most `most` of them.
QStringList changedParameters(const point::Space& space, const point::Encoding& encoding, int most);

/// A point in one line: its name and the two figures with their sources.
QString pointLine(const point::Point& point, point::Metric first, point::Metric second);

/// The same in lines for a tooltip, with the parameters that matter.
QString pointToolTip(const point::Point& point, point::Metric first, point::Metric second,
                     const point::Space& space);

} // namespace tandem::widgets
