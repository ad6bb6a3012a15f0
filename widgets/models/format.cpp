// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/format.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <array>

namespace tandem::widgets {

namespace {

// The words that core/point/metric.cpp gives in English, for the translation files.
[[maybe_unused]] constexpr std::array kTitles = {
    QT_TRANSLATE_NOOP("Metric", "Accuracy"),     QT_TRANSLATE_NOOP("Metric", "Agreement"),
    QT_TRANSLATE_NOOP("Metric", "Latency"),      QT_TRANSLATE_NOOP("Metric", "Throughput"),
    QT_TRANSLATE_NOOP("Metric", "Energy"),       QT_TRANSLATE_NOOP("Metric", "Power"),
    QT_TRANSLATE_NOOP("Metric", "LUT"),          QT_TRANSLATE_NOOP("Metric", "FF"),
    QT_TRANSLATE_NOOP("Metric", "DSP"),          QT_TRANSLATE_NOOP("Metric", "BRAM"),
    QT_TRANSLATE_NOOP("Metric", "DRAM traffic"), QT_TRANSLATE_NOOP("Metric", "MACs"),
    QT_TRANSLATE_NOOP("Metric", "Parameters"),   QT_TRANSLATE_NOOP("Metric", "Utilization"),
    QT_TRANSLATE_NOOP("Metric", "Area"),         QT_TRANSLATE_NOOP("Metric", "Faults"),
};

QString words(const char* text) {
    return QCoreApplication::translate("Format", text);
}

} // namespace

QString metricLabel(point::Metric metric) {
    return QCoreApplication::translate("Metric", std::string(point::metricTitle(metric)).c_str());
}

QString metricHeading(point::Metric metric) {
    const std::string unit(point::metricUnit(metric));
    return unit.empty() ? metricLabel(metric)
                        : QStringLiteral("%1 (%2)").arg(metricLabel(metric), fromUtf8(unit));
}

QString sourceText(point::Source source) {
    switch (source) {
    case point::Source::None:
        return words(QT_TRANSLATE_NOOP("Format", "unknown"));
    case point::Source::Proxy:
        return words(QT_TRANSLATE_NOOP("Format", "proxy"));
    case point::Source::Predicted:
        return words(QT_TRANSLATE_NOOP("Format", "predicted"));
    case point::Source::Modelled:
        return words(QT_TRANSLATE_NOOP("Format", "modelled"));
    case point::Source::Measured:
        return words(QT_TRANSLATE_NOOP("Format", "measured"));
    case point::Source::Supernet:
        return words(QT_TRANSLATE_NOOP("Format", "supernet"));
    }
    return {};
}

QString sourceShort(point::Source source) {
    switch (source) {
    case point::Source::None:
        return {};
    case point::Source::Proxy:
        return words(QT_TRANSLATE_NOOP("Format", "proxy"));
    case point::Source::Predicted:
        return words(QT_TRANSLATE_NOOP("Format", "pred."));
    case point::Source::Modelled:
        return words(QT_TRANSLATE_NOOP("Format", "mod."));
    case point::Source::Measured:
        return words(QT_TRANSLATE_NOOP("Format", "meas."));
    case point::Source::Supernet:
        return words(QT_TRANSLATE_NOOP("Format", "super."));
    }
    return {};
}

QString formatCount(std::int64_t count) {
    return QLocale().toString(static_cast<qlonglong>(count));
}

QString formatNumber(double value) {
    if (!std::isfinite(value)) {
        return sourceText(point::Source::None);
    }
    const double size = std::abs(value);
    if (size != 0.0 && (size < 1e-3 || size >= 1e12)) {
        return QLocale().toString(value, 'e', 2);
    }
    if (size >= 1000.0 || value == std::round(value)) {
        return QLocale().toString(value, 'f', 0);
    }
    if (2.0 * value == std::round(2.0 * value)) {
        return QLocale().toString(value, 'f', 1); // half a block RAM
    }
    const int decimals = size >= 100.0 ? 1 : size >= 10.0 ? 2 : size >= 1.0 ? 3 : 4;
    return QLocale().toString(value, 'f', decimals);
}

QString formatWithUnit(point::Metric metric, double value) {
    const std::string unit(point::metricUnit(metric));
    return unit.empty() ? formatNumber(value)
                        : QStringLiteral("%1\u00a0%2").arg(formatNumber(value), fromUtf8(unit));
}

bool isUncertain(const point::Metrics& metrics, point::Metric metric) {
    return metrics.source(metric) == point::Source::Predicted && metrics.accuracyDeviation > 0.0F &&
           (metric == point::Metric::Accuracy || metric == point::Metric::Agreement);
}

QString formatFigure(const point::Metrics& metrics, point::Metric metric) {
    const point::Source source = metrics.source(metric);
    if (source == point::Source::None) {
        return sourceText(source);
    }
    QString figure = formatWithUnit(metric, metrics.value(metric));
    if (isUncertain(metrics, metric)) {
        figure = QStringLiteral("%1 ± %2\u00a0%3")
                     .arg(formatNumber(metrics.value(metric)),
                          QLocale().toString(metrics.accuracyDeviation, 'f', 2),
                          fromUtf8(std::string(point::metricUnit(metric))));
    }
    return QStringLiteral("%1 (%2)").arg(figure, sourceText(source));
}

QString measuredOnText(const codegen::MeasuredOn& on) {
    // As core/codegen and core/engine name them.
    static constexpr std::array kInputs{QT_TRANSLATE_NOOP("Format", "validation samples"),
                                        QT_TRANSLATE_NOOP("Format", "test samples"),
                                        QT_TRANSLATE_NOOP("Format", "generated inputs")};
    const auto known = std::ranges::find(kInputs, on.inputs);
    return QStringLiteral("%1 %2").arg(formatCount(static_cast<std::int64_t>(on.count)),
                                       known == kInputs.end() ? fromUtf8(on.inputs) : words(*known));
}

QString formatDuration(double seconds) {
    const auto whole = static_cast<qint64>(seconds);
    const QString tail = QStringLiteral("%1:%2")
                             .arg(whole / 60 % 60, whole >= 3600 ? 2 : 1, 10, QLatin1Char('0'))
                             .arg(whole % 60, 2, 10, QLatin1Char('0'));
    return whole >= 3600 ? QStringLiteral("%1:%2").arg(whole / 3600).arg(tail) : tail;
}

QString pointName(point::PointId id) {
    return words(QT_TRANSLATE_NOOP("Format", "Point %1")).arg(formatCount(static_cast<std::int64_t>(id)));
}

QString relationSign(point::Relation relation) {
    return relation == point::Relation::AtMost ? QStringLiteral("≤") : QStringLiteral("≥");
}

QString previewText(const engine::Preview& preview) {
    return words(QT_TRANSLATE_NOOP("Format", "keeps %1 of %2 points and %3 of %4 on the front"))
        .arg(formatCount(static_cast<std::int64_t>(preview.pointsKept)),
             formatCount(static_cast<std::int64_t>(preview.pointsTotal)),
             formatCount(static_cast<std::int64_t>(preview.frontKept)),
             formatCount(static_cast<std::int64_t>(preview.frontTotal)));
}

} // namespace tandem::widgets
