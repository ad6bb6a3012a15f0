// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/parameter.h"
#include "core/space/point.h"

#include <QString>
#include <QStringList>

namespace tandem::widgets {

/// "b3.width = 48" for each parameter that is not as imported, at most `most` of them.
QStringList changedParameters(const space::Space& space, const space::Encoding& encoding, int most);

/// A point in one line: its name and the two figures with their sources.
QString pointLine(const space::Point& point, space::Metric first, space::Metric second);

/// The same in lines for a tooltip, with the parameters that matter.
QString pointToolTip(const space::Point& point, space::Metric first, space::Metric second,
                     const space::Space& space);

} // namespace tandem::widgets
