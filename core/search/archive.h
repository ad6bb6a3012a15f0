// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/algorithm.h"

#include <span>
#include <vector>

namespace tandem::search {

/// Keeps the front: the feasible points not dominated under the current objectives and constraints. Points
/// outside the ranges of the rules do not count.
class Archive {
  public:
    explicit Archive(Rules rules);

    /// Considers a point; true when it joined the front.
    bool add(const space::Point& point);
    /// Starts over under other rules; the caller adds the known points again.
    void reset(Rules rules);

    const Rules& rules() const { return rules_; }
    /// The front, ordered by the first objective, best first.
    std::span<const space::Point> front() const { return front_; }

  private:
    Rules rules_;
    std::vector<space::Point> front_;
};

/// Exact volume dominated by `points` and bounded by `reference` (all minimized, 2 to 4 objectives). Points
/// that do not dominate the reference count 0. Algorithm: dimension sweep for 2 and 3, WFG (While,
/// Bradstreet, Barone 2012) for 4.
double hypervolume(std::span<const std::vector<double>> points, const std::vector<double>& reference);

} // namespace tandem::search
