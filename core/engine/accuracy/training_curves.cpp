// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/accuracy/training_curves.h"

#include "core/base/error.h"
#include "core/store/study_file.h"

#include <nlohmann/json.hpp>

#include <charconv>

namespace tandem::engine {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kPrefix = "curve/", kSupernet = "supernet";

std::string keyOf(const TrainingCurves::Target& target) {
    return target ? fmt::format("{}{}", kPrefix, *target) : fmt::format("{}{}", kPrefix, kSupernet);
}

TrainingCurves::Target targetOf(std::string_view key) {
    const std::string_view name = key.substr(kPrefix.size());
    if (name == kSupernet) {
        return {};
    }
    point::PointId id = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), id);
    if (error != std::errc() || end != name.data() + name.size()) {
        throw inputError("the study holds a training's curve of '{}', which is no point", name);
    }
    return id;
}

std::string toJson(std::span<const TrainingStatus> curve) {
    Json json = Json::array();
    for (const TrainingStatus& status : curve) {
        json.push_back({{"step", status.step},
                        {"steps", status.steps},
                        {"epoch", status.epoch},
                        {"epochs", status.epochs},
                        {"loss", status.loss},
                        {"training_accuracy", status.trainingAccuracy}});
    }
    return json.dump();
}

std::vector<TrainingStatus> fromJson(const std::string& text) {
    std::vector<TrainingStatus> curve;
    try {
        for (const Json& json : Json::parse(text)) {
            curve.push_back({json.at("step").get<std::int64_t>(), json.at("steps").get<std::int64_t>(),
                             json.at("epoch").get<int>(), json.at("epochs").get<int>(),
                             json.at("loss").get<double>(), json.at("training_accuracy").get<double>()});
        }
    } catch (const Json::exception& error) {
        throw inputError("the study's record of a training's curve is damaged ({})", error.what());
    }
    return curve;
}

} // namespace

TrainingCurves::TrainingCurves(store::StudyFile* file) : file_(file) {
    for (const std::string& key : file ? file->keys() : std::vector<std::string>()) {
        if (key.starts_with(kPrefix)) {
            curves_[targetOf(key)] = fromJson(file->value(key).value_or("[]"));
        }
    }
}

void TrainingCurves::add(const Target& target, const TrainingStatus& status) {
    if (status.step * status.epochs % status.steps != 0) {
        return;
    }
    const std::lock_guard lock(mutex_);
    std::vector<TrainingStatus>& curve = curves_[target];
    std::erase_if(curve, [&](const TrainingStatus& known) { return known.epoch >= status.epoch; });
    curve.push_back(status);
    if (file_ != nullptr) {
        file_->setValue(keyOf(target), toJson(curve));
    }
}

std::vector<TrainingStatus> TrainingCurves::find(const Target& target) const {
    const std::lock_guard lock(mutex_);
    const auto found = curves_.find(target);
    return found == curves_.end() ? std::vector<TrainingStatus>() : found->second;
}

} // namespace tandem::engine
