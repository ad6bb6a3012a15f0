// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/packed/scale.h"

#include "core/quant/packed/weight_units.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <numeric>

namespace tandem::quant {

namespace {

std::size_t at(int index) {
    return static_cast<std::size_t>(index);
}

/// multiplier and shift of a channel; both sides of (sum * m + r) >> s grow alike, so doubling m and adding
/// one to s changes no result.
struct Factor {
    std::int64_t multiplier;
    int shift;
};

constexpr int kNarrowShift = 17;

/// How often all multipliers can be doubled until every shift is kNarrowShift.
int doublings(const std::vector<Factor>& factors) {
    int wanted = 0, possible = 16;
    for (const Factor& factor : factors) {
        wanted = std::max(wanted, kNarrowShift - factor.shift);
        int room = 0;
        while (room < 16 && (factor.multiplier << (room + 1)) <= std::numeric_limits<std::uint16_t>::max()) {
            ++room;
        }
        possible = std::min(possible, room);
    }
    return std::min(wanted, possible);
}

/// How often all sums are to be doubled so that every shift is kNarrowShift.
int doublingsBefore(const std::vector<Factor>& factors) {
    int wanted = 0;
    for (const Factor& factor : factors) {
        wanted = std::max(wanted, kNarrowShift - factor.shift);
    }
    return wanted;
}

/// Whether 32-bit arithmetic holds (see tandem_kernels::Scale) for sums that are multiplied by 2^before.
/// `sums`: what the sum of the channel can be.
bool isNarrow(const Factor& factor, Range sums, int zeroPoint, int before) {
    constexpr std::int64_t kLimit = std::int64_t{1} << 46, kSum = std::int64_t{1} << 31;
    const std::int64_t largest = std::max(-sums.low, sums.high) * (std::int64_t{1} << before);
    const std::int64_t rounding =
        (std::int64_t{1} << (factor.shift - 1)) + std::int64_t{zeroPoint} * (std::int64_t{1} << factor.shift);
    return largest < kSum && largest < kLimit / std::max<std::int64_t>(factor.multiplier, 1) &&
           std::abs(rounding) < kLimit;
}

/// The scale without its bias. `sums`: of every channel; `order`: the channel that each entry stands for, -1
/// for none.
PackedScale scaleOf(const Requantization& by, const TensorFormat& out, const std::vector<Range>& sums,
                    const std::vector<int>& order) {
    std::vector<Factor> factors;
    for (int channel = 0; channel < static_cast<int>(sums.size()); ++channel) {
        factors.push_back({by.multiplier[at(channel)], by.shiftOf(channel)});
    }
    PackedScale scale;
    scale.zeroPoint = by.zeroPoint - out.low();
    scale.low = by.low - out.low();
    scale.high = by.high - out.low();
    const int shared = doublings(factors);
    for (Factor& factor : factors) {
        const int own = by.shift.size() > 1 ? doublings({factor}) : shared;
        factor.multiplier <<= own;
        factor.shift += own;
    }
    const int before = doublingsBefore(factors);
    scale.narrow = true;
    for (std::size_t channel = 0; channel < factors.size(); ++channel) {
        const Factor shifted{factors[channel].multiplier, factors[channel].shift + before};
        scale.narrow = scale.narrow && isNarrow(shifted, sums[channel], scale.zeroPoint, before);
    }
    scale.before = scale.narrow ? before : 0;
    for (Factor& factor : factors) {
        factor.shift += scale.before;
    }
    for (const int channel : order) {
        const Factor factor = channel < 0 ? Factor{0, factors.front().shift} : factors[at(channel)];
        scale.multiplier.push_back(static_cast<std::uint16_t>(factor.multiplier));
        if (by.shift.size() > 1 || scale.shift.empty()) {
            scale.shift.push_back(static_cast<std::uint8_t>(factor.shift));
        }
    }
    return scale;
}

PackedScale weightedScale(const ConvolutionLayer& op, const TensorFormat& in, const TensorFormat& out,
                          const std::vector<int>& order) {
    const std::size_t channels = op.bias.size(), inputs = op.weights.size() / channels;
    std::vector<Range> sums;
    for (int channel = 0; channel < static_cast<int>(channels); ++channel) {
        sums.push_back(accumulatorRange(op, channel, in));
    }
    PackedScale scale = scaleOf(op.requantization, out, sums, order);
    for (const int channel : order) {
        if (channel < 0) {
            scale.bias.push_back(0);
            continue;
        }
        const auto first = op.weights.begin() + static_cast<std::ptrdiff_t>(at(channel) * inputs);
        const std::int64_t weights =
            std::accumulate(first, first + static_cast<std::ptrdiff_t>(inputs), std::int64_t{0});
        scale.bias.push_back(static_cast<std::int32_t>(op.bias[at(channel)] + weights * in.low()));
    }
    return scale;
}

} // namespace

PackedScale convolutionScale(const ConvolutionLayer& op, const TensorFormat& in, const TensorFormat& out) {
    return weightedScale(op, in, out, convolutionOrder(static_cast<int>(op.bias.size()), op.groups));
}

PackedScale depthwiseScale(const ConvolutionLayer& op, const TensorFormat& in, const TensorFormat& out) {
    return weightedScale(op, in, out, depthwiseOrder(static_cast<int>(op.bias.size())));
}

PackedScale averageScale(const PoolLayer& op, const TensorFormat& in, const TensorFormat& out) {
    PackedScale scale = scaleOf(op.requantization, out, {accumulatorRange(op, in)}, {0});
    scale.bias = {op.bias + op.kernel.height * op.kernel.width * in.low()};
    return scale;
}

} // namespace tandem::quant
