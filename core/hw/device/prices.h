// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/cost_terms.h"
#include "core/hw/device/resources.h"

#include <array>

namespace tandem::hw {

/// What one unit of an amount costs.
struct Price {
    double size = 0; ///< LUTs; for an ASIC square micrometres of standard cells
    double ff = 0;   ///< flip-flops
};
/// In the order of CostTerm.
using PriceList = std::array<Price, kCostTerms>;

/// The prices of a family: non-negative least squares of relative errors over synthesized sample designs.
/// prices.cpp is written by app/makers/prices/refit.
const PriceList& pricesOf(DeviceFamily family);

} // namespace tandem::hw
