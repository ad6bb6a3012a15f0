// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline_cost_terms.h"

namespace tandem::hw::pipeline {

Resources weigh(const CostTerms& terms) {
    Resources used;
    for (double t : terms) {
        used.lut += t;
    }
    return used;
}

} // namespace tandem::hw::pipeline
