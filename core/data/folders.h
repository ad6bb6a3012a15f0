// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace tandem::data {

/// The classes of a set of folders.
struct ClassList {
    std::vector<std::string> names;       ///< empty: those of the folder that is read first
    ClassOrder order = ClassOrder::Given; ///< Given: found from the names
};

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

/// One entry for every sub-folder, by ascending label, with its files that `isSample` takes. Folders whose
/// names begin with '.' or
/// '_' are no classes, hidden files no samples. `classes` receives the names, in the order of their numbers
/// where all are whole numbers, else as text, unless it says an order; where it holds the training part's,
/// labels go by them, and a folder may be missing. Throws Error (Input) naming the folders that the training
/// part lacks, or that are no numbers where this order is asked for. `accepted` names the formats that are
/// read.
ClassFolders classFolders(const std::filesystem::path& folder, ClassList& classes,
                          const std::function<bool(const std::filesystem::path&)>& isSample,
                          std::string_view accepted);

/// Whether a file that `isSample` takes is in the folder or below it, hidden ones aside.
bool holdsAny(const std::filesystem::path& folder,
              const std::function<bool(const std::filesystem::path&)>& isSample);

} // namespace tandem::data
