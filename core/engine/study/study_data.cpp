// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/study/study_data.h"

#include "core/base/error.h"
#include "core/train/metrics.h"

#include <nlohmann/json.hpp>

namespace tandem::engine {

namespace {

using Json = nlohmann::ordered_json;

/// The record's parts; throws Error (Input) when the text is none.
Json parsed(const std::string& record) {
    try {
        Json json = Json::parse(record);
        for (const char* part : {"split", "input_format", "report"}) {
            if (!json.at(part).is_object() && !json.at(part).is_array()) {
                throw inputError("the study's record of its data has no {}", part);
            }
        }
        return json;
    } catch (const Json::exception& error) {
        throw inputError("the study's record of its data cannot be read: {}", error.what());
    }
}

/// The order of class folders; before it was recorded, they were ordered by name.
data::ClassOrder recordedOrder(const std::string& record) {
    const Json json = parsed(record);
    const auto order = json.find("class_order");
    return order != json.end() && order->is_string() ? data::parseClassOrder(order->get<std::string>())
                                                     : data::ClassOrder::Names;
}

std::vector<std::string> reportLines(const StudyData& data) {
    std::vector<std::string> lines{
        fmt::format("data set '{}': {} training, {} validation and {} test samples, {} classes",
                    data.dataset.name, data.split.training.size(), data.split.validation.size(),
                    data.split.test.size(), data.dataset.classes),
        "input: " + data::toString(data.format, data.dataset)};
    if (const std::string classes = data::classReport(data.dataset); !classes.empty()) {
        lines.insert(lines.begin() + 1, classes);
    }
    if (data.dataset.sound) {
        lines.push_back("sound: " + data::toString(*data.dataset.sound));
    }
    if (data.dataset.skipped.count > 0) {
        lines.push_back(data::toString(data.dataset.skipped));
    }
    return lines;
}

} // namespace

StudyData openStudyData(const std::string& spec, const nn::Graph& imported, std::uint64_t seed,
                        const std::optional<std::string>& record) {
    data::DataSpec parsedSpec = data::parseDataSpec(spec);
    const nn::Shape inputShape =
        imported.inputs.size() == 1 ? imported.value(imported.inputs[0]).shape : nn::Shape{};
    if (record) {
        parsedSpec.order = recordedOrder(*record);
    }
    StudyData result{data::openDataset(parsedSpec, inputShape), {}, {}};
    if (record) {
        const Json json = parsed(*record);
        result.split = data::splitFromJson(json.at("split").dump(), result.dataset);
        result.format = data::inputFormatFromJson(json.at("input_format").dump());
    } else {
        result.split =
            data::split(result.dataset, parsedSpec.validationShare, parsedSpec.seed.value_or(seed));
        const auto measure = [&](const data::Dataset& dataset, std::span<const std::size_t> samples) {
            return train::evaluateAccuracy(imported, dataset, samples);
        };
        result.format =
            data::findInputFormat(imported, result.dataset, parsedSpec, result.split.training, measure);
    }
    result.dataset.normalization = result.format.normalization;
    result.dataset.layout = result.format.layout;
    return result;
}

std::string toJson(const StudyData& data) {
    Json json{{"split", Json::parse(data::toJson(data.split, data.dataset))},
              {"input_format", Json::parse(data::toJson(data.format))},
              {"skipped", {{"count", data.dataset.skipped.count}, {"reasons", data.dataset.skipped.reasons}}},
              {"report", reportLines(data)}};
    if (data.dataset.classOrder != data::ClassOrder::Given) {
        json["class_order"] = data::toString(data.dataset.classOrder);
    }
    if (data.dataset.sound) {
        json["sound"] = Json::parse(data::toJson(*data.dataset.sound));
    }
    return json.dump(-1, ' ', false, Json::error_handler_t::replace); // file names may be in any encoding
}

std::string dataReport(const std::string& record) {
    std::string text;
    const Json json = parsed(record);
    for (const Json& line : json.at("report")) {
        text += (text.empty() ? "" : "\n") + line.get<std::string>();
    }
    return text;
}

} // namespace tandem::engine
