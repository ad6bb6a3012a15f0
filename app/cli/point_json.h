// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/space/parameter.h"
#include "core/space/point.h"

#include <nlohmann/json.hpp>

#include <string>

namespace tandem::cli {

/// A point with its parameters by name and every known metric with its source.
nlohmann::ordered_json toJson(const space::Point& point, const space::Space& space);

/// "12.34 m": the figure and the letter of its source; "-" where it is unknown.
std::string figureText(const space::Metrics& metrics, space::Metric metric);

/// What the letters of figureText mean.
std::string sourceLegend();

} // namespace tandem::cli
