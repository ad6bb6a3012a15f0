// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/judge/accuracy/accuracy_model.h"
#include "core/judge/accuracy/noise_tables.h"
#include "core/space/plan.h"

#include <nlohmann/json_fwd.hpp>

#include <limits>
#include <vector>

namespace tandem::judge {

/// All that predicting a point's accuracy takes, measured once for a network, its inputs and a seed.
struct AccuracyTables {
    NoiseTables noise;
    std::vector<MeasuredSample> samples;
    /// The imported float network's on validation samples, percent; NaN without labels.
    double importedAccuracy = std::numeric_limits<double>::quiet_NaN();

    bool hasLabels() const { return importedAccuracy == importedAccuracy; }
};

/// For the study file, and back, to the last bit. accuracyTablesFromJson throws Error (Input) where they are
/// damaged or of another plan.
nlohmann::json toJson(const AccuracyTables& tables);
AccuracyTables accuracyTablesFromJson(const nlohmann::json& json, const space::Plan& plan);

} // namespace tandem::judge
