// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/accuracy/frozen_points.h"

#include "core/engine/study/json_text.h"
#include "core/store/study_file.h"

namespace tandem::engine {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kKind = "measured";

Json toJson(const codegen::MeasuredOn& on) {
    return {{"inputs", on.inputs}, {"count", on.count}};
}

/// Without inputs where the record is damaged: it only says more about a figure that is known without it.
codegen::MeasuredOn measuredOnFrom(const Json& json, const char* what) {
    codegen::MeasuredOn on;
    const Json part = json.is_object() ? json.value(what, Json::object()) : Json::object();
    if (part.contains("inputs") && part["inputs"].is_string() && part.contains("count") &&
        part["count"].is_number_unsigned()) {
        part["inputs"].get_to(on.inputs);
        part["count"].get_to(on.count);
    }
    return on;
}

} // namespace

FrozenPoints::FrozenPoints(store::StudyFile* file) : file_(file) {
    if (file == nullptr) {
        return;
    }
    for (const store::ArtefactRow& row : file->readArtefacts()) {
        if (row.kind == kKind) {
            const Json json = Json::parse(row.json, nullptr, false);
            measured_[row.point] = {measuredOnFrom(json, "agreement"), measuredOnFrom(json, "accuracy")};
        }
    }
}

void FrozenPoints::keep(const codegen::FrozenPoint& frozen) {
    const point::PointId id = frozen.point.id;
    if (file_ != nullptr) {
        const Json json{{"agreement", toJson(frozen.agreement)}, {"accuracy", toJson(frozen.accuracy)}};
        file_->appendArtefact({id, kKind, jsonText(json), {}});
    }
    const std::lock_guard lock(mutex_);
    layers_[id] = frozen.layers;
    measured_[id] = {frozen.agreement, frozen.accuracy};
}

std::optional<std::vector<judge::LayerDetails>> FrozenPoints::layers(point::PointId id) const {
    const std::lock_guard lock(mutex_);
    const auto found = layers_.find(id);
    return found == layers_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<codegen::MeasuredOn> FrozenPoints::measuredOn(point::PointId id, point::Metric metric) const {
    const std::lock_guard lock(mutex_);
    const auto found = measured_.find(id);
    const bool isShare = metric == point::Metric::Agreement || metric == point::Metric::Accuracy;
    if (found == measured_.end() || !isShare) {
        return std::nullopt;
    }
    const codegen::MeasuredOn& on =
        metric == point::Metric::Accuracy ? found->second.accuracy : found->second.agreement;
    return on.count > 0 ? std::optional(on) : std::nullopt;
}

} // namespace tandem::engine
