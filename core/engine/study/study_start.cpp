// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/study/study_start.h"

#include "core/base/error.h"
#include "core/engine/run/rules_json.h"
#include "core/engine/study/json_text.h"
#include "core/store/study_file.h"

namespace tandem::engine {

namespace {

/// A SetObjectives command, which is how the first epoch's objectives have always been written.
Json objectivesRecord(const std::vector<point::Objective>& objectives) {
    return {{"command", "objectives"}, {"objectives", objectivesJson(objectives)}};
}

std::vector<point::Objective> objectivesFrom(const Json& record) {
    try {
        return objectivesOf(record.at("objectives"));
    } catch (const Json::exception& error) {
        throw inputError("the objectives in the study cannot be read: {}", error.what());
    }
}

/// A value of the file as JSON; `what` names it in the Error (Input) where it is none.
template <typename AnyJson>
AnyJson parsed(const std::string& text, const char* what) {
    try {
        return AnyJson::parse(text);
    } catch (const typename AnyJson::exception& error) {
        throw inputError("the {} in the study cannot be read: {}", what, error.what());
    }
}

} // namespace

void writeStart(store::StudyFile& file, const StudyStart& start) {
    file.setValue("setup", jsonText(toJson(start.setup)));
    file.setValue("objectives", jsonText(objectivesRecord(start.objectives)));
    if (!start.dataRecord.is_null()) {
        file.setValue("data", jsonText(start.dataRecord));
    }
    file.setValue("model", start.model->bytes);
    file.setValue("model_is_settled", start.model->isSettled ? "1" : "0");
    file.setValue("model_name", start.setup.model.filename().string());
    file.setValue("model_hash", fingerprint(start.model->bytes));
}

StudyStart readStart(const store::StudyFile& file) {
    const std::optional<std::string> setup = file.value("setup");
    std::optional<std::string> model = file.value("model");
    const std::optional<std::string> objectives = file.value("objectives");
    if (!setup || !objectives || !model || fingerprint(*model) != file.value("model_hash")) {
        throw inputError("{}: the study is damaged (its model or its set-up is not whole)",
                         file.path().string());
    }
    StudyStart start;
    start.setup = setupFromJson(parsed<Json>(*setup, "set-up"));
    start.objectives = objectivesFrom(parsed<Json>(*objectives, "objectives"));
    start.model = importModel(start.setup, std::move(*model), file.value("model_is_settled") == "1");
    if (const std::optional<std::string> data = file.value("data")) {
        start.dataRecord = parsed<nlohmann::ordered_json>(*data, "record of the data set");
    }
    start.tables = file.value(kTablesKey).value_or("");
    return start;
}

} // namespace tandem::engine
