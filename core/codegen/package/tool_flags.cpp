// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/package/tool_flags.h"

#include <fmt/format.h>

namespace tandem::codegen {

std::string mapToCells(const std::string& liberty) {
    return fmt::format("dfflibmap -liberty {0}; abc -liberty {0}; opt_clean; stat -liberty {0}", liberty);
}

} // namespace tandem::codegen
