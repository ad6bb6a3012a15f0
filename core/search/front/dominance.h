// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/metric.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace tandem::search {

inline constexpr std::size_t kMaxObjectives = 4;

/// The values of a point's objectives, all turned so that less is better; places beyond the objectives are 0.
using Values = std::array<double, kMaxObjectives>;

/// The objectives of a point. An unknown metric counts as infinitely bad.
Values valuesOf(std::span<const point::Objective> objectives, const point::Metrics& metrics);

/// Whether `a` is at least as good as `b` in every objective (equal points are, both ways).
inline bool weaklyDominates(const Values& a, const Values& b) {
    int holds = 1; // without branches: most comparisons are as likely to hold as not
    for (std::size_t i = 0; i < kMaxObjectives; ++i) {
        holds &= static_cast<int>(a[i] <= b[i]);
    }
    return holds != 0;
}

/// What a candidate is worth: its objectives, and by how much it misses the constraints (0: feasible).
struct Fitness {
    Values values{};
    double violation = 0.0;
};

/// Rank of every candidate, 0 first, by constraint domination (Deb, Pratap, Agarwal, Meyarivan 2002):
/// feasible ones by non-dominated front, then infeasible ones by violation. Of candidates with equal
/// objectives only the first stays in its front, the others drop to later ones. Algorithm: efficient
/// non-dominated sort (Zhang, Tian, Cheng, Jin 2015), sequential search.
std::vector<std::uint32_t> rankByDomination(std::span<const Fitness> candidates);

/// Crowding distance (Deb et al. 2002) of `members`, indices into `candidates`, in their order; the extreme
/// ones of each of the first `objectives` objectives get infinity.
std::vector<double> crowdingDistances(std::span<const Fitness> candidates,
                                      std::span<const std::uint32_t> members, std::size_t objectives);

} // namespace tandem::search
