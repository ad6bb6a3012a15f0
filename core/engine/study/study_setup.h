// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/point/metric.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tandem::engine {

/// What a study starts from. Written into the study file; Session::open reads it back.
struct StudySetup {
    std::filesystem::path model; ///< the ONNX file (its bytes are copied into the study)
    std::string device;
    std::string data; ///< data spec; empty: no data, agreement instead of accuracy
    std::string algorithm = "nsga2";
    std::uint64_t seed = 1;
    std::vector<point::Objective> objectives;   ///< empty: accuracy or agreement, latency_ms, utilization
    std::vector<point::Constraint> constraints; ///< the person's own; the device's budgets come on top
    std::vector<std::pair<std::string, std::string>> dimensions; ///< settled model dimensions: name, size
    std::map<std::string, double> algorithmOptions = {}; ///< those that were chosen (search/registry.h)
    bool operator==(const StudySetup&) const = default;
};

/// For the study file, and back. setupFromJson throws Error (Input).
nlohmann::json toJson(const StudySetup& setup);
StudySetup setupFromJson(const nlohmann::json& json);

} // namespace tandem::engine
