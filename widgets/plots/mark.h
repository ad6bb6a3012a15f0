// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/metric.h"

#include <QPainterPath>

#include <cstddef>
#include <cstdint>

namespace tandem::widgets {

/// How well the figures of a drawn point are known. The shape of its mark says it, so that it shows without
/// colour, too.
enum class Level : std::uint8_t {
    Predicted, ///< or modelled: a disc
    Supernet,  ///< a triangle
    Measured,  ///< a square
};
inline constexpr std::size_t kLevelCount = 3;

/// Where one of two metrics is the accuracy or the agreement, how well that is known (the accuracy comes
/// before the agreement); else the better known of the two.
Level levelOf(const point::Metrics& metrics, point::Metric x, point::Metric y);
/// The same from the sources of the two figures.
Level levelOf(point::Metric x, point::Source ofX, point::Metric y, point::Source ofY);

/// How a point is drawn. A higher kind covers a lower one where marks overlap. Inside and outside the rules
/// the levels are in the same order.
enum class MarkKind : std::uint8_t {
    None,
    PredictedOutside,
    SupernetOutside,
    MeasuredOutside,
    Predicted,
    Supernet,
    Measured
};
MarkKind markKind(Level level, bool inside);
/// Of a kind other than None.
Level levelOf(MarkKind kind);

/// The outline of a level's mark around the origin, `radius` to each side.
QPainterPath markShape(Level level, double radius);

} // namespace tandem::widgets
