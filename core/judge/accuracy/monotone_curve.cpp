// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/accuracy/monotone_curve.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace tandem::judge {

namespace {

/// How far in x a point bears on the deviation, and how much every point does wherever it is.
constexpr double kReach = 0.2, kEverywhere = 1e-3;

struct Block {
    double place = 0.0, value = 0.0, weight = 0.0;

    void absorb(const Block& other) {
        const double total = weight + other.weight;
        place = (place * weight + other.place * other.weight) / total;
        value = (value * weight + other.value * other.weight) / total;
        weight = total;
    }
};

} // namespace

MonotoneCurve::MonotoneCurve(std::span<const double> x, std::span<const double> y,
                             std::span<const double> weights) {
    std::vector<std::size_t> order(x.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return x[i]; });
    std::vector<Block> blocks;
    for (const std::size_t i : order) {
        blocks.push_back({x[i], y[i], weights.empty() ? 1.0 : weights[i]});
        while (blocks.size() > 1 && (blocks.back().value >= blocks[blocks.size() - 2].value ||
                                     blocks.back().place <= blocks[blocks.size() - 2].place)) {
            const Block last = blocks.back();
            blocks.pop_back();
            blocks.back().absorb(last);
        }
    }
    for (const Block& block : blocks) {
        places_.push_back(block.place);
        values_.push_back(block.value);
    }
    std::vector<double> squares(x.size());
    double total = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double weight = weights.empty() ? 1.0 : weights[i];
        const double distance = y[i] - value(x[i]);
        squares[i] = distance * distance;
        meanSquareError_ += weight * squares[i];
        total += weight;
    }
    meanSquareError_ /= total;
    for (const double knot : places_) {
        double sum = 0.0, nearness = 0.0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            const double away = (x[i] - knot) / kReach;
            const double near = std::exp(-0.5 * away * away) + kEverywhere;
            sum += near * squares[i];
            nearness += near;
        }
        deviations_.push_back(std::sqrt(sum / nearness));
    }
}

double MonotoneCurve::interpolate(const std::vector<double>& values, double x) const {
    const auto above = std::ranges::upper_bound(places_, x);
    if (above == places_.begin()) {
        return values.front();
    }
    if (above == places_.end()) {
        return values.back();
    }
    const auto i = static_cast<std::size_t>(above - places_.begin());
    const double share = (x - places_[i - 1]) / (places_[i] - places_[i - 1]);
    return values[i - 1] + share * (values[i] - values[i - 1]);
}

double MonotoneCurve::value(double x) const {
    return interpolate(values_, x);
}

double MonotoneCurve::deviation(double x) const {
    return interpolate(deviations_, x);
}

} // namespace tandem::judge
