// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/folders.h"

#include "core/base/error.h"

#include <algorithm>

namespace tandem::data {

namespace fs = std::filesystem;

std::vector<ClassFolder> classFolders(const fs::path& folder, std::vector<std::string>& classNames,
                                      const std::function<bool(const fs::path&)>& isSample) {
    std::vector<ClassFolder> classes;
    for (const auto& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (entry.is_directory() && name.front() != '.' && name.front() != '_') {
            classes.push_back({name, {}});
        }
    }
    std::ranges::sort(classes, {}, &ClassFolder::name);
    std::vector<std::string> names;
    for (ClassFolder& one : classes) {
        names.push_back(one.name);
        for (const auto& entry : fs::directory_iterator(folder / one.name)) {
            if (entry.is_regular_file() && isSample(entry.path())) {
                one.files.push_back(entry.path());
            }
        }
        std::ranges::sort(one.files);
    }
    if (!classNames.empty() && names != classNames) {
        throw inputError("{}: its class folders differ from those of the training part", folder.string());
    }
    classNames = std::move(names);
    return classes;
}

} // namespace tandem::data
