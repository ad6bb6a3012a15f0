// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace tandem::quant {

/// The sum of term(i) over [0, count), in an order that lets the compiler add several terms at once.
template <typename Term>
double sumInLanes(std::size_t count, const Term& term) {
    constexpr std::size_t kLanes = 4;
    std::array<double, kLanes> sums{};
    std::size_t i = 0;
    for (; i + kLanes <= count; i += kLanes) {
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            sums[lane] += term(i + lane);
        }
    }
    for (; i < count; ++i) {
        sums[0] += term(i);
    }
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/// floor(x) where x lies in [least, most], which are whole and within those of int; else the nearer of them;
/// 0 of what is not a number.
inline double floorWithin(double x, double least, double most) {
    x = x < least ? least : x;
    x = x > most ? most : x;
    x = x == x ? x : 0.0;
    const double whole = static_cast<double>(static_cast<int>(x));
    return whole > x ? whole - 1.0 : whole;
}

/// The square error of rounding values to multiples of `scale`, from `least` to `most` of it: to choose a
/// scale by, so single precision has to do.
inline double roundingError(std::span<const float> values, double scale, double least, double most) {
    constexpr std::size_t kBlock = 256;
    const float step = static_cast<float>(scale), perUnit = static_cast<float>(1.0 / scale);
    const float low = static_cast<float>(least), high = static_cast<float>(most);
    std::array<float, kBlock> errors;
    double sum = 0.0;
    for (std::size_t first = 0; first < values.size(); first += kBlock) {
        const std::size_t count = std::min(kBlock, values.size() - first);
        for (std::size_t i = 0; i < count; ++i) {
            const float value = values[first + i];
            float x = value * perUnit + 0.5F;
            x = x < low ? low : x;
            x = x > high ? high : x;
            const float whole = static_cast<float>(static_cast<int>(x));
            const float below = whole > x ? 1.0F : 0.0F;
            const float difference = step * (whole - below) - value;
            errors[i] = difference * difference;
        }
        sum += sumInLanes(count, [&](std::size_t i) { return double{errors[i]}; });
    }
    return sum;
}

} // namespace tandem::quant
