// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/frozen_point.h"
#include "core/point/parameter.h"
#include "core/point/point.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <optional>
#include <string>

namespace tandem::cli {

/// Says what a measured metric was measured on, where that is known.
using MeasuredOnOf = std::function<std::optional<codegen::MeasuredOn>(point::Metric)>;

/// A point with where it comes from, its parameters by name and every known metric with its source and, of
/// measured shares, with what they were measured on.
nlohmann::ordered_json toJson(const point::Point& point, const point::Space& space,
                              const MeasuredOnOf& measuredOn);

/// "12.34 m": the figure and the letter of its source; "-" where it is unknown.
std::string figureText(const point::Metrics& metrics, point::Metric metric);

/// What the letters of figureText mean.
std::string sourceLegend();

} // namespace tandem::cli
