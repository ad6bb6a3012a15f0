// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/verify/cpp_profile.h"

#include <sstream>

namespace tandem::codegen {

std::optional<CppProfile> parseCppProfile(const std::string& output) {
    constexpr std::string_view kKernels = "kernels: ";
    CppProfile profile;
    std::istringstream lines(output);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(kKernels)) {
            profile.kernels = line.substr(kKernels.size());
            continue;
        }
        std::istringstream words(line);
        CppLayerTime layer;
        double gigaoperations = 0.0, ofPeak = 0.0;
        if (words >> layer.name >> layer.operations >> layer.microseconds >> gigaoperations) {
            if (words >> ofPeak) {
                layer.ofPeak = ofPeak;
            }
            profile.layers.push_back(std::move(layer));
        }
    }
    if (profile.kernels.empty() || profile.layers.empty() || profile.layers.back().name != "network") {
        return std::nullopt;
    }
    return profile;
}

} // namespace tandem::codegen
