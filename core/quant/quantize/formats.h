// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/arithmetic/integer_network.h"
#include "core/quant/quantize/calibration.h"

#include <span>
#include <vector>

namespace tandem::quant {

/// How the range of real numbers that the integers cover is chosen.
enum class RangeChoice {
    MinMax,          ///< everything seen
    Percentile,      ///< all but a small share at each end
    MeanSquareError, ///< the range with the smallest mean square error of what was seen
};

struct RangeOptions {
    RangeChoice choice = RangeChoice::MeanSquareError;
    double percentile = 99.99; ///< share of the values that Percentile covers at each end, percent
    bool powerOfTwo = false;   ///< scales are powers of two
};

/// real -> integer of a format: clamp(floor(real / scale + 1/2) + zeroPoint), the rounding of the hardware.
/// Not a number gives the zero point.
int quantized(double real, const TensorFormat& format);

/// Real numbers rounded as a format holds them: to integers and back.
void roundMap(std::span<float> values, const TensorFormat& format);

/// The same of weights of `bits` bits with this scale (see chooseWeightScale); all 0 where it is 0.
void roundWeights(std::span<float> weights, double scale, int bits);

/// The format for a feature map: unsigned with zero point 0 where nothing negative was seen or can come
/// (`neverNegative`), else signed with the zero point that uses the range best.
TensorFormat chooseFormat(const TensorStatistics& statistics, bool neverNegative, int bits,
                          const RangeOptions& options);

/// The scale for symmetric signed weights of `bits` bits, integers -(2^(bits-1)-1) .. 2^(bits-1)-1.
/// Percentile counts as MinMax here. 0 where all weights are 0.
double chooseWeightScale(std::span<const float> weights, int bits, const RangeOptions& options);

} // namespace tandem::quant
