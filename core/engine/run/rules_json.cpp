// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/run/rules_json.h"

namespace tandem::engine {

Json constraintsJson(const std::vector<point::Constraint>& constraints) {
    Json array = Json::array();
    for (const point::Constraint& constraint : constraints) {
        array.push_back({{"metric", point::metricName(constraint.metric)},
                         {"relation", constraint.relation == point::Relation::AtMost ? "<=" : ">="},
                         {"bound", constraint.bound}});
    }
    return array;
}

std::vector<point::Constraint> constraintsOf(const Json& json) {
    std::vector<point::Constraint> constraints;
    for (const Json& element : json) {
        constraints.push_back({point::metricByName(element.at("metric").get<std::string>()),
                               element.at("relation").get<std::string>() == "<=" ? point::Relation::AtMost
                                                                                 : point::Relation::AtLeast,
                               element.at("bound").get<double>()});
    }
    return constraints;
}

Json objectivesJson(const std::vector<point::Objective>& objectives) {
    Json array = Json::array();
    for (const point::Objective& objective : objectives) {
        array.push_back({{"metric", point::metricName(objective.metric)}, {"maximize", objective.maximize}});
    }
    return array;
}

std::vector<point::Objective> objectivesOf(const Json& json) {
    std::vector<point::Objective> objectives;
    for (const Json& element : json) {
        objectives.push_back({point::metricByName(element.at("metric").get<std::string>()),
                              element.at("maximize").get<bool>()});
    }
    return objectives;
}

} // namespace tandem::engine
