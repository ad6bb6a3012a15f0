// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot_legend.h"

#include "widgets/theme.h"

#include <QPainter>

namespace tandem::widgets {

namespace {

constexpr int kSymbol = 16, kGap = 12;

void drawSymbol(QPainter& painter, int index, QPointF centre, const PlotColors& colors) {
    painter.setPen(Qt::NoPen);
    switch (index) {
    case 0:
        painter.setBrush(colors.predicted);
        painter.drawEllipse(centre, 3.5, 3.5);
        break;
    case 1:
        painter.setBrush(colors.measured);
        painter.drawRect(QRectF(centre.x() - 3.5, centre.y() - 3.5, 7, 7));
        break;
    case 2:
        painter.setBrush(colors.predictedOutside);
        painter.drawEllipse(centre, 3.5, 3.5);
        break;
    case 3:
        painter.setPen(QPen(colors.front, 1.6));
        painter.drawLine(centre - QPointF(8, 0), centre + QPointF(8, 0));
        painter.setBrush(colors.background);
        painter.drawEllipse(centre, 3.5, 3.5);
        break;
    case 4:
        painter.setPen(QPen(colors.front, 1.0));
        painter.drawLine(centre - QPointF(0, 6), centre + QPointF(0, 6));
        painter.drawLine(centre + QPointF(-2.5, -6), centre + QPointF(2.5, -6));
        painter.drawLine(centre + QPointF(-2.5, 6), centre + QPointF(2.5, 6));
        break;
    case 5:
        painter.setBrush(colors.front);
        painter.drawRect(QRectF(centre.x() - 1.5, centre.y() - 1.5, 3, 3));
        break;
    default:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(colors.selected, 2.0));
        painter.drawEllipse(centre, 5, 5);
        break;
    }
}

} // namespace

PlotLegend::PlotLegend(QWidget* parent) : QWidget(parent) {
    setAccessibleName(tr("Legend"));
    setAccessibleDescription(words().join(QStringLiteral("; ")));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.88);
    setFont(small);
}

QStringList PlotLegend::words() const {
    return {tr("predicted or modelled"), tr("measured"),          tr("outside the rules"), tr("front"),
            tr("± standard deviation"),  tr("rest of the front"), tr("selected")};
}

QSize PlotLegend::sizeHint() const {
    int width = 0;
    for (const QString& text : words()) {
        width += kSymbol + 6 + fontMetrics().horizontalAdvance(text) + kGap;
    }
    return {width, fontMetrics().height() + 6};
}

QSize PlotLegend::minimumSizeHint() const {
    return {0, sizeHint().height()};
}

void PlotLegend::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const PlotColors colors = plotColors(palette());
    const QStringList texts = words();
    double x = 2;
    for (int i = 0; i < texts.size(); ++i) {
        drawSymbol(painter, i, {x + kSymbol / 2.0, height() / 2.0}, colors);
        painter.setPen(palette().color(QPalette::PlaceholderText));
        const int advance = fontMetrics().horizontalAdvance(texts[i]);
        painter.drawText(QRectF(x + kSymbol + 6, 0, advance + 2, height()), Qt::AlignVCenter | Qt::AlignLeft,
                         texts[i]);
        x += kSymbol + 6 + advance + kGap;
    }
}

} // namespace tandem::widgets
