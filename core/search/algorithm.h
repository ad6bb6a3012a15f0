// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/metric.h"
#include "core/space/parameter.h"
#include "core/space/point.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace tandem::search {

/// The rules a search obeys: which points may be asked for, what is better, what is feasible.
struct Rules {
    space::Ranges ranges;
    std::vector<space::Objective> objectives;
    std::vector<space::Constraint> constraints;
    bool operator==(const Rules&) const = default;
};

/// A search algorithm behind ask and tell. Deterministic: the same seed, rules and sequence of calls give the
/// same points.
class Algorithm {
  public:
    virtual ~Algorithm() = default;
    virtual std::string name() const = 0;
    /// The rules from now on. What was told so far stays known and is re-ranked.
    virtual void steer(const Rules& rules) = 0;
    /// `count` encodings to evaluate next, all inside the ranges.
    virtual std::vector<space::Encoding> ask(std::size_t count) = 0;
    /// What was evaluated, whoever proposed it.
    virtual void tell(std::span<const space::Point> points) = 0;
};

/// "random" or "nsga2". Throws Error (Input) that lists the names.
std::unique_ptr<Algorithm> makeAlgorithm(const std::string& name, const space::Space& space,
                                         const Rules& rules, std::uint64_t seed);

/// The names that makeAlgorithm knows.
std::vector<std::string> algorithmNames();

} // namespace tandem::search
