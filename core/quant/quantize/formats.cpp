// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/quantize/formats.h"

#include "core/quant/quantize/lanes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace tandem::quant {

namespace {

double powerOfTwoAtLeast(double scale) {
    return std::exp2(std::ceil(std::log2(scale) - 1e-12));
}

TensorFormat formatOfRange(double low, double high, bool isSigned, int bits) {
    TensorFormat format;
    format.bits = bits;
    format.isSigned = isSigned;
    const double steps = (1 << bits) - 1;
    format.scale = high - low > 0 ? (high - low) / steps : 1.0 / steps;
    return format;
}

/// Settles the zero point for a range that starts at `low`.
TensorFormat withZeroPoint(TensorFormat format, double low) {
    if (format.isSigned) {
        const double zero = std::floor(format.low() - low / format.scale + 0.5);
        format.zeroPoint = static_cast<int>(std::clamp<double>(zero, format.low(), format.high()));
    }
    return format;
}

/// The formats that the options allow for a range: one, or with powers of two the next larger scale and, when
/// errors decide, the next smaller ones.
std::vector<TensorFormat> candidates(double low, double high, bool isSigned, int bits,
                                     const RangeOptions& options) {
    TensorFormat format = formatOfRange(low, high, isSigned, bits);
    if (!options.powerOfTwo) {
        return {withZeroPoint(format, low)};
    }
    std::vector<TensorFormat> result;
    format.scale = powerOfTwoAtLeast(format.scale);
    for (int smaller = 0; smaller < (options.choice == RangeChoice::MeanSquareError ? 4 : 1); ++smaller) {
        const double covered = low / (high - low > 0 ? high - low : 1.0) * ((1 << bits) - 1) * format.scale;
        result.push_back(withZeroPoint(format, smaller == 0 ? low : std::max(low, covered)));
        format.scale /= 2;
    }
    return result;
}

TensorFormat leastError(const TensorStatistics& statistics, double low, double high, bool isSigned, int bits,
                        const RangeOptions& options) {
    constexpr std::array kShares = {1.0,  0.97, 0.94, 0.9,  0.86, 0.82, 0.78, 0.73, 0.68, 0.62,
                                    0.56, 0.5,  0.44, 0.38, 0.32, 0.26, 0.2,  0.15, 0.1};
    TensorFormat best;
    double bestError = std::numeric_limits<double>::infinity();
    const auto consider = [&](double from, double to) {
        for (const TensorFormat& format : candidates(from, to, isSigned, bits, options)) {
            const double error =
                roundingError(statistics.sample, format.scale, format.low() - format.zeroPoint,
                              format.high() - format.zeroPoint);
            if (error < bestError) {
                bestError = error;
                best = format;
            }
        }
    };
    if (options.powerOfTwo) {
        consider(low, high);
        return best;
    }
    double bestShare = 1.0;
    for (const double share : kShares) {
        const double before = bestError;
        consider(low * share, high * share);
        bestShare = bestError < before ? share : bestShare;
    }
    if (isSigned) {
        // Then each end on its own.
        for (const double share : kShares) {
            consider(low * share, high * bestShare);
            consider(low * bestShare, high * share);
        }
    }
    return best;
}

double quantile(const std::vector<float>& sorted, double share) {
    const double position = share * static_cast<double>(sorted.size() - 1);
    return sorted[static_cast<std::size_t>(std::lround(position))];
}

/// Rounds to multiples of the scale, from least to most of it.
void roundToMultiples(std::span<float> values, double scale, double least, double most) {
    for (float& value : values) {
        value = static_cast<float>(scale * floorWithin(double{value} / scale + 0.5, least, most));
    }
}

} // namespace

int quantized(double real, const TensorFormat& format) {
    if (std::isnan(real)) {
        return format.zeroPoint;
    }
    const double integer = std::floor(real / format.scale + 0.5) + format.zeroPoint;
    return static_cast<int>(std::clamp<double>(integer, format.low(), format.high()));
}

void roundMap(std::span<float> values, const TensorFormat& format) {
    roundToMultiples(values, format.scale, format.low() - format.zeroPoint, format.high() - format.zeroPoint);
}

void roundWeights(std::span<float> weights, double scale, int bits) {
    const int limit = (1 << (bits - 1)) - 1;
    if (scale > 0) {
        roundToMultiples(weights, scale, -limit, limit);
    } else {
        std::ranges::fill(weights, 0.0F);
    }
}

TensorFormat chooseFormat(const TensorStatistics& statistics, bool neverNegative, int bits,
                          const RangeOptions& options) {
    double low = std::min(statistics.minimum, 0.0), high = std::max(statistics.maximum, 0.0);
    const bool isSigned = !neverNegative && low < 0;
    if (options.choice == RangeChoice::Percentile && !statistics.sample.empty()) {
        const double share = std::clamp(options.percentile / 100.0, 0.5, 1.0);
        low = std::min(quantile(statistics.sample, 1.0 - share), 0.0);
        high = std::max(quantile(statistics.sample, share), 0.0);
    }
    low = isSigned ? low : 0.0;
    if (options.choice == RangeChoice::MeanSquareError && !statistics.sample.empty()) {
        return leastError(statistics, low, high, isSigned, bits, options);
    }
    return candidates(low, high, isSigned, bits, options).front();
}

double chooseWeightScale(std::span<const float> weights, int bits, const RangeOptions& options) {
    const int limit = (1 << (bits - 1)) - 1;
    double largest = 0.0;
    for (const float weight : weights) {
        largest = std::max(largest, std::abs(double{weight}));
    }
    const double full = largest / limit;
    if (full < std::numeric_limits<float>::min()) {
        return 0.0;
    }
    std::vector<double> scales;
    if (options.powerOfTwo) {
        scales = {powerOfTwoAtLeast(full), powerOfTwoAtLeast(full) / 2, powerOfTwoAtLeast(full) / 4};
    } else {
        for (int i = 0; i <= 16; ++i) {
            scales.push_back(full * (1.0 - 0.045 * i));
        }
    }
    if (options.choice != RangeChoice::MeanSquareError) {
        return scales.front();
    }
    return *std::ranges::min_element(
        scales, {}, [&](double scale) { return roundingError(weights, scale, -limit, limit); });
}

} // namespace tandem::quant
