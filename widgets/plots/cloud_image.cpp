// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/cloud_image.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace tandem::widgets {

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
    for (std::size_t level = 0; level < kLevelCount; ++level) {
        Mark& mark = marks_[level];
        mark.radius = level == 0 ? radius_ : radius_ * 3 / 2;
        const int side = 2 * mark.radius + 1;
        QImage drawn(side, side, QImage::Format_Grayscale8);
        drawn.fill(Qt::black);
        QPainter painter(&drawn);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.translate(side / 2.0, side / 2.0);
        painter.fillPath(markShape(static_cast<Level>(level), side / 2.0), Qt::white);
        painter.end();
        mark.coverage.clear();
        for (int y = 0; y < side; ++y) {
            for (int x = 0; x < side; ++x) {
                const double share = qGray(drawn.pixel(x, y)) / 255.0;
                mark.coverage.push_back(static_cast<std::uint8_t>(std::lround(share * kFull)));
            }
        }
    }
}

void CloudImage::setColors(const PlotColors& colors) {
    const std::array kinds{colors.predictedOutside, colors.supernetOutside, colors.measuredOutside,
                           colors.predicted,        colors.supernet,        colors.measured};
    QList<QRgb> table(static_cast<qsizetype>(kinds.size() + 1) * kFull + 1, qRgba(0, 0, 0, 0));
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        for (int coverage = 1; coverage <= kFull; ++coverage) {
            QColor color = kinds[kind];
            color.setAlphaF(static_cast<float>(coverage) / kFull);
            table[static_cast<qsizetype>(kind + 1) * kFull + coverage] = color.rgba();
        }
    }
    colors_ = table;
    if (!image_.isNull()) {
        image_.setColorTable(colors_);
    }
}

void CloudImage::put(int x, int y, MarkKind kind) {
    const Mark& mark = marks_[static_cast<std::size_t>(levelOf(kind))];
    const int radius = mark.radius, side = 2 * radius + 1;
    const auto base = static_cast<std::uint8_t>(static_cast<int>(kind) * kFull);
    const int top = std::max(y - radius, 0), bottom = std::min(y + radius, viewport_.height - 1);
    const int left = std::max(x - radius, 0), right = std::min(x + radius, viewport_.width - 1);
    for (int row = top; row <= bottom; ++row) {
        std::uint8_t* line = image_.scanLine(row);
        const std::uint8_t* mask = mark.coverage.data() + (row - y + radius) * side + radius - x;
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
    const int reach = std::ranges::max_element(marks_, {}, &Mark::radius)->radius;
    for (std::size_t i = stamped_; i < cloud.size(); ++i) {
        if (cloud.kinds()[i] == MarkKind::None) {
            continue;
        }
        const double x = (cloud.xs()[i] - viewport_.xLow) * xScale;
        const double y = viewport_.height - (cloud.ys()[i] - viewport_.yLow) * yScale;
        if (x < -reach || y < -reach || x >= viewport_.width + reach || y >= viewport_.height + reach) {
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
