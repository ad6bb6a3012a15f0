// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/cost_terms.h"
#include "core/hw/device/technology.h"
#include "core/hw/pipeline/engine.h"

#include <cstdint>
#include <span>
#include <vector>

/// The cost functions of pipeline.h for engines that are known already. An engine does not depend on
/// precision, so a search works out each one once and keeps it.
namespace tandem::hw::pipeline {

/// The engines of all layers.
std::vector<Engine> enginesOf(const Workload& workload, const Parameters& parameters);

std::int64_t interval(const Workload& workload, std::span<const Engine> engines);
std::int64_t latencyEstimate(const Workload& workload, std::span<const Engine> engines);
Resources resources(const Workload& workload, const Parameters& parameters, std::span<const Engine> engines,
                    DeviceFamily family);
Energy energy(const Workload& workload, const Parameters& parameters, std::span<const Engine> engines);

/// All amounts of a pipeline, for the fit.
CostTerms costTerms(const Workload& workload, const Parameters& parameters, const Technology& technology);

} // namespace tandem::hw::pipeline
