// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <optional>
#include <string>

namespace tandem::hw {

/// Why something cannot be built, naming the layer or the choice; none where it can. A value and no
/// exception: a search asks of every point.
using Fault = std::optional<std::string>;

/// Throws Error (Input) with the fault, if there is one.
inline void refuse(const Fault& fault) {
    if (fault) {
        throw inputError("{}", *fault);
    }
}

} // namespace tandem::hw
