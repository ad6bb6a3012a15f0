// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/plot_legend.h"

#include "widgets/plots/mark.h"
#include "widgets/theme.h"

#include <QPainter>

namespace tandem::widgets {

namespace {

constexpr int kSymbol = 18, kSpace = 6, kGap = 12;

void drawSymbol(QPainter& painter, int index, QPointF centre, const PlotColors& colors) {
    const auto drawMark = [&](Level level, const QColor& color) {
        painter.fillPath(markShape(level, 3.5).translated(centre), color);
    };
    painter.setPen(Qt::NoPen);
    switch (index) {
    case 0:
        drawMark(Level::Predicted, colors.predicted);
        break;
    case 1:
        drawMark(Level::Supernet, colors.supernet);
        break;
    case 2:
        drawMark(Level::Measured, colors.measured);
        break;
    case 3:
        drawMark(Level::Predicted, colors.predictedOutside);
        break;
    case 4:
        painter.setPen(QPen(colors.front, 1.6));
        painter.drawLine(centre - QPointF(8, 0), centre + QPointF(8, 0));
        painter.setBrush(colors.background);
        painter.drawEllipse(centre, 3.5, 3.5);
        break;
    case 5:
        painter.setPen(QPen(colors.front, 1.0));
        painter.drawLine(centre - QPointF(0, 6), centre + QPointF(0, 6));
        painter.drawLine(centre + QPointF(-2.5, -6), centre + QPointF(2.5, -6));
        painter.drawLine(centre + QPointF(-2.5, 6), centre + QPointF(2.5, 6));
        break;
    case 6:
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
    setToolTip(
        tr("The shape of a mark says how well the accuracy is known.\nSupernet: measured on validation "
           "samples with the weights that all networks of the study share."));
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.88);
    setFont(small);
}

QStringList PlotLegend::words() const {
    return {tr("predicted or modelled"), tr("supernet"), tr("measured"),
            tr("outside the rules"),     tr("front"),    tr("± standard deviation"),
            tr("rest of the front"),     tr("selected")};
}

int PlotLegend::lineHeight() const {
    return fontMetrics().height() + 6;
}

int PlotLegend::widthOf(const QString& text) const {
    return kSymbol + kSpace + fontMetrics().horizontalAdvance(text) + kGap;
}

std::vector<QPoint> PlotLegend::places(int width) const {
    std::vector<QPoint> places;
    QPoint next(0, 0);
    for (const QString& text : words()) {
        if (next.x() > 0 && next.x() + widthOf(text) - kGap > width) {
            next = {0, next.y() + lineHeight()};
        }
        places.push_back(next);
        next.rx() += widthOf(text);
    }
    return places;
}

QSize PlotLegend::sizeHint() const {
    int width = 0;
    for (const QString& text : words()) {
        width += widthOf(text);
    }
    return {width, lineHeight()};
}

QSize PlotLegend::minimumSizeHint() const {
    return {0, lineHeight()};
}

int PlotLegend::heightForWidth(int width) const {
    return places(width).back().y() + lineHeight();
}

void PlotLegend::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const PlotColors colors = plotColors(palette());
    const QStringList texts = words();
    const std::vector<QPoint> at = places(width());
    for (int i = 0; i < texts.size(); ++i) {
        const QRect line(at[static_cast<std::size_t>(i)], QSize(widthOf(texts[i]), lineHeight()));
        drawSymbol(painter, i, QPointF(line.left() + kSymbol / 2.0, line.top() + line.height() / 2.0),
                   colors);
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(line.adjusted(kSymbol + kSpace, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft,
                         texts[i]);
    }
}

} // namespace tandem::widgets
