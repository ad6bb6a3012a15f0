// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/pipeline_cost_terms.h"

#include <array>

namespace tandem::hw::pipeline {

/// What one unit of an amount costs.
struct Price {
    double size = 0; ///< LUTs; for an ASIC square micrometres of standard cells
    double ff = 0;   ///< flip-flops
};
/// In the order of CostTerm.
using PriceList = std::array<Price, kCostTerms>;

/// The prices of a family: non-negative least squares of relative errors over synthesized sample designs.
/// pipeline_prices.cpp is written by resources/fit/refit.
const PriceList& pricesOf(DeviceFamily family);

} // namespace tandem::hw::pipeline
