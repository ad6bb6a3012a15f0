// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/point_text.h"

#include "widgets/models/format.h"

#include <QCoreApplication>

namespace tandem::widgets {

QStringList changedParameters(const point::Space& space, const point::Encoding& encoding, int most) {
    QStringList lines;
    int further = 0;
    for (std::size_t i = 0; i < std::min(space.parameters.size(), encoding.size()); ++i) {
        const point::Parameter& parameter = space.parameters[i];
        if (encoding[i] == parameter.imported) {
            continue;
        }
        if (lines.size() == most) {
            ++further;
            continue;
        }
        lines << QStringLiteral("%1 = %2").arg(fromUtf8(parameter.name),
                                               fromUtf8(parameter.choices[encoding[i]].label));
    }
    if (further > 0) {
        lines << QCoreApplication::translate("PointText", "and %n more", nullptr, further);
    }
    return lines;
}

QString pointLine(const point::Point& point, point::Metric first, point::Metric second) {
    return QStringLiteral("%1  ·  %2 %3  ·  %4 %5")
        .arg(pointName(point.id), metricLabel(first), formatFigure(point.metrics, first), metricLabel(second),
             formatFigure(point.metrics, second));
}

QString pointToolTip(const point::Point& point, point::Metric first, point::Metric second,
                     const point::Space& space) {
    QStringList lines{QStringLiteral("<b>%1</b>").arg(pointName(point.id).toHtmlEscaped())};
    for (const point::Metric metric : {first, second}) {
        lines << QStringLiteral("%1: %2")
                     .arg(metricLabel(metric), formatFigure(point.metrics, metric))
                     .toHtmlEscaped();
    }
    for (const QString& line : changedParameters(space, point.encoding, 6)) {
        lines << line.toHtmlEscaped();
    }
    return QStringLiteral("<p style='white-space:pre'>%1</p>").arg(lines.join(QStringLiteral("<br>")));
}

} // namespace tandem::widgets
