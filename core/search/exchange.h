// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/algorithm.h"

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::search {

/// Leads an algorithm through asking and telling, so that what it proposes depends on the points alone and
/// not on when their results came. The rule: where the algorithm decides on proposal n, it was told the
/// points before n - lag and no others, apart from those that were known when the rules last changed. What it
/// decides on at once (a generation) is decided on by what the first of it may see. With a lag of 0 it is
/// told all that it asked for before it decides again; a larger lag keeps slow evaluations busy meanwhile.
class Exchange {
  public:
    Exchange(std::unique_ptr<Algorithm> algorithm, std::size_t lag);

    /// Up to `count` proposals. Of the log the first `known` points count; they are told when they are due.
    /// Fewer where the others need results that are not known yet, or where nothing is left to propose.
    std::vector<Proposal> ask(std::size_t count, const point::PointLog& points, std::size_t known);
    /// Whether every point inside the ranges was asked for.
    bool isExhausted() const { return isExhausted_; }
    /// Points asked for and adopted so far: the id of the next one.
    std::size_t asked() const { return asked_; }

    /// Asks again for the points [asked(), end) that a study holds. False, with asked() at the first point
    /// that was not asked for, where the algorithm asks for others (another version of the program made
    /// them).
    bool replay(const point::PointLog& points, std::size_t end);
    /// The points up to `end` are there without being asked for; they are told in their turn.
    void adopt(std::size_t end) { asked_ = std::max(asked_, end); }
    /// The rules after asked() points, all of them known; `elites`, the best of them, are told once more, for
    /// an algorithm remembers only some of what it was told.
    void steer(const Rules& rules, std::span<const point::Point> elites, const point::PointLog& points);

    /// All that goes on from here but for the points.
    std::string save() const;
    /// Goes on from a saved state, on an exchange just made with the lag of the saved one and an algorithm
    /// that has the rules that were in force. `open`: what was asked for by then and not evaluated; they
    /// follow the first `known` points. Throws Error (Input) where the state is damaged.
    void load(std::string_view state, const point::PointLog& points, std::size_t known,
              std::span<const Proposal> open);

  private:
    void tell(const point::PointLog& points, std::size_t end);

    std::unique_ptr<Algorithm> algorithm_;
    std::size_t lag_;
    std::size_t asked_ = 0, told_ = 0;
    bool isExhausted_ = false;
};

} // namespace tandem::search
