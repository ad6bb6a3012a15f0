// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/cloud_image.h"

#include <algorithm>
#include <cmath>

namespace tandem::widgets {

namespace {

bool isMeasured(MarkKind kind) {
    return kind == MarkKind::Measured || kind == MarkKind::MeasuredOutside;
}

} // namespace

void CloudImage::begin(const Viewport& viewport, int radius) {
    if (viewport.width != viewport_.width || viewport.height != viewport_.height || image_.isNull()) {
        image_ = QImage(viewport.width, viewport.height, QImage::Format_Indexed8);
        image_.setColorTable(colors_);
    }
    image_.fill(0);
    owner_.assign(static_cast<std::size_t>(viewport.width) * static_cast<std::size_t>(viewport.height), 0);
    viewport_ = viewport;
    radius_ = radius;
    stamped_ = 0;
    makeMarks();
}

void CloudImage::makeMarks() {
    const int side = 2 * radius_ + 1;
    disc_.coverage.assign(static_cast<std::size_t>(side * side), 0);
    square_.coverage.assign(static_cast<std::size_t>(side * side), kLevels);
    const double reach = radius_ + 0.35;
    for (int y = -radius_; y <= radius_; ++y) {
        for (int x = -radius_; x <= radius_; ++x) {
            const double share = std::clamp(reach + 0.5 - std::hypot(x, y), 0.0, 1.0);
            disc_.coverage[static_cast<std::size_t>((y + radius_) * side + x + radius_)] =
                static_cast<std::uint8_t>(std::lround(share * kLevels));
        }
    }
}

void CloudImage::setColors(const PlotColors& colors) {
    QList<QRgb> table(5 * kLevels + 1, qRgba(0, 0, 0, 0));
    const std::array<QColor, 4> kinds{colors.predictedOutside, colors.measuredOutside, colors.predicted,
                                      colors.measured};
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        for (int level = 1; level <= kLevels; ++level) {
            QColor color = kinds[kind];
            color.setAlphaF(static_cast<float>(level) / kLevels);
            table[static_cast<qsizetype>(kind + 1) * kLevels + level] = color.rgba();
        }
    }
    colors_ = table;
    if (!image_.isNull()) {
        image_.setColorTable(colors_);
    }
}

void CloudImage::put(int x, int y, MarkKind kind) {
    const int side = 2 * radius_ + 1;
    const auto base = static_cast<std::uint8_t>(static_cast<int>(kind) * kLevels);
    const auto& coverage = (isMeasured(kind) ? square_ : disc_).coverage;
    const int top = std::max(y - radius_, 0), bottom = std::min(y + radius_, viewport_.height - 1);
    const int left = std::max(x - radius_, 0), right = std::min(x + radius_, viewport_.width - 1);
    for (int row = top; row <= bottom; ++row) {
        std::uint8_t* line = image_.scanLine(row);
        const std::uint8_t* mask = coverage.data() + (row - y + radius_) * side + radius_ - x;
        for (int column = left; column <= right; ++column) {
            if (mask[column] != 0) {
                line[column] = std::max(line[column], static_cast<std::uint8_t>(base + mask[column]));
            }
        }
    }
}

void CloudImage::note(int x, int y, std::size_t index, const PointCloud& cloud) {
    std::uint32_t& owner = owner_[static_cast<std::size_t>(y) * static_cast<std::size_t>(viewport_.width) +
                                  static_cast<std::size_t>(x)];
    if (owner == 0 || cloud.kinds()[owner - 1] < cloud.kinds()[index]) {
        owner = static_cast<std::uint32_t>(index + 1);
    }
}

void CloudImage::stamp(const PointCloud& cloud) {
    const double xScale = viewport_.width / (viewport_.xHigh - viewport_.xLow);
    const double yScale = viewport_.height / (viewport_.yHigh - viewport_.yLow);
    for (std::size_t i = stamped_; i < cloud.size(); ++i) {
        if (cloud.kinds()[i] == MarkKind::None) {
            continue;
        }
        const double x = (cloud.xs()[i] - viewport_.xLow) * xScale;
        const double y = viewport_.height - (cloud.ys()[i] - viewport_.yLow) * yScale;
        if (x < -radius_ || y < -radius_ || x >= viewport_.width + radius_ ||
            y >= viewport_.height + radius_) {
            continue;
        }
        const int column = static_cast<int>(std::floor(x)), row = static_cast<int>(std::floor(y));
        put(column, row, cloud.kinds()[i]);
        if (column >= 0 && row >= 0 && column < viewport_.width && row < viewport_.height) {
            note(column, row, i, cloud);
        }
    }
    stamped_ = cloud.size();
}

std::optional<std::size_t> CloudImage::nearest(QPointF pixel, int reach) const {
    std::optional<std::size_t> best;
    double bestDistance = static_cast<double>(reach) * reach;
    const int centreX = static_cast<int>(std::floor(pixel.x())),
              centreY = static_cast<int>(std::floor(pixel.y()));
    const int top = std::max(centreY - reach, 0), bottom = std::min(centreY + reach, viewport_.height - 1);
    const int left = std::max(centreX - reach, 0), right = std::min(centreX + reach, viewport_.width - 1);
    for (int y = top; y <= bottom; ++y) {
        for (int x = left; x <= right; ++x) {
            const std::uint32_t owner =
                owner_[static_cast<std::size_t>(y) * static_cast<std::size_t>(viewport_.width) +
                       static_cast<std::size_t>(x)];
            const double distance = std::pow(x - centreX, 2) + std::pow(y - centreY, 2);
            if (owner != 0 && distance <= bestDistance && (!best || distance < bestDistance)) {
                best = owner - 1;
                bestDistance = distance;
            }
        }
    }
    return best;
}

} // namespace tandem::widgets
