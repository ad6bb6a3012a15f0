// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/metric.h"
#include "core/point/parameter.h"
#include "core/point/point.h"
#include "core/search/algorithm.h"

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tandem::engine {

// Steering commands. Each opens an epoch; a command that cannot be obeyed is refused with an Error (Input)
// and changes nothing.

struct Pin {
    std::string parameter;
    std::string value; ///< label or number of a legal choice
    bool operator==(const Pin&) const = default;
};
struct Bound {
    std::string parameter;
    std::string low, high;
    bool operator==(const Bound&) const = default;
};
/// Takes a pin or a bound back.
struct Release {
    std::string parameter;
    bool operator==(const Release&) const = default;
};
/// Replaces the person's constraints; the device's budgets stay.
struct SetConstraints {
    std::vector<point::Constraint> constraints;
    bool operator==(const SetConstraints&) const = default;
};
struct SetObjectives {
    std::vector<point::Objective> objectives;
    bool operator==(const SetObjectives&) const = default;
};
/// Evaluates a point of the person's own: given values, the rest as in `base` or as imported, moved into the
/// ranges where it lies outside.
struct Inject {
    std::optional<point::PointId> base;
    std::vector<std::pair<std::string, std::string>> values;
    bool operator==(const Inject&) const = default;
};
using Command = std::variant<Pin, Bound, Release, SetConstraints, SetObjectives, Inject>;

/// What a command would do, without doing it.
struct Preview {
    std::size_t pointsKept = 0, pointsTotal = 0;
    std::size_t frontKept = 0, frontTotal = 0; ///< of today's front
};

/// "pin model.b3.kernel = 3", for undo texts, the journal and epoch rows.
std::string describe(const Command& command);

/// JSON text for the study file, and back. commandFromJson throws Error (Input).
std::string toJson(const Command& command);
Command commandFromJson(const std::string& text);

/// The rules after the command. `fixed` are the constraints that stay whatever the person says. Throws Error
/// (Input) when the command cannot be obeyed. An Inject changes nothing.
search::Rules rulesAfter(const Command& command, search::Rules rules, const point::Space& space,
                         std::span<const point::Constraint> fixed);

/// The point that an Inject asks for, given what it starts from. Throws Error (Input) when a given value is
/// not legal or lies outside the ranges.
search::Proposal injectedProposal(const Inject& inject, point::Encoding base, const point::Ranges& ranges,
                                  const point::Space& space);
} // namespace tandem::engine
