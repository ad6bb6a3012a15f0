// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>

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

} // namespace tandem::quant
