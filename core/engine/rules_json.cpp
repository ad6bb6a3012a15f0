// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/rules_json.h"

namespace tandem::engine {

Json constraintsJson(const std::vector<space::Constraint>& constraints) {
    Json array = Json::array();
    for (const space::Constraint& constraint : constraints) {
        array.push_back({{"metric", space::metricName(constraint.metric)},
                         {"relation", constraint.relation == space::Relation::AtMost ? "<=" : ">="},
                         {"bound", constraint.bound}});
    }
    return array;
}

std::vector<space::Constraint> constraintsOf(const Json& json) {
    std::vector<space::Constraint> constraints;
    for (const Json& element : json) {
        constraints.push_back({space::metricByName(element.at("metric").get<std::string>()),
                               element.at("relation").get<std::string>() == "<=" ? space::Relation::AtMost
                                                                                 : space::Relation::AtLeast,
                               element.at("bound").get<double>()});
    }
    return constraints;
}

Json objectivesJson(const std::vector<space::Objective>& objectives) {
    Json array = Json::array();
    for (const space::Objective& objective : objectives) {
        array.push_back({{"metric", space::metricName(objective.metric)}, {"maximize", objective.maximize}});
    }
    return array;
}

std::vector<space::Objective> objectivesOf(const Json& json) {
    std::vector<space::Objective> objectives;
    for (const Json& element : json) {
        objectives.push_back({space::metricByName(element.at("metric").get<std::string>()),
                              element.at("maximize").get<bool>()});
    }
    return objectives;
}

} // namespace tandem::engine
