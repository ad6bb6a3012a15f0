// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/processor.h"

#include <algorithm>
#include <fstream>

namespace tandem {

std::string processorName() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with("model name")) {
            return line.substr(std::min(line.find(": ") + 2, line.size()));
        }
    }
    return "unknown processor";
}

} // namespace tandem
