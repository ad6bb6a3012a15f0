// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/quant/arithmetic/integer_network.h"
#include "core/quant/lowering/lowering.h"

#include <cstdint>
#include <optional>

namespace tandem::quant {

/// A map's format, and how the model brings reals to it.
struct RoundedFormat {
    TensorFormat format;
    nn::Rounding rounding = nn::Rounding::HalfEven;
    bool operator==(const RoundedFormat&) const = default;
};

/// The scalar format that the model itself gives a map, where it has these bits.
std::optional<RoundedFormat> modelFormat(const nn::Graph& graph, const LoweredTensor& tensor, int bits);

/// Layers round half up; where the model rounds downwards or upwards, their constants make that of it.
/// Roundings to the nearest differ on halves only and are left at half up.
enum class Direction { Nearest, Down, Up };

Direction directionOf(const RoundedFormat& format);

/// What is added to integer sums, one of which is `ratio` steps of the output, in front of rounding half up.
/// Exact where the ratio is.
double sumOffset(Direction direction, double ratio);

/// What is added to an integer in front of an arithmetic shift to the right.
std::int64_t shiftOffset(Direction direction, int shift);

/// The integer of a real.
int rounded(double real, const TensorFormat& format, Direction direction);

} // namespace tandem::quant
