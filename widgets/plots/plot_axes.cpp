// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/plot_axes.h"

namespace tandem::widgets {

QCPRange padded(Interval interval, bool logarithmic) {
    if (interval.empty()) {
        return logarithmic ? QCPRange(0.1, 10) : QCPRange(0, 100);
    }
    double air = (interval.high - interval.low) * 0.06;
    if (air <= 0.0) {
        air = std::max(std::abs(interval.high) * 0.05, 0.05);
    }
    const double low = interval.low - air, high = interval.high + air;
    return logarithmic ? QCPRange(std::pow(10.0, low), std::pow(10.0, high)) : QCPRange(low, high);
}

bool needsFit(QCPRange shown, Interval wanted, bool logarithmic) {
    if (wanted.empty()) {
        return false;
    }
    const double low = logarithmic ? std::log10(shown.lower) : shown.lower;
    const double high = logarithmic ? std::log10(shown.upper) : shown.upper;
    return !(low <= wanted.low && wanted.high <= high) || (wanted.high - wanted.low) < 0.6 * (high - low);
}

void styleTicks(QCPAxis* axis, bool logarithmic) {
    const QCPRange range = axis->range();
    const bool decades = logarithmic && range.lower > 0 && range.upper / range.lower > 20;
    if (decades != !axis->ticker().dynamicCast<QCPAxisTickerLog>().isNull()) {
        axis->setTicker(decades ? QSharedPointer<QCPAxisTicker>(new QCPAxisTickerLog)
                                : QSharedPointer<QCPAxisTicker>(new QCPAxisTicker));
    }
    const double size = std::max(std::abs(range.lower), std::abs(range.upper));
    const bool whole = size >= 1000 && size < 1e7 && (!decades || range.lower >= 1);
    axis->setNumberFormat(whole ? QStringLiteral("f") : QStringLiteral("gb"));
    axis->setNumberPrecision(whole ? 0 : 5);
}

void colorAxis(QCPAxis* axis, const PlotColors& colors) {
    axis->setBasePen(QPen(colors.axis));
    axis->setTickPen(QPen(colors.axis));
    axis->setSubTickPen(QPen(colors.axis));
    axis->setLabelColor(colors.text);
    axis->setTickLabelColor(colors.text);
    axis->grid()->setPen(QPen(colors.grid));
    axis->grid()->setZeroLinePen(QPen(colors.grid));
}

} // namespace tandem::widgets
