// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/metric.h"

#include <nlohmann/json.hpp>

#include <vector>

/// Objectives and constraints as the study file writes them. Reading throws Json::exception or Error (Input).
namespace tandem::engine {

using Json = nlohmann::json;

Json constraintsJson(const std::vector<space::Constraint>& constraints);
std::vector<space::Constraint> constraintsOf(const Json& json);
Json objectivesJson(const std::vector<space::Objective>& objectives);
std::vector<space::Objective> objectivesOf(const Json& json);

} // namespace tandem::engine
