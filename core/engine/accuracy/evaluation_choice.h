// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/run/snapshot.h"
#include "core/judge/accuracy/accuracy_predictor.h"

#include <functional>
#include <span>
#include <vector>

namespace tandem::engine {

/// What is expected of a point's accuracy, percent.
using Expectation = std::function<judge::Normal(const point::Point&)>;

/// Which `most` of the candidates to evaluate next, the most promising first: those whose accuracy, normally
/// distributed around what is expected, increases the front's hypervolume most (search::expectedGain()).
/// Where `metric` is no objective, those of the largest deviation. Candidates that the rules forbid are left
/// out.
std::vector<point::PointId> choosePointsToEvaluate(const Snapshot& snapshot,
                                                   std::span<const point::PointId> candidates,
                                                   point::Metric metric, const Expectation& expectation,
                                                   std::size_t most);

} // namespace tandem::engine
