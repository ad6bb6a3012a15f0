// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/folded/passes.h"

namespace tandem::hw::folded {

/// Decides which maps stand where and when, and writes the passes, loads and stores of a frame. Where the
/// activation memory holds all maps that are alive at once, that is one run through the layers. Else the
/// network is cut into segments of layers; each is computed in bands of rows from and to memory, rows that
/// two bands need are computed twice, and cuts and bands are those that take the fewest cycles. `poolWords`
/// becomes the words of activation memory in use. The fault names the layer that does not fit.
Fault plan(const Workload& workload, const Parameters& parameters, Program& program, std::int64_t& poolWords);

} // namespace tandem::hw::folded
