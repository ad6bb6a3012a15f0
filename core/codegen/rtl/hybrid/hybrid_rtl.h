// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/package/package.h"
#include "core/codegen/rtl/template_writer.h"
#include "core/hw/hybrid/hybrid.h"
#include "core/quant/arithmetic/integer_network.h"

#include <cstdint>
#include <filesystem>
#include <span>
#include <utility>
#include <vector>

namespace tandem::codegen {

/// The first layers and the others as networks of their own. Host operators stay with the ends.
std::pair<quant::IntegerNetwork, quant::IntegerNetwork> split(const quant::IntegerNetwork& network,
                                                              int layers);

/// The program of the folded array, as foldedProgram.
hw::folded::Program hybridProgram(const quant::IntegerNetwork& network,
                                  const hw::hybrid::Parameters& parameters);

/// Writes the hybrid accelerator of `network` into `folder` as writeRtl does a pipeline: `tandem_top` has the
/// pipeline's input stream and the folded array's registers and memory ports. Throws like writeFoldedRtl.
void writeHybridRtl(const quant::IntegerNetwork& network, const hw::hybrid::Parameters& parameters,
                    const hw::folded::Memory& memory, std::span<const std::vector<std::int32_t>> inputs,
                    const std::filesystem::path& library, const std::filesystem::path& folder,
                    const RtlTarget& target = {});

/// The hybrid template's line in rtl.cpp.
TemplateWriter hybridWriter();

} // namespace tandem::codegen
