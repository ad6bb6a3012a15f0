// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/verify/tool_folder.h"

#include "core/base/error.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace tandem::codegen {

namespace fs = std::filesystem;

namespace {

bool isPlain(const std::string& path) {
    return std::ranges::all_of(path, [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '/' || c == '.' || c == '_' || c == '-' || c == '+';
    });
}

/// Where temporary files go; /tmp where that has a name that tools trip over.
fs::path temporaryFolder() {
    std::error_code none;
    const fs::path wanted = fs::temp_directory_path(none);
    return !none && isPlain(wanted.string()) ? wanted : fs::path("/tmp");
}

fs::path freshFolder() {
    std::string pattern = (temporaryFolder() / "tandem-verify-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
        throw workError("cannot make a folder for the tools in '{}': {}", temporaryFolder().string(),
                        std::strerror(errno));
    }
    return pattern;
}

} // namespace

ToolFolder::ToolFolder(const fs::path& exported, const std::string& part) : path_(freshFolder()) {
    const fs::path source = exported / part;
    try {
        for (const fs::directory_entry& entry : fs::directory_iterator(source)) {
            if (entry.path().filename() != "build") {
                fs::copy(entry.path(), path_ / entry.path().filename(), fs::copy_options::recursive);
            }
        }
    } catch (const fs::filesystem_error& failure) {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
        throw workError("cannot copy '{}' for the tools: {}", source.string(), failure.code().message());
    }
}

ToolFolder::~ToolFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

} // namespace tandem::codegen
