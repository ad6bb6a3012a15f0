// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace tandem::codegen {

/// The median time of a layer of the generated C++, or of all of it. Measured.
struct CppLayerTime {
    std::string name;
    double operations = 0.0; ///< a multiplication and an addition are two
    double microseconds = 0.0;
    std::optional<double> ofPeak; ///< percent of what the processor can do in registers alone
};

/// What network_profile printed.
struct CppProfile {
    std::string kernels;
    std::vector<CppLayerTime> layers; ///< and the network itself as the last
};

/// Nothing where the text is not network_profile's.
std::optional<CppProfile> parseCppProfile(const std::string& output);

} // namespace tandem::codegen
