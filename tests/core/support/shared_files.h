// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace tandem::test {

/// A file or folder of the reference collection (TANDEM_SHARED, else a folder `shared` beside or above the
/// checkout), or an empty path: tests then skip the case and say so.
inline std::filesystem::path sharedFile(const std::string& relative) {
    namespace fs = std::filesystem;
    const fs::path source = TANDEM_SOURCE_DIR;
    const char* named = std::getenv("TANDEM_SHARED");
    for (const fs::path& root :
         {fs::path(named != nullptr ? named : ""), source / "../shared", source / "../../shared"}) {
        if (!root.empty() && fs::exists(root / relative)) {
            return fs::weakly_canonical(root / relative);
        }
    }
    return {};
}

} // namespace tandem::test
