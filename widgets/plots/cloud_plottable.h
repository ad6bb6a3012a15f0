// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plots/cloud_image.h"

#include <qcustomplot.h>

namespace tandem::widgets {

/// Draws a point cloud into its cached image: only new points while the view stays, all of them otherwise.
/// (A QCPGraph with discs takes 1.7 s for a million points; this takes about 15 ms, and 1.5 ms to append
/// 1,000.)
class CloudPlottable : public QCPAbstractPlottable {
    Q_OBJECT
  public:
    CloudPlottable(QCPAxis* keyAxis, QCPAxis* valueAxis, const PointCloud& cloud);

    /// The cloud changed other than by growing: the next drawing starts over.
    void invalidate() { valid_ = false; }
    void setColors(const PlotColors& colors);
    /// The point nearest to a widget position, within `reach` logical pixels of its mark's centre.
    std::optional<std::size_t> nearest(QPointF position, int reach) const;
    /// How often the image was started over, to see that growing does not.
    int rebuilds() const { return rebuilds_; }
    const CloudImage& cloudImage() const { return image_; }

    double selectTest(const QPointF& position, bool onlySelectable,
                      QVariant* details = nullptr) const override;
    QCPRange getKeyRange(bool& found, QCP::SignDomain domain = QCP::sdBoth) const override;
    QCPRange getValueRange(bool& found, QCP::SignDomain domain = QCP::sdBoth,
                           const QCPRange& keys = QCPRange()) const override;

  protected:
    void draw(QCPPainter* painter) override;
    void drawLegendIcon(QCPPainter* painter, const QRectF& rect) const override;

  private:
    Viewport viewport(const QRect& area, double ratio) const;

    const PointCloud& cloud_;
    CloudImage image_;
    bool valid_ = false;
    int rebuilds_ = 0;
    double ratio_ = 1.0;
};

} // namespace tandem::widgets
