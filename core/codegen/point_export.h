// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/export.h"
#include "core/codegen/frozen_point.h"
#include "core/judge/evaluator.h"
#include "core/point/metric.h"
#include "core/point/point.h"

#include <string>
#include <vector>

namespace tandem::codegen {

/// A settled point with what its study knows around it.
struct PointRecord {
    std::string study; ///< as the report calls it
    FrozenPoint frozen;
    std::vector<point::Objective> objectives;
    std::vector<point::Point> front; ///< of the study, best first; may hold the point itself
};

/// Everything that an export of the point needs, with `goldenInputs` inputs of the evaluator's data and the
/// report.
ExportInput exportInput(const judge::Evaluator& evaluator, PointRecord record, int goldenInputs = 3);

} // namespace tandem::codegen
