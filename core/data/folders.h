// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace tandem::data {

/// The samples of one class.
struct ClassFolder {
    std::string name;
    std::vector<std::filesystem::path> files; ///< ascending
};

/// One entry for every sub-folder, ascending, with its files that `isSample` takes. Folders whose names begin
/// with '.' or '_' are no classes. `classNames` receives the names, or must agree: throws Error (Input).
std::vector<ClassFolder> classFolders(const std::filesystem::path& folder,
                                      std::vector<std::string>& classNames,
                                      const std::function<bool(const std::filesystem::path&)>& isSample);

} // namespace tandem::data
