// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace tandem::data {

/// The samples of one class.
struct ClassFolder {
    std::string name;
    int label = 0;
    std::vector<std::filesystem::path> files; ///< ascending
};

/// A folder of class folders.
struct ClassFolders {
    std::vector<ClassFolder> classes;
    SkippedSamples leftOut; ///< pictures and sounds of formats that are not read
};

/// The name's ending, ".png", in small letters.
std::string lowerExtension(const std::filesystem::path& path);

/// Whether the name begins with a dot: what operating systems and notebooks leave behind.
bool isHidden(const std::filesystem::path& path);

/// Whether the names are whole numbers, so that classes are ordered by them.
bool areNumbers(const std::vector<std::string>& names);

/// One entry for every sub-folder with its files that `isSample` takes, in the order of their numbers where
/// all names are whole numbers, else in the order of their names. Folders whose names begin with '.' or '_'
/// are no classes, hidden files no samples. `classNames` receives the names; where it holds those of the
/// training part, labels go by them, and a folder may be missing. Throws Error (Input) naming the folders
/// that the training part lacks. `accepted` names the formats that are read.
ClassFolders classFolders(const std::filesystem::path& folder, std::vector<std::string>& classNames,
                          const std::function<bool(const std::filesystem::path&)>& isSample,
                          std::string_view accepted);

/// Whether a file that `isSample` takes is in the folder or below it, hidden ones aside.
bool holdsAny(const std::filesystem::path& folder,
              const std::function<bool(const std::filesystem::path&)>& isSample);

} // namespace tandem::data
