// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/resource_gauge.h"

#include "widgets/models/format.h"
#include "widgets/theme.h"

#include <QPainter>

#include <algorithm>

namespace tandem::widgets {

ResourceGauge::ResourceGauge(const QString& name, QWidget* parent) : QWidget(parent), name_(name) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(name);
}

void ResourceGauge::setUse(double used, double budget, const QString& source) {
    used_ = used;
    budget_ = budget;
    source_ = source;
    const QString text = tr("%1 of %2 %3, %4 % (%5)")
                             .arg(formatNumber(used), formatNumber(budget), name_,
                                  QLocale().toString(100.0 * share(), 'f', 1), source);
    setAccessibleDescription(text);
    setToolTip(text);
    update();
}

QSize ResourceGauge::sizeHint() const {
    return {220, fontMetrics().height() + 10};
}

void ResourceGauge::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const PlotColors colors = plotColors(palette());
    const int nameWidth = fontMetrics().horizontalAdvance(QStringLiteral("BRAM")) + 10;
    const int figuresWidth = fontMetrics().horizontalAdvance(QStringLiteral("000,000 / 000,000")) + 6;
    const int shareWidth = fontMetrics().horizontalAdvance(QStringLiteral("1,000 %")) + 8;
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(QRect(0, 0, nameWidth, height()), Qt::AlignLeft | Qt::AlignVCenter, name_);

    const QRectF trough(nameWidth, height() / 2.0 - 5,
                        std::max(width() - nameWidth - figuresWidth - shareWidth, 20), 10);
    painter.setPen(Qt::NoPen);
    painter.setBrush(palette().color(QPalette::Mid).lighter(isDark(palette()) ? 100 : 112));
    painter.drawRoundedRect(trough, 3, 3);
    const double shown = std::clamp(share(), 0.0, 1.0);
    if (shown > 0.0) {
        painter.setBrush(share() > 1.0 ? colors.bad : share() > 0.9 ? colors.warning : colors.good);
        painter.drawRoundedRect(
            QRectF(trough.left(), trough.top(), std::max(trough.width() * shown, 3.0), 10), 3, 3);
    }
    painter.setPen(share() > 1.0 ? colors.bad : palette().color(QPalette::WindowText));
    painter.drawText(
        QRectF(trough.right(), 0, shareWidth, height()), Qt::AlignRight | Qt::AlignVCenter,
        QStringLiteral("%1 %").arg(QLocale().toString(100.0 * share(), 'f', share() >= 0.9995 ? 0 : 1)));
    painter.setPen(palette().color(QPalette::PlaceholderText));
    painter.drawText(QRect(width() - figuresWidth, 0, figuresWidth, height()),
                     Qt::AlignRight | Qt::AlignVCenter,
                     QStringLiteral("%1 / %2").arg(formatNumber(used_), formatNumber(budget_)));
}

} // namespace tandem::widgets
