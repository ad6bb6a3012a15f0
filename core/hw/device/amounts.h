// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/bits.h"
#include "core/hw/device/cost_terms.h"
#include "core/hw/device/technology.h"
#include "core/hw/workload/workload.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

/// The amounts of hardware in those modules of resources/rtl that several templates use, one function a
/// module. Each hands them to a `put` (term, amount), which weighs or collects them. Private to the resource
/// models and their fit.
namespace tandem::hw::amounts {

inline double bitsFor(std::int64_t values) {
    return values <= 1 ? 0 : log2Ceil(values);
}
/// Width of a counter over `rounds` rounds; none for a single one.
inline double counter(std::int64_t rounds) {
    return rounds <= 1 ? 0 : log2Ceil(rounds + 1);
}

/// By repeated squaring: this runs for every layer of every point.
inline double power(double base, std::uint64_t exponent) {
    double result = 1;
    for (; exponent > 0; exponent >>= 1, base *= base) {
        result *= (exponent & 1) != 0 ? base : 1;
    }
    return result;
}

/// Different columns that `width` random columns of `depth` bits have: equal ones are merged.
inline double differentColumns(double width, std::int64_t depth) {
    if (depth > 12) {
        return width;
    }
    // Neither of the two constant columns takes anything.
    const auto kinds = static_cast<double>(1 << depth);
    return (kinds - 2) * (1 - power(1 - 1 / kinds, static_cast<std::uint64_t>(width)));
}

/// LUTs of `columns` columns of a constant table of `depth` words.
inline double romLuts(const Technology& technology, double columns, std::int64_t depth) {
    const auto lut = static_cast<double>(technology.romLutBits);
    return columns * std::ceil(static_cast<double>(depth) / lut);
}

/// LUTs of weights, a constant table that is random but for weights of two bits: few of those are not zero
/// (13 % of normal ones whose range is three deviations), and what is all zeros takes no LUT.
inline double weightLuts(const Technology& technology, double columns, std::int64_t depth, int weightBits) {
    const double luts = romLuts(technology, columns, depth);
    if (weightBits > 2) {
        return luts;
    }
    constexpr double kZero = 0.866, kNotNegative = 0.933;
    const auto bits = static_cast<std::uint64_t>(technology.romLutBits);
    return luts * (1 - (power(kZero, bits) + power(kNotNegative, bits)) / 2);
}

/// LUTs that choose one of `from` bits: of six inputs they choose one of four.
inline double choiceLuts(const Technology& technology, int from) {
    constexpr int kSixInputs = 64;
    return technology.romLutBits < kSixInputs ? from - 1 : (from + 1) / 3;
}

template <typename Put>
void clamp(const Put& put, double lanes, double from, double to) {
    put(CostTerm::ClampLanes, lanes);
    put(CostTerm::ClampBits, lanes * from);
    put(CostTerm::ClampedBits, lanes * to);
}

/// Products that are no DSPs.
template <typename Put>
void smallProducts(const Put& put, double count, int a, int b) {
    put(CostTerm::SmallProducts, count * a * b);
    put(CostTerm::SmallRows, count * a * b * std::min(a, b));
}

/// tandem_mac: `outputs` sums of `lanes` products each; no lanes: depth-wise, a product and an activation for
/// each sum. `together`: products that share a DSP, 0: in LUTs. `treeLevels`: of the adder tree. `inDsp`: a
/// product alone takes one.
template <typename Put>
void products(const Put& put, const Layer& layer, int outputs, int lanes, int together, int treeLevels,
              bool inDsp) {
    const double count = outputs * std::max(1, lanes);
    const double beat = (lanes == 0 ? outputs : lanes) * layer.inputBits;
    const double weights = count * layer.weightBits, sums = outputs * layer.accumulatorBits;
    const int operand = layer.inputBits + (layer.inputSigned ? 0 : 1);
    const double product = (together > 1 ? layer.inputBits : operand) + layer.weightBits;
    const bool single = together == 1 && inDsp;
    if (single) {
        put(CostTerm::DspActivations, beat);
        if (lanes > 0 && outputs > 1) {
            put(CostTerm::FannedActivations, beat);
        }
        put(CostTerm::DspWeights, weights);
        put(CostTerm::DspProducts, count * product);
    } else {
        put(CostTerm::Activations, beat);
        put(CostTerm::Weights, weights);
        if (together == 0) {
            put(CostTerm::BoothBits, count * ((layer.weightBits + 1) / 2) * (operand + 1));
        } else if (together == 1) {
            smallProducts(put, count, operand, layer.weightBits);
        }
        put(together > 1 ? CostTerm::PackedProducts : CostTerm::Products, count * product);
    }
    double tree = 0;
    for (int level = 1; level <= treeLevels; ++level) {
        // Lanes left over pass a level as they are.
        const double width = (lanes + (1 << level) - 1) >> level;
        const double bits = outputs * width * (product + level);
        if (level == 1 && single) {
            put(CostTerm::PairBits, bits);
        } else {
            tree += bits;
        }
    }
    put(CostTerm::TreeBits, tree);
    put(single && treeLevels == 0 ? CostTerm::DspSums : CostTerm::FabricSums, sums);
}

} // namespace tandem::hw::amounts
