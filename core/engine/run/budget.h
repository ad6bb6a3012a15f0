// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace tandem::engine {

/// How far and how hard to work this time.
struct Budget {
    std::uint64_t evaluations = 0; ///< total points in the study; 0: no limit
    double seconds = 0.0;          ///< search time of this run; 0: no limit
    int threads = 0;               ///< 0: all
};

} // namespace tandem::engine
