// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tandem::nn {

/// How a real number becomes an integer; QONNX's modes, under its names in toString().
enum class Rounding {
    HalfEven,         ///< "ROUND": to the nearest, halves to the even one (what ONNX does)
    Ceiling,          ///< "CEIL"
    Floor,            ///< "FLOOR"
    AwayFromZero,     ///< "UP"
    TowardZero,       ///< "DOWN" or "ROUND_TO_ZERO"
    HalfAwayFromZero, ///< "HALF_UP"
    HalfTowardZero,   ///< "HALF_DOWN"
};

double rounded(double x, Rounding rounding);

/// QONNX's name of a mode.
std::string toString(Rounding rounding);

/// The mode of a QONNX name in upper or lower case; nothing when there is none.
std::optional<Rounding> roundingOf(std::string_view name);

} // namespace tandem::nn
