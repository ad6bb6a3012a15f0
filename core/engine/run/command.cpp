// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/run/command.h"

#include "core/base/error.h"
#include "core/engine/run/rules_json.h"

#include <algorithm>
#include <cmath>

namespace tandem::engine {

namespace {

template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

std::string objectiveText(const point::Objective& objective) {
    const bool natural = objective.maximize == point::higherIsBetter(objective.metric);
    return std::string(natural              ? ""
                       : objective.maximize ? "most "
                                            : "least ") +
           std::string(point::metricName(objective.metric));
}

template <class Range, class Function>
std::string joined(const Range& range, Function text) {
    std::string all;
    for (const auto& element : range) {
        all += (all.empty() ? "" : ", ") + text(element);
    }
    return all;
}

void checkObjectives(const std::vector<point::Objective>& objectives) {
    if (objectives.size() < 2 || objectives.size() > 4) {
        throw inputError("a search takes 2 to 4 objectives, not {}", objectives.size());
    }
    for (std::size_t i = 0; i < objectives.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (objectives[i].metric == objectives[j].metric) {
                throw inputError("the objective {} is given twice", point::metricName(objectives[i].metric));
            }
        }
    }
}

void checkConstraints(const std::vector<point::Constraint>& constraints) {
    for (const point::Constraint& constraint : constraints) {
        if (!std::isfinite(constraint.bound)) {
            throw inputError("the constraint on {} needs a finite bound",
                             point::metricName(constraint.metric));
        }
    }
}

point::Range boundRange(const Bound& bound, const point::Parameter& parameter) {
    const std::uint8_t low = point::choiceOf(parameter, bound.low);
    const std::uint8_t high = point::choiceOf(parameter, bound.high);
    if (low > high) {
        throw inputError("the bound {} .. {} of {} is empty: the low end is above the high end", bound.low,
                         bound.high, parameter.name);
    }
    return {low, high};
}

Command commandOf(const Json& json) {
    const auto text = [&](const char* key) { return json.at(key).get<std::string>(); };
    const std::string kind = text("command");
    if (kind == "pin") {
        return Pin{text("parameter"), text("value")};
    }
    if (kind == "bound") {
        return Bound{text("parameter"), text("low"), text("high")};
    }
    if (kind == "release") {
        return Release{text("parameter")};
    }
    if (kind == "constraints") {
        return SetConstraints{constraintsOf(json.at("constraints"))};
    }
    if (kind == "objectives") {
        return SetObjectives{objectivesOf(json.at("objectives"))};
    }
    if (kind == "inject") {
        Inject command;
        if (json.contains("base")) {
            command.base = json.at("base").get<point::PointId>();
        }
        for (const Json& element : json.at("values")) {
            command.values.emplace_back(element.at(0).get<std::string>(), element.at(1).get<std::string>());
        }
        return command;
    }
    throw inputError("there is no steering command '{}'", kind);
}

} // namespace

std::string describe(const Command& command) {
    return std::visit(
        Overloaded{
            [](const Pin& c) { return fmt::format("pin {} = {}", c.parameter, c.value); },
            [](const Bound& c) { return fmt::format("bound {} = {} .. {}", c.parameter, c.low, c.high); },
            [](const Release& c) { return fmt::format("release {}", c.parameter); },
            [](const SetConstraints& c) {
                return c.constraints.empty() ? std::string("no constraints")
                                             : "constraints " + joined(c.constraints, point::toString);
            },
            [](const SetObjectives& c) { return "objectives " + joined(c.objectives, objectiveText); },
            [](const Inject& c) {
                const std::string values =
                    joined(c.values, [](const auto& v) { return fmt::format("{} = {}", v.first, v.second); });
                const std::string base = c.base ? fmt::format("point {}", *c.base) : "the imported network";
                return fmt::format("inject {}{}{}", base, values.empty() ? "" : " with ", values);
            }},
        command);
}

std::string toJson(const Command& command) {
    const Json json = std::visit(
        Overloaded{
            [](const Pin& c) {
                return Json{{"command", "pin"}, {"parameter", c.parameter}, {"value", c.value}};
            },
            [](const Bound& c) {
                return Json{
                    {"command", "bound"}, {"parameter", c.parameter}, {"low", c.low}, {"high", c.high}};
            },
            [](const Release& c) {
                return Json{{"command", "release"}, {"parameter", c.parameter}};
            },
            [](const SetConstraints& c) {
                return Json{{"command", "constraints"}, {"constraints", constraintsJson(c.constraints)}};
            },
            [](const SetObjectives& c) {
                return Json{{"command", "objectives"}, {"objectives", objectivesJson(c.objectives)}};
            },
            [](const Inject& c) {
                Json inject = {{"command", "inject"}, {"values", Json::array()}};
                for (const auto& [name, value] : c.values) {
                    inject["values"].push_back(Json::array({name, value}));
                }
                if (c.base) {
                    inject["base"] = *c.base;
                }
                return inject;
            }},
        command);
    return json.dump();
}

Command commandFromJson(const std::string& text) {
    try {
        return commandOf(Json::parse(text));
    } catch (const Json::exception& error) {
        throw inputError("a steering command in the study cannot be read: {}", error.what());
    }
}

search::Rules rulesAfter(const Command& command, search::Rules rules, const point::Space& space,
                         std::span<const point::Constraint> fixed) {
    const auto range = [&](const std::string& name) -> point::Range& {
        return rules.ranges[space.indexOf(name)];
    };
    const auto parameter = [&](const std::string& name) -> const point::Parameter& {
        return space.parameters[space.indexOf(name)];
    };
    std::visit(Overloaded{[&](const Pin& c) {
                              const std::uint8_t choice = point::choiceOf(parameter(c.parameter), c.value);
                              range(c.parameter) = {choice, choice};
                          },
                          [&](const Bound& c) { range(c.parameter) = boundRange(c, parameter(c.parameter)); },
                          [&](const Release& c) {
                              const std::size_t choices = parameter(c.parameter).choices.size();
                              range(c.parameter) = {0, static_cast<std::uint8_t>(choices - 1)};
                          },
                          [&](const SetConstraints& c) {
                              checkConstraints(c.constraints);
                              rules.constraints.assign(fixed.begin(), fixed.end());
                              rules.constraints.insert(rules.constraints.end(), c.constraints.begin(),
                                                       c.constraints.end());
                          },
                          [&](const SetObjectives& c) {
                              checkObjectives(c.objectives);
                              rules.objectives = c.objectives;
                          },
                          [](const Inject&) {}},
               command);
    return rules;
}

search::Proposal injectedProposal(const Inject& inject, point::Encoding base, const point::Ranges& ranges,
                                  const point::Space& space) {
    for (std::size_t i = 0; i < base.size(); ++i) {
        base[i] = std::clamp(base[i], ranges[i].low, ranges[i].high);
    }
    for (const auto& [name, value] : inject.values) {
        const std::size_t index = space.indexOf(name);
        const point::Parameter& parameter = space.parameters[index];
        const std::uint8_t choice = point::choiceOf(parameter, value);
        if (!ranges[index].contains(choice)) {
            throw inputError("{} = {} lies outside {} .. {}, to which it is bound; release it first", name,
                             value, parameter.choices[ranges[index].low].label,
                             parameter.choices[ranges[index].high].label);
        }
        base[index] = choice;
    }
    search::Proposal proposal{std::move(base), {}, point::Fidelity::Estimate};
    proposal.origin.move = point::Move::Injected;
    if (inject.base && *inject.base < point::Origin::kNoParent) {
        proposal.origin.parents[0] = static_cast<std::uint32_t>(*inject.base);
    }
    return proposal;
}

} // namespace tandem::engine
