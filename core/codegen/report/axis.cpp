// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/report/axis.h"

#include <algorithm>
#include <cmath>

namespace tandem::codegen::svg {

namespace {

/// A step of 1, 2 or 5 times a power of ten that cuts `span` into four to ten parts.
double niceStep(double span) {
    const double raw = span / 5.0;
    const double magnitude = std::pow(10.0, std::floor(std::log10(raw)));
    const double leading = raw / magnitude;
    return magnitude * (leading < 1.5 ? 1.0 : leading < 3.5 ? 2.0 : leading < 7.5 ? 5.0 : 10.0);
}

} // namespace

Axis::Axis(std::span<const double> values, const ReportScale& scale) {
    const auto [least, most] = std::ranges::minmax(values);
    logarithmic_ = scale.logarithmic && least > 0.0;
    if (logarithmic_) {
        layOutLogarithmically(least, most);
    } else {
        layOutLinearly(least, most, scale);
    }
}

void Axis::layOutLinearly(double least, double most, const ReportScale& scale) {
    const double margin = most > least ? 0.05 * (most - least) : std::max(std::abs(most) * 0.1, 1e-9);
    const double step = niceStep(most - least + 2.0 * margin);
    low_ = std::floor((least - margin) / step) * step;
    high_ = std::ceil((most + margin) / step) * step;
    if (scale.least && least >= *scale.least) {
        low_ = std::max(low_, *scale.least);
    }
    if (scale.most && most <= *scale.most) {
        high_ = std::min(high_, *scale.most);
    }
    constexpr double kRounding = 1e-6;
    for (double tick = std::ceil(low_ / step - kRounding); tick * step <= high_ + kRounding * step; ++tick) {
        ticks_.push_back(tick * step);
    }
}

void Axis::layOutLogarithmically(double least, double most) {
    const double margin = std::max(0.05 * std::log10(most / least), 0.02);
    low_ = std::log10(least) - margin;
    high_ = std::log10(most) + margin;
    constexpr double kManyDecades = 3.0;
    const bool onlyPowers = high_ - low_ > kManyDecades;
    for (double decade = std::floor(low_); decade <= high_; ++decade) {
        for (const double digit : {1.0, 2.0, 5.0}) {
            const double tick = digit * std::pow(10.0, decade);
            const double place = std::log10(tick);
            if (place >= low_ && place <= high_ && (digit == 1.0 || !onlyPowers)) {
                ticks_.push_back(tick);
            }
        }
    }
    if (ticks_.size() < 2) { // the values lie between two neighbours
        ticks_ = {least, most};
        ticks_.erase(std::unique(ticks_.begin(), ticks_.end()), ticks_.end());
    }
}

double Axis::share(double value) const {
    return ((logarithmic_ ? std::log10(value) : value) - low_) / (high_ - low_);
}

} // namespace tandem::codegen::svg
