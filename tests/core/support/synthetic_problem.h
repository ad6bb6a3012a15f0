// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/metric.h"
#include "core/point/parameter.h"
#include "core/point/point.h"

#include <cmath>
#include <numbers>
#include <string>

namespace tandem::test {

/// A space of `parameters` parameters `p0`, `p1`, ... with `choices` choices 0, 1, 2, ... each.
inline point::Space gridSpace(std::size_t parameters, std::size_t choices) {
    point::Space space;
    for (std::size_t i = 0; i < parameters; ++i) {
        point::Parameter parameter;
        parameter.name = "p" + std::to_string(i);
        for (std::size_t c = 0; c < choices; ++c) {
            parameter.choices.push_back({static_cast<double>(c), std::to_string(c)});
        }
        parameter.imported = static_cast<int>(choices / 2);
        space.parameters.push_back(parameter);
    }
    return space;
}

/// ZDT1 (two objectives, Zitzler, Deb, Thiele 2000) on a grid: latency_ms is f1, energy_mj is f2; and a third
/// figure, lut, the sum of all choices. The best energy at a latency f1 is 1 - sqrt(f1).
inline point::Metrics zdt1(const point::Encoding& encoding, std::size_t choices) {
    const auto x = [&](std::size_t i) {
        return static_cast<double>(encoding[i]) / static_cast<double>(choices - 1);
    };
    double sum = 0.0;
    double total = x(0);
    for (std::size_t i = 1; i < encoding.size(); ++i) {
        sum += x(i);
        total += x(i);
    }
    const double g = 1.0 + 9.0 * sum / static_cast<double>(encoding.size() - 1);
    point::Metrics metrics;
    metrics.set(point::Metric::LatencyMs, x(0), point::Source::Modelled);
    metrics.set(point::Metric::EnergyMj, g * (1.0 - std::sqrt(x(0) / g)), point::Source::Modelled);
    metrics.set(point::Metric::Lut, total, point::Source::Modelled);
    return metrics;
}

/// DTLZ2 (Deb, Thiele, Laumanns, Zitzler 2005) with `objectives` (3 or 4) objectives on a grid: latency_ms,
/// energy_mj, power_w, area as lut. Its front is the unit sphere.
inline point::Metrics dtlz2(const point::Encoding& encoding, std::size_t choices, std::size_t objectives) {
    constexpr point::Metric kMetrics[] = {point::Metric::LatencyMs, point::Metric::EnergyMj,
                                          point::Metric::PowerW, point::Metric::Lut};
    const auto x = [&](std::size_t i) {
        return static_cast<double>(encoding[i]) / static_cast<double>(choices - 1);
    };
    double g = 0.0;
    for (std::size_t i = objectives - 1; i < encoding.size(); ++i) {
        g += (x(i) - 0.5) * (x(i) - 0.5);
    }
    point::Metrics metrics;
    for (std::size_t m = 0; m < objectives; ++m) {
        double value = 1.0 + g;
        for (std::size_t i = 0; i + m + 1 < objectives; ++i) {
            value *= std::cos(x(i) * std::numbers::pi / 2.0);
        }
        if (m > 0) {
            value *= std::sin(x(objectives - 1 - m) * std::numbers::pi / 2.0);
        }
        metrics.set(kMetrics[m], value, point::Source::Modelled);
    }
    return metrics;
}

} // namespace tandem::test
