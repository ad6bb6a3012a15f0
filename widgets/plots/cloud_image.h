// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/plots/point_cloud.h"
#include "widgets/theme.h"

#include <QImage>
#include <QPointF>

#include <array>
#include <optional>
#include <vector>

namespace tandem::widgets {

/// Which positions the image shows: pixel = (position - low) * size / (high - low), y upwards.
struct Viewport {
    double xLow = 0, xHigh = 1, yLow = 0, yHigh = 1;
    int width = 0, height = 0; ///< device pixels
    bool operator==(const Viewport&) const = default;
};

/// The drawn cloud. Every point's mark has the shape of its level and covers a lower kind of mark whatever
/// the order of drawing, so that appending and drawing all at once give the same image.
class CloudImage {
  public:
    /// Empties the image; `radius` of a predicted point's mark in device pixels. Better known points, which
    /// are few, have larger marks: their shape shows around the dot of a front point.
    void begin(const Viewport& viewport, int radius);
    /// Stamps the points from stamped() on.
    void stamp(const PointCloud& cloud);
    void setColors(const PlotColors& colors);

    const Viewport& viewport() const { return viewport_; }
    int radius() const { return radius_; }
    std::size_t stamped() const { return stamped_; }
    const QImage& image() const { return image_; }

    /// The point drawn nearest to a device pixel, at most `reach` pixels away.
    std::optional<std::size_t> nearest(QPointF pixel, int reach) const;

  private:
    struct Mark {
        int radius = 0;
        std::vector<std::uint8_t> coverage; ///< (2 radius + 1)^2, 0 to kFull
    };
    static constexpr int kFull = 4;

    void makeMarks();
    void put(int x, int y, MarkKind kind);
    void note(int x, int y, std::size_t index, const PointCloud& cloud);

    Viewport viewport_;
    int radius_ = 2;
    std::size_t stamped_ = 0;
    QList<QRgb> colors_;
    QImage image_;                        ///< indexed; index = kind * kFull + coverage
    std::vector<std::uint32_t> owner_;    ///< per pixel the id + 1 of the point centred there
    std::array<Mark, kLevelCount> marks_; ///< by level
};

} // namespace tandem::widgets
