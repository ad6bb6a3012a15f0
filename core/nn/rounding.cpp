// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/rounding.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <utility>

namespace tandem::nn {

namespace {

/// The first name of a mode is the one that is shown.
constexpr std::array<std::pair<std::string_view, Rounding>, 9> kNames{{
    {"ROUND", Rounding::HalfEven},
    {"HALF_EVEN", Rounding::HalfEven},
    {"CEIL", Rounding::Ceiling},
    {"FLOOR", Rounding::Floor},
    {"UP", Rounding::AwayFromZero},
    {"DOWN", Rounding::TowardZero},
    {"ROUND_TO_ZERO", Rounding::TowardZero},
    {"HALF_UP", Rounding::HalfAwayFromZero},
    {"HALF_DOWN", Rounding::HalfTowardZero},
}};

} // namespace

double rounded(double x, Rounding rounding) {
    switch (rounding) {
    case Rounding::HalfEven:
        return std::nearbyint(x);
    case Rounding::Ceiling:
        return std::ceil(x);
    case Rounding::Floor:
        return std::floor(x);
    case Rounding::AwayFromZero:
        return std::copysign(std::ceil(std::abs(x)), x);
    case Rounding::TowardZero:
        return std::trunc(x);
    case Rounding::HalfAwayFromZero:
        return std::round(x);
    case Rounding::HalfTowardZero:
        return std::copysign(std::ceil(std::abs(x) - 0.5), x);
    }
    return x;
}

std::string toString(Rounding rounding) {
    return std::string(
        std::ranges::find(kNames, rounding, &std::pair<std::string_view, Rounding>::second)->first);
}

std::optional<Rounding> roundingOf(std::string_view name) {
    std::string upper(name);
    std::ranges::transform(upper, upper.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const auto found = std::ranges::find(kNames, upper, &std::pair<std::string_view, Rounding>::first);
    return found == kNames.end() ? std::nullopt : std::optional(found->second);
}

} // namespace tandem::nn
