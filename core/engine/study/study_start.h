// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/study/imported_model.h"
#include "core/engine/study/study_setup.h"
#include "core/point/metric.h"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace tandem::store {
class StudyFile;
}

namespace tandem::engine {

/// What a study starts from, as its file holds it: enough to go on without the model's own file.
struct StudyStart {
    StudySetup setup;
    std::vector<point::Objective> objectives; ///< of the first epoch
    ModelPtr model;
    nlohmann::ordered_json dataRecord; ///< StudyJudge::dataRecord(); null: none
    std::string tables = {};           ///< what StudyJudge had kept; empty: nothing
};

/// The study file's key of StudyStart::tables, which are written when they are measured.
inline constexpr const char* kTablesKey = "accuracy_tables";

void writeStart(store::StudyFile& file, const StudyStart& start);

/// Imports the model on the way. Throws Error (Input) where the file does not hold it whole.
StudyStart readStart(const store::StudyFile& file);

} // namespace tandem::engine
