// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/device.h"
#include "core/point/parameter.h"
#include "core/space/joint_space.h"
#include "core/space/plan.h"
#include "core/space/resolution.h"

#include <cstdint>
#include <vector>

namespace tandem::space {

/// The parameters of a plan on a device, where they lie, and which belong to which bundle.
struct NamedParameters {
    point::Space space;
    ParameterPlaces places;
    std::vector<Bundle> bundles;
    std::size_t templatePlace = 0, intervalPlace = 0, clockPlace = 0;
    /// Where the device has external memory: of hw.folded.rows, .columns, .order, .bus_bits, .pool_kb and
    /// .multiplier.
    std::size_t rowsPlace = 0, columnsPlace = 0, orderPlace = 0, busPlace = 0, poolPlace = 0,
                foldedMultiplierPlace = 0;
    std::size_t bundlesPlace = 0; ///< of hw.hybrid.bundles, likewise
};

/// Writes the parameters down. A quantized model's own precisions are the imported choices. `intervals` are
/// the targets of `hw.pipeline.interval`.
NamedParameters nameParameters(const Plan& plan, const quant::Lowering& lowering, const nn::Graph& prepared,
                               const hw::Device& device, const std::vector<std::int64_t>& intervals);

} // namespace tandem::space
