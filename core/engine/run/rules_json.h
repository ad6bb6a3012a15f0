// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/metric.h"

#include <nlohmann/json.hpp>

#include <vector>

/// Objectives and constraints as the study file writes them. Reading throws Json::exception or Error (Input).
namespace tandem::engine {

using Json = nlohmann::json;

Json constraintsJson(const std::vector<point::Constraint>& constraints);
std::vector<point::Constraint> constraintsOf(const Json& json);
Json objectivesJson(const std::vector<point::Objective>& objectives);
std::vector<point::Objective> objectivesOf(const Json& json);

} // namespace tandem::engine
