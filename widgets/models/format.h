// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/session.h"
#include "core/point/metric.h"
#include "core/point/point.h"

#include <QString>

/// Figures and words as the screen shows them, in the person's language and number format.
namespace tandem::widgets {

/// "Latency", translated.
QString metricLabel(point::Metric metric);
/// "Latency (ms)", or the bare title of a metric without a unit.
QString metricHeading(point::Metric metric);
/// "modelled", translated.
QString sourceText(point::Source source);
/// "mod.", for narrow table cells.
QString sourceShort(point::Source source);

/// 40,233.
QString formatCount(std::int64_t count);
/// At most four significant digits, thousands separated, no unit: "1.204", "53,200"; "unknown" for NaN.
QString formatNumber(double value);
/// "1.204 ms".
QString formatWithUnit(point::Metric metric, double value);
/// Whether a figure is predicted and its standard deviation known.
bool isUncertain(const point::Metrics& metrics, point::Metric metric);
/// "93.10 ± 0.40 % (predicted)": never without its source.
QString formatFigure(const point::Metrics& metrics, point::Metric metric);
/// "6,000 validation samples", translated.
QString measuredOnText(const codegen::MeasuredOn& on);
/// "0:41", "1:02:09".
QString formatDuration(double seconds);

/// "Point 1,203".
QString pointName(point::PointId id);
/// "at most" as a sign.
QString relationSign(point::Relation relation);
/// "keeps 1,812 of 40,233 points and 12 of 96 on the front".
QString previewText(const engine::Preview& preview);

inline QString fromUtf8(const std::string& text) {
    return QString::fromStdString(text);
}

} // namespace tandem::widgets
