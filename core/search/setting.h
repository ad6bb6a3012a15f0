// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/search/algorithm.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace tandem::search {

/// One option of an algorithm: a number, 1 and 0 for yes and no.
struct OptionKind {
    std::string_view name;
    std::string_view text; ///< what it does, for help: a phrase without a full stop
    double standard = 0.0; ///< never changes: studies that do not name the option mean this value
    double least = 0.0, most = 0.0;
    bool isWhole = false;
};

/// Options by name.
using Options = std::map<std::string, double>;

/// What an algorithm is made from.
struct Setting {
    const point::Space& space;
    const Rules& rules;
    std::uint64_t seed = 1;
    std::uint8_t number = 0; ///< of the algorithm, for the origin of what it proposes
    Options options;         ///< a value for each of its options
};

} // namespace tandem::search
