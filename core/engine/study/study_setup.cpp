// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/study/study_setup.h"

#include "core/base/error.h"
#include "core/engine/run/rules_json.h"

namespace tandem::engine {

Json toJson(const StudySetup& setup) {
    Json dimensions = Json::array();
    for (const auto& [name, size] : setup.dimensions) {
        dimensions.push_back(Json::array({name, size}));
    }
    Json json = {{"model", setup.model.string()},
                 {"device", setup.device},
                 {"data", setup.data},
                 {"algorithm", setup.algorithm},
                 {"seed", setup.seed},
                 {"objectives", objectivesJson(setup.objectives)},
                 {"constraints", constraintsJson(setup.constraints)},
                 {"dimensions", dimensions}};
    if (!setup.algorithmOptions.empty()) {
        json["algorithm_options"] = setup.algorithmOptions;
    }
    return json;
}

StudySetup setupFromJson(const Json& json) {
    try {
        StudySetup setup;
        setup.model = json.at("model").get<std::string>();
        json.at("device").get_to(setup.device);
        json.at("data").get_to(setup.data);
        json.at("algorithm").get_to(setup.algorithm);
        json.at("seed").get_to(setup.seed);
        setup.objectives = objectivesOf(json.at("objectives"));
        setup.constraints = constraintsOf(json.at("constraints"));
        if (json.contains("algorithm_options")) {
            json.at("algorithm_options").get_to(setup.algorithmOptions);
        }
        for (const Json& dimension : json.at("dimensions")) {
            setup.dimensions.emplace_back(dimension.at(0).get<std::string>(),
                                          dimension.at(1).get<std::string>());
        }
        return setup;
    } catch (const Json::exception& error) {
        throw inputError("the set-up in the study cannot be read: {}", error.what());
    }
}

} // namespace tandem::engine
