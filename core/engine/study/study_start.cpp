// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/study/study_start.h"

#include "core/base/error.h"
#include "core/engine/run/rules_json.h"
#include "core/store/study_file.h"

namespace tandem::engine {

namespace {

/// A SetObjectives command, which is how the first epoch's objectives have always been written.
std::string objectivesText(const std::vector<point::Objective>& objectives) {
    return Json{{"command", "objectives"}, {"objectives", objectivesJson(objectives)}}.dump();
}

std::vector<point::Objective> objectivesFrom(const std::string& text) {
    try {
        return objectivesOf(Json::parse(text).at("objectives"));
    } catch (const Json::exception& error) {
        throw inputError("the objectives in the study cannot be read: {}", error.what());
    }
}

} // namespace

void writeStart(store::StudyFile& file, const StudyStart& start) {
    file.setValue("setup", toJson(start.setup));
    file.setValue("objectives", objectivesText(start.objectives));
    if (start.dataRecord) {
        file.setValue("data", *start.dataRecord);
    }
    file.setValue("model", start.model.bytes);
    file.setValue("model_is_settled", start.model.isSettled ? "1" : "0");
    file.setValue("model_name", start.setup.model.filename().string());
    file.setValue("model_hash", fingerprint(start.model.bytes));
}

StudyStart readStart(const store::StudyFile& file) {
    const std::optional<std::string> setup = file.value("setup");
    std::optional<std::string> model = file.value("model");
    const std::optional<std::string> objectives = file.value("objectives");
    if (!setup || !objectives || !model || fingerprint(*model) != file.value("model_hash")) {
        throw inputError("{}: the study is damaged (its model or its set-up is not whole)",
                         file.path().string());
    }
    return {setupFromJson(*setup),
            objectivesFrom(*objectives),
            {std::move(*model), file.value("model_is_settled") == "1"},
            file.value("data")};
}

} // namespace tandem::engine
