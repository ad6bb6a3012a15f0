// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/parallel.h"

namespace tandem {

void stopIfAsked(const std::stop_token& cancel) {
    if (cancel.stop_requested()) {
        throw cancelled();
    }
}

} // namespace tandem
