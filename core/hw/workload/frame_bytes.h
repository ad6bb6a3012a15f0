// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/workload/workload.h"

namespace tandem::hw {

/// Bytes of a frame and of its result as streams carry them, each element in whole bytes.
std::int64_t inputBytes(const Workload& workload);
std::int64_t outputBytes(const Workload& workload);

} // namespace tandem::hw
