// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/core/support/shared_files.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace tandem::test {

/// Stands for the shared cases where they are not at hand: tests are to skip it and say so.
inline const std::string kNoCases = "absent";

/// The shared cases whose names begin with this letter, ascending; only kNoCases where there are none.
inline std::vector<std::string> sharedCases(char kind) {
    std::vector<std::string> ids;
    if (const auto folder = sharedFile("cases"); !folder.empty()) {
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            const std::string id = entry.path().filename().string();
            if (id.front() == kind && std::filesystem::exists(entry.path() / "case.json")) {
                ids.push_back(id);
            }
        }
    }
    std::ranges::sort(ids);
    return ids.empty() ? std::vector{kNoCases} : ids;
}

/// What a shared case says of itself.
inline nlohmann::json sharedCase(const std::string& id) {
    std::ifstream file(sharedFile("cases/" + id + "/case.json"));
    return nlohmann::json::parse(file);
}

/// Where a data case's samples are, with what is to be said about them behind colons.
inline std::string dataSpecOf(const std::string& id) {
    const nlohmann::json told = sharedCase(id);
    return sharedFile("cases/" + id).string() + "/" + told.at("data").get<std::string>() + ":" +
           told.at("settings").get<std::string>();
}

} // namespace tandem::test
