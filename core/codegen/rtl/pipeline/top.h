// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/text_files.h"
#include "core/hw/pipeline/netlist.h"
#include "core/quant/arithmetic/integer_network.h"

#include <vector>

namespace tandem::codegen {

/// The top module `tandem_top` with AXI-Stream ports and the memory images it reads.
std::vector<TextFile> topFiles(const quant::IntegerNetwork& network, const hw::Workload& workload,
                               const hw::pipeline::Parameters& parameters,
                               const hw::pipeline::Netlist& netlist);

} // namespace tandem::codegen
