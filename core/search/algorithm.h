// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/metric.h"
#include "core/point/parameter.h"
#include "core/point/point.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tandem::search {

/// The rules a search obeys: which points may be asked for, what is better, what is feasible.
struct Rules {
    point::Ranges ranges;
    std::vector<point::Objective> objectives;
    std::vector<point::Constraint> constraints;
    bool operator==(const Rules&) const = default;
};

/// A search algorithm behind ask and tell. Deterministic: the points depend on the seed, the rules and the
/// points told so far, each at its place in the sequence, but not on how the asking was cut into calls. So a
/// study that is replayed from its points goes on as if it had never stopped.
class Algorithm {
  public:
    virtual ~Algorithm() = default;
    virtual std::string name() const = 0;
    /// The rules from now on. What was told so far stays known and is re-ranked; proposals that were not yet
    /// handed out are dropped.
    virtual void steer(const Rules& rules) = 0;
    /// Up to `count` encodings to evaluate next, all inside the ranges and none asked for or told before.
    /// Tell them before asking again. Empty when every point inside the ranges is known.
    virtual std::vector<point::Encoding> ask(std::size_t count) = 0;
    /// What was evaluated, whoever proposed it.
    virtual void tell(std::span<const point::Point> points) = 0;
};

/// "random" or "nsga2". Throws Error (Input) that lists the names.
std::unique_ptr<Algorithm> makeAlgorithm(const std::string& name, const point::Space& space,
                                         const Rules& rules, std::uint64_t seed);

/// The names that makeAlgorithm knows.
std::vector<std::string> algorithmNames();

} // namespace tandem::search
