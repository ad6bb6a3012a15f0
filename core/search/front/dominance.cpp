// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/search/front/dominance.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace tandem::search {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool weaklyDominatedByAny(const std::vector<Values>& front, const Values& values) {
    // The last ones are nearest in the first objective, so a dominator is met early.
    for (auto it = front.rbegin(); it != front.rend(); ++it) {
        if (weaklyDominates(*it, values)) {
            return true;
        }
    }
    return false;
}

} // namespace

Values valuesOf(std::span<const point::Objective> objectives, const point::Metrics& metrics) {
    Values values{};
    for (std::size_t i = 0; i < std::min(objectives.size(), kMaxObjectives); ++i) {
        const double value = static_cast<double>(metrics.value(objectives[i].metric));
        values[i] = std::isnan(value) ? kInfinity : objectives[i].maximize ? -value : value;
    }
    return values;
}

std::vector<std::uint32_t> rankByDomination(std::span<const Fitness> candidates) {
    std::vector<std::uint32_t> order(candidates.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
        const Fitness& x = candidates[a];
        const Fitness& y = candidates[b];
        if (x.violation != y.violation) {
            return x.violation < y.violation;
        }
        return x.values != y.values ? x.values < y.values : a < b;
    });
    std::vector<std::uint32_t> ranks(candidates.size());
    std::vector<std::vector<Values>> fronts;
    std::size_t at = 0;
    for (; at < order.size() && candidates[order[at]].violation <= 0.0; ++at) {
        const Values& values = candidates[order[at]].values;
        std::size_t rank = 0;
        while (rank < fronts.size() && weaklyDominatedByAny(fronts[rank], values)) {
            ++rank;
        }
        if (rank == fronts.size()) {
            fronts.emplace_back();
        }
        fronts[rank].push_back(values);
        ranks[order[at]] = static_cast<std::uint32_t>(rank);
    }
    auto rank = static_cast<std::uint32_t>(fronts.size());
    for (std::size_t i = at; i < order.size(); ++i) {
        if (i > at && candidates[order[i]].violation != candidates[order[i - 1]].violation) {
            ++rank;
        }
        ranks[order[i]] = rank;
    }
    return ranks;
}

std::vector<double> crowdingDistances(std::span<const Fitness> candidates,
                                      std::span<const std::uint32_t> members, std::size_t objectives) {
    std::vector<double> distances(members.size(), 0.0);
    std::vector<std::pair<double, std::uint32_t>> sorted(members.size());
    for (std::size_t objective = 0; objective < objectives; ++objective) {
        for (std::size_t i = 0; i < members.size(); ++i) {
            sorted[i] = {candidates[members[i]].values[objective], static_cast<std::uint32_t>(i)};
        }
        std::ranges::sort(sorted);
        const double extent = sorted.back().first - sorted.front().first;
        distances[sorted.front().second] = kInfinity;
        distances[sorted.back().second] = kInfinity;
        for (std::size_t i = 1; extent > 0.0 && std::isfinite(extent) && i + 1 < sorted.size(); ++i) {
            distances[sorted[i].second] += (sorted[i + 1].first - sorted[i - 1].first) / extent;
        }
    }
    return distances;
}

} // namespace tandem::search
