// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/quantize/threshold_fit.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tandem::quant {

namespace {

/// With finer sums a rounded offset moves outputs by a small part of a step, and with many levels one more or
/// less hardly matters.
constexpr double kLeastRatio = 1.0 / 32.0, kLeastRatioOfMany = 1.0 / 4.0;
constexpr int kManyLevels = 64;
constexpr int kRatios = 40; // tried on either side
constexpr double kRatioStep = 0.008;

/// The least sum whose output is at least `level`; beyond the reach it makes no difference.
double threshold(const ChannelMap& map, int level, double reach) {
    return std::clamp(std::ceil((level - 0.5) / map.ratio - map.offset), -reach, reach + 1.0);
}

/// Of the sums between two thresholds, which come out one level off, those near 0 count most: they are the
/// most frequent ones.
double costOfMoving(double from, double to) {
    const auto [first, last] = std::minmax(from, to);
    double cost = 0.0;
    for (double sum = first; sum < last; sum += 1.0) {
        cost += 1.0 / (1.0 + std::abs(sum));
    }
    return cost;
}

} // namespace

ChannelMap withIntegerOffset(const ChannelMap& wanted, int low, int high, double reach) {
    const double nearest = std::floor(wanted.offset + 0.5);
    if (wanted.ratio < (high - low >= kManyLevels ? kLeastRatioOfMany : kLeastRatio)) {
        return {nearest, wanted.ratio};
    }
    ChannelMap best;
    double least = std::numeric_limits<double>::infinity();
    const auto moved = [&](const ChannelMap& map) { // or anything that is not less than the least
        double cost = 0.0;
        for (int level = low + 1; level <= high && cost < least; ++level) {
            cost += costOfMoving(threshold(wanted, level, reach), threshold(map, level, reach));
        }
        return cost;
    };
    const double other = nearest > wanted.offset ? nearest - 1.0 : nearest + 1.0;
    for (int distance = 0; distance <= kRatios && least > 0.0; ++distance) {
        for (const int sign : {1, -1}) {
            for (const double offset : {nearest, other}) {
                const ChannelMap map{offset, wanted.ratio * (1.0 + sign * kRatioStep * distance)};
                const double cost = moved(map);
                if (cost < least) {
                    least = cost;
                    best = map;
                }
            }
        }
    }
    return best;
}

} // namespace tandem::quant
