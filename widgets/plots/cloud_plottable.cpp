// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/cloud_plottable.h"

namespace tandem::widgets {

CloudPlottable::CloudPlottable(QCPAxis* keyAxis, QCPAxis* valueAxis, const PointCloud& cloud)
    : QCPAbstractPlottable(keyAxis, valueAxis), cloud_(cloud) {
    setSelectable(QCP::stNone);
}

void CloudPlottable::setColors(const PlotColors& colors) {
    image_.setColors(colors);
}

Viewport CloudPlottable::viewport(const QRect& area, double ratio) const {
    const QCPRange keys = keyAxis()->range(), values = valueAxis()->range();
    const AxisChoice x = cloud_.xAxis(), y = cloud_.yAxis();
    return {x.position(keys.lower),
            x.position(keys.upper),
            y.position(values.lower),
            y.position(values.upper),
            static_cast<int>(std::ceil(area.width() * ratio)),
            static_cast<int>(std::ceil(area.height() * ratio))};
}

void CloudPlottable::draw(QCPPainter* painter) {
    const QRect area = keyAxis()->axisRect()->rect();
    ratio_ = painter->device()->devicePixelRatioF();
    const Viewport wanted = viewport(area, ratio_);
    if (wanted.width < 1 || wanted.height < 1 || !(wanted.xLow < wanted.xHigh) ||
        !(wanted.yLow < wanted.yHigh)) {
        return;
    }
    if (!valid_ || wanted != image_.viewport() || cloud_.size() < image_.stamped()) {
        image_.begin(wanted, static_cast<int>(std::lround(2 * ratio_)));
        valid_ = true;
        ++rebuilds_;
    }
    image_.stamp(cloud_);
    painter->drawImage(QRectF(area.left(), area.top(), wanted.width / ratio_, wanted.height / ratio_),
                       image_.image());
}

std::optional<std::size_t> CloudPlottable::nearest(QPointF position, int reach) const {
    if (!valid_) {
        return std::nullopt;
    }
    const QPointF inside = (position - keyAxis()->axisRect()->rect().topLeft()) * ratio_;
    return image_.nearest(inside, static_cast<int>(std::lround(reach * ratio_)));
}

double CloudPlottable::selectTest(const QPointF&, bool, QVariant*) const {
    return -1.0; // picking is the scatter's own
}

QCPRange CloudPlottable::getKeyRange(bool& found, QCP::SignDomain) const {
    const Interval extent = cloud_.xExtent();
    found = !extent.empty();
    return {extent.low, extent.high};
}

QCPRange CloudPlottable::getValueRange(bool& found, QCP::SignDomain, const QCPRange&) const {
    const Interval extent = cloud_.yExtent();
    found = !extent.empty();
    return {extent.low, extent.high};
}

void CloudPlottable::drawLegendIcon(QCPPainter*, const QRectF&) const {}

} // namespace tandem::widgets
