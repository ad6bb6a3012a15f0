// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/package/package.h"
#include "core/codegen/rtl/template_writer.h"
#include "core/hw/folded/program.h"
#include "core/quant/arithmetic/integer_network.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace tandem::codegen {

/// What writeRtl in rtl.h does for a folded array with these choices, behind memory that the test bench
/// answers as.
void writeFoldedRtl(const quant::IntegerNetwork& network, const hw::folded::Parameters& parameters,
                    const hw::folded::Memory& memory, std::span<const std::vector<std::int32_t>> inputs,
                    const std::filesystem::path& library, const std::filesystem::path& folder,
                    const RtlTarget& target = {});

/// The AXI interfaces of a folded accelerator's top, and its registers.
std::vector<Bus> foldedBuses(const hw::folded::Machine& machine);
std::vector<Register> foldedRegisters();

/// The folded template's line in rtl.cpp.
TemplateWriter foldedWriter();

} // namespace tandem::codegen
