// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/study/study_data.h"

#include "core/base/error.h"
#include "core/train/metrics.h"

#include <nlohmann/json.hpp>

namespace tandem::engine {

namespace {

using Json = nlohmann::ordered_json;

/// Throws Error (Input) when the record lacks a part.
void checkRecord(const Json& record) {
    try {
        for (const char* part : {"split", "input_format", "report"}) {
            if (!record.at(part).is_object() && !record.at(part).is_array()) {
                throw inputError("the study's record of its data has no {}", part);
            }
        }
    } catch (const Json::exception& error) {
        throw inputError("the study's record of its data cannot be read: {}", error.what());
    }
}

/// The order of class folders; before it was recorded, they were ordered by name.
data::ClassOrder recordedOrder(const Json& record) {
    const auto order = record.find("class_order");
    return order != record.end() && order->is_string() ? data::parseClassOrder(order->get<std::string>())
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
                        const Json& record) {
    data::DataSpec parsedSpec = data::parseDataSpec(spec);
    const nn::Shape inputShape =
        imported.inputs.size() == 1 ? imported.value(imported.inputs[0]).shape : nn::Shape{};
    if (!record.is_null()) {
        checkRecord(record);
        parsedSpec.order = recordedOrder(record);
    }
    StudyData result{data::openDataset(parsedSpec, inputShape), {}, {}};
    if (!record.is_null()) {
        result.split = data::splitFromJson(record.at("split"), result.dataset);
        result.format = data::inputFormatFromJson(record.at("input_format"));
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

Json toJson(const StudyData& data) {
    Json json{{"split", data::toJson(data.split, data.dataset)},
              {"input_format", data::toJson(data.format)},
              {"skipped", {{"count", data.dataset.skipped.count}, {"reasons", data.dataset.skipped.reasons}}},
              {"report", reportLines(data)}};
    if (data.dataset.classOrder != data::ClassOrder::Given) {
        json["class_order"] = data::toString(data.dataset.classOrder);
    }
    if (data.dataset.sound) {
        json["sound"] = data::toJson(*data.dataset.sound);
    }
    return json;
}

std::string dataReport(const Json& record) {
    checkRecord(record);
    std::string text;
    for (const Json& line : record.at("report")) {
        text += (text.empty() ? "" : "\n") + line.get<std::string>();
    }
    return text;
}

} // namespace tandem::engine
