// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/common/resources.h"

#include "core/base/error.h"

#include <array>
#include <cstdlib>

namespace tandem::app {

namespace fs = std::filesystem;

namespace {

fs::path environment(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? fs::path(value) : fs::path();
}

} // namespace

fs::path resourceFolder() {
    std::error_code ignored;
    const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
    const std::array candidates{environment("TANDEM_RESOURCES"), program.parent_path() / "../share/tandem",
                                fs::path(TANDEM_SOURCE_RESOURCES)};
    for (const fs::path& candidate : candidates) {
        if (!candidate.empty() && fs::exists(candidate / "devices")) {
            return fs::weakly_canonical(candidate);
        }
    }
    throw workError("Tandem's data files are missing: looked in '{}' and '{}'; set TANDEM_RESOURCES to the "
                    "folder that holds "
                    "'devices'",
                    candidates[1].string(), candidates[2].string());
}

fs::path userDeviceFolder() {
    fs::path config = environment("XDG_CONFIG_HOME");
    if (config.empty()) {
        config = environment("HOME") / ".config";
    }
    return config / "tandem" / "devices";
}

} // namespace tandem::app
