// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/metric.h"
#include "core/point/parameter.h"
#include "core/point/point.h"
#include "core/point/point_log.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::search {

/// The rules a search obeys: which points may be asked for, what is better, what is feasible.
struct Rules {
    point::Ranges ranges;
    std::vector<point::Objective> objectives;
    std::vector<point::Constraint> constraints;
    bool operator==(const Rules&) const = default;
};

/// What an algorithm asks to have evaluated.
struct Proposal {
    point::Encoding encoding;
    point::Origin origin{};
    point::Fidelity fidelity = point::Fidelity::Estimate;
    bool operator==(const Proposal&) const = default;
};

/// What is known already where an algorithm goes on from a saved state.
struct KnownPoints {
    const point::PointLog& points;
    std::size_t count = 0;          ///< the first so many were asked for or told when the state was saved
    std::span<const Proposal> open; ///< handed out by then and not evaluated yet
};

/// A search algorithm behind ask and tell. Deterministic: the points depend on the settings, the rules and
/// the points told so far, each at its place in the sequence, but not on how the asking was cut into calls.
/// So a study that is replayed from its points goes on as if it had never stopped. Exchange leads it.
class Algorithm {
  public:
    virtual ~Algorithm() = default;
    /// The rules from now on. What was told so far stays known and is re-ranked; proposals that were not yet
    /// handed out are dropped.
    virtual void steer(const Rules& rules) = 0;
    /// Proposals that are decided on and not yet handed out: nothing that is told changes them any more.
    virtual std::size_t decided() const = 0;
    /// Hands out up to `count` of the decided proposals; where there are none, decides first, by what was
    /// told so far. All lie inside the ranges and none was handed out or told before. Empty when every point
    /// inside the ranges is known.
    virtual std::vector<Proposal> ask(std::size_t count) = 0;
    /// What was evaluated, whoever proposed it.
    virtual void tell(std::span<const point::Point> points) = 0;

    /// All that it would need the points to be asked and told again for, with a version of its own in front.
    virtual std::string save() const = 0;
    /// Goes on from a saved state; called on an algorithm just made, with the settings of the saved one and
    /// the rules in force when it was saved. Throws Error (Input) where the state is none of this version or
    /// does not fit the points; the algorithm is of no use then.
    virtual void load(std::string_view state, const KnownPoints& known) = 0;
};

} // namespace tandem::search
