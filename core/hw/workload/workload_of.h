// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/workload/workload.h"
#include "core/quant/arithmetic/integer_network.h"

namespace tandem::hw {

/// Geometry and precision of an integer network as the accelerator sees it, one layer per integer layer in
/// the same order. Throws Error (Input) when the network's
/// input or output is not where a stream can reach it.
Workload workloadOf(const quant::IntegerNetwork& network);

} // namespace tandem::hw
