// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdlib>

namespace tandem::test {

/// How many random cases a test takes: TANDEM_RTL_CASES where it is set, else `standard`.
inline int casesFromEnvironment(int standard) {
    const char* text = std::getenv("TANDEM_RTL_CASES");
    return text != nullptr ? std::atoi(text) : standard;
}

} // namespace tandem::test
