// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/rtl/common/instance.h"
#include "core/codegen/rtl/pipeline/top.h"
#include "core/codegen/rtl/pipeline/weights.h"

namespace tandem::codegen {

/// The instance of one engine in the top module with its weights, and the memory images that it reads.
struct EngineText {
    std::string instance;
    std::vector<TextFile> images;
};
EngineText engineText(const quant::IntegerNetwork& network, const hw::Workload& workload,
                      const hw::pipeline::Parameters& parameters, const hw::pipeline::Netlist& netlist,
                      const hw::pipeline::Block& block, std::span<const StreamedWeights> streams);

} // namespace tandem::codegen
