// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/mark.h"

#include <algorithm>

namespace tandem::widgets {

namespace {

Level levelOf(point::Source source) {
    switch (source) {
    case point::Source::Supernet:
        return Level::Supernet;
    case point::Source::Measured:
        return Level::Measured;
    default:
        return Level::Predicted;
    }
}

} // namespace

Level levelOf(const point::Metrics& metrics, point::Metric x, point::Metric y) {
    return levelOf(x, metrics.source(x), y, metrics.source(y));
}

Level levelOf(point::Metric x, point::Source ofX, point::Metric y, point::Source ofY) {
    for (const point::Metric judged : {point::Metric::Accuracy, point::Metric::Agreement}) {
        if (x == judged || y == judged) {
            return levelOf(x == judged ? ofX : ofY);
        }
    }
    return std::max(levelOf(ofX), levelOf(ofY));
}

MarkKind markKind(Level level, bool inside) {
    return static_cast<MarkKind>(1 + static_cast<std::size_t>(level) + (inside ? kLevelCount : 0));
}

Level levelOf(MarkKind kind) {
    return static_cast<Level>((static_cast<std::size_t>(kind) - 1) % kLevelCount);
}

QPainterPath markShape(Level level, double radius) {
    QPainterPath path;
    switch (level) {
    case Level::Predicted:
        path.addEllipse(QPointF(0, 0), radius, radius);
        break;
    case Level::Supernet:
        path.addPolygon(QPolygonF({{0, -radius}, {radius, radius}, {-radius, radius}}));
        path.closeSubpath();
        break;
    case Level::Measured:
        path.addRect(-radius, -radius, 2 * radius, 2 * radius);
        break;
    }
    return path;
}

} // namespace tandem::widgets
