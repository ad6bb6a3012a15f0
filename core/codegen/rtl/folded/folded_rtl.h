// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/package/rtl_package.h"
#include "core/hw/folded/program.h"
#include "core/quant/arithmetic/integer_network.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace tandem::codegen {

/// Writes the folded accelerator of `network` into `folder` as writeRtl does a pipeline: rtl/, mem/ (program,
/// weights as they stand in memory, tables), tb/ with a memory that answers like `memory`, golden/. `inputs`:
/// quantized input tensors, elements channel, row, column; at least one. Throws Error (Input) naming the
/// layer that the template cannot build, Error (Work) naming the file that cannot be written.
void writeFoldedRtl(const quant::IntegerNetwork& network, const hw::folded::Parameters& parameters,
                    const hw::folded::Memory& memory, std::span<const std::vector<std::int32_t>> inputs,
                    const std::filesystem::path& library, const std::filesystem::path& folder,
                    const RtlTarget& target = {});

/// The AXI interfaces of a folded accelerator's top, and its registers.
std::vector<Bus> foldedBuses(const hw::folded::Machine& machine);
std::vector<Register> foldedRegisters();

} // namespace tandem::codegen
