// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/accuracy/rank_correlation.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

namespace tandem::judge {

namespace {

using Pair = std::pair<double, double>;

void check(std::span<const double> first, std::span<const double> second) {
    if (first.size() != second.size()) {
        throw inputError("rank correlation: the lists have {} and {} values, but pairs are compared",
                         first.size(), second.size());
    }
    for (const std::span<const double> list : {first, second}) {
        if (std::ranges::any_of(list, [](double value) { return std::isnan(value); })) {
            throw inputError("rank correlation: a value is not a number, so it has no rank");
        }
    }
}

std::int64_t pairsOf(std::int64_t count) {
    return count * (count - 1) / 2;
}

/// Pairs inside the runs of neighbours that `same` calls equal.
template <class Same>
std::int64_t tiedPairs(const std::vector<Pair>& sorted, Same same) {
    std::int64_t pairs = 0;
    for (auto run = sorted.begin(); run != sorted.end();) {
        const auto end =
            std::find_if_not(run, sorted.end(), [&](const Pair& pair) { return same(*run, pair); });
        pairs += pairsOf(end - run);
        run = end;
    }
    return pairs;
}

/// Sorts [begin, end) by the second value and counts the pairs that it exchanges.
std::int64_t sortCountingExchanges(std::vector<Pair>& pairs, std::size_t begin, std::size_t end,
                                   std::vector<Pair>& scratch) {
    if (end - begin < 2) {
        return 0;
    }
    const std::size_t middle = begin + (end - begin) / 2;
    std::int64_t exchanges = sortCountingExchanges(pairs, begin, middle, scratch) +
                             sortCountingExchanges(pairs, middle, end, scratch);
    scratch.clear();
    std::size_t left = begin, right = middle;
    while (left < middle || right < end) {
        const bool takesLeft = right == end || (left < middle && pairs[left].second <= pairs[right].second);
        if (!takesLeft) {
            exchanges += static_cast<std::int64_t>(middle - left);
        }
        scratch.push_back(takesLeft ? pairs[left++] : pairs[right++]);
    }
    std::ranges::copy(scratch, pairs.begin() + static_cast<std::ptrdiff_t>(begin));
    return exchanges;
}

/// Ranks from 0; equal values share the mean of theirs.
std::vector<double> ranksOf(std::span<const double> values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) { return values[i]; });
    std::vector<double> ranks(values.size());
    for (std::size_t begin = 0; begin < order.size();) {
        std::size_t end = begin + 1;
        while (end < order.size() && values[order[end]] == values[order[begin]]) {
            ++end;
        }
        for (std::size_t i = begin; i < end; ++i) {
            ranks[order[i]] = 0.5 * static_cast<double>(begin + end - 1);
        }
        begin = end;
    }
    return ranks;
}

} // namespace

double kendallTau(std::span<const double> first, std::span<const double> second) {
    check(first, second);
    std::vector<Pair> pairs(first.size());
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        pairs[i] = {first[i], second[i]};
    }
    std::ranges::sort(pairs);
    const std::int64_t all = pairsOf(static_cast<std::int64_t>(pairs.size()));
    const std::int64_t tiedFirst =
        tiedPairs(pairs, [](const Pair& a, const Pair& b) { return a.first == b.first; });
    const std::int64_t tiedBoth = tiedPairs(pairs, [](const Pair& a, const Pair& b) { return a == b; });
    std::vector<Pair> scratch;
    const std::int64_t opposite = sortCountingExchanges(pairs, 0, pairs.size(), scratch);
    const std::int64_t tiedSecond =
        tiedPairs(pairs, [](const Pair& a, const Pair& b) { return a.second == b.second; });
    if (all == tiedFirst || all == tiedSecond) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    const std::int64_t difference = all - tiedFirst - tiedSecond + tiedBoth - 2 * opposite;
    return static_cast<double>(difference) / (std::sqrt(static_cast<double>(all - tiedFirst)) *
                                              std::sqrt(static_cast<double>(all - tiedSecond)));
}

double spearman(std::span<const double> first, std::span<const double> second) {
    check(first, second);
    const std::vector<double> a = ranksOf(first), b = ranksOf(second);
    const double mean = 0.5 * (static_cast<double>(a.size()) - 1.0); // of any list of ranks
    double covariance = 0.0, varianceA = 0.0, varianceB = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        covariance += (a[i] - mean) * (b[i] - mean);
        varianceA += (a[i] - mean) * (a[i] - mean);
        varianceB += (b[i] - mean) * (b[i] - mean);
    }
    if (varianceA == 0.0 || varianceB == 0.0) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    return covariance / std::sqrt(varianceA * varianceB);
}

} // namespace tandem::judge
