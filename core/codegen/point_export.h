// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/export.h"
#include "core/judge/evaluator.h"
#include "core/point/metric.h"
#include "core/point/point.h"
#include "core/quant/arithmetic/integer_network.h"

#include <string>
#include <vector>

namespace tandem::codegen {

/// A point as its study knows it at one moment.
struct PointRecord {
    std::string study; ///< as the report calls it
    point::Point point;
    quant::IntegerNetwork network; ///< what the point stands for
    std::vector<point::Objective> objectives;
    std::vector<point::Point> front; ///< of the study, best first; may hold the point itself
};

/// Everything that an export of the point needs: the exact accelerator of its network, `goldenInputs` inputs
/// of the evaluator's data, and the report. Throws Error (Input) where the point is none of the evaluator's
/// space.
ExportInput exportInput(const judge::Evaluator& evaluator, PointRecord record, int goldenInputs = 3);

} // namespace tandem::codegen
