// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/accuracy/accuracy_tables.h"

#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace tandem::judge {

namespace {

using Json = nlohmann::json;

/// Fills tables of known sizes; throws Error (Input) where the JSON has others.
template <typename Tables>
void fill(const Json& json, Tables& tables) {
    if (!json.is_array() || json.size() != tables.size()) {
        throw inputError("tables of {} entries where {} are expected", json.size(), tables.size());
    }
    for (std::size_t i = 0; i < tables.size(); ++i) {
        if constexpr (std::is_arithmetic_v<typename Tables::value_type>) {
            json[i].get_to(tables[i]);
        } else {
            fill(json[i], tables[i]);
        }
    }
}

} // namespace

Json toJson(const AccuracyTables& tables) {
    Json samples = Json::array();
    for (const MeasuredSample& sample : tables.samples) {
        samples.push_back(
            {{"noise", sample.noise}, {"agreement", sample.agreement}, {"accuracy", sample.accuracy}});
    }
    const NoiseTables& noise = tables.noise;
    return {{"weights", noise.weights},
            {"activations", noise.activations},
            {"input", noise.input},
            {"widths", noise.widths},
            {"kernels", noise.kernels},
            {"skips", noise.skips},
            {"samples", std::move(samples)},
            {"imported_accuracy", tables.hasLabels() ? Json(tables.importedAccuracy) : Json()}};
}

AccuracyTables accuracyTablesFromJson(const Json& json, const space::Plan& plan) {
    try {
        AccuracyTables tables;
        tables.noise = NoiseTables::of(plan);
        fill(json.at("weights"), tables.noise.weights);
        fill(json.at("activations"), tables.noise.activations);
        json.at("input").get_to(tables.noise.input);
        fill(json.at("widths"), tables.noise.widths);
        fill(json.at("kernels"), tables.noise.kernels);
        fill(json.at("skips"), tables.noise.skips);
        for (const Json& entry : json.at("samples")) {
            MeasuredSample& sample = tables.samples.emplace_back();
            fill(entry.at("noise"), sample.noise);
            entry.at("agreement").get_to(sample.agreement);
            entry.at("accuracy").get_to(sample.accuracy);
        }
        if (!json.at("imported_accuracy").is_null()) {
            json.at("imported_accuracy").get_to(tables.importedAccuracy);
        }
        return tables;
    } catch (const Json::exception& error) {
        throw inputError("the accuracy tables cannot be read: {}", error.what());
    }
}

} // namespace tandem::judge
