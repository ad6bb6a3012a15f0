// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/text_files.h"
#include "core/hw/folded/program.h"
#include "core/quant/arithmetic/integer_network.h"

#include <string>
#include <vector>

namespace tandem::codegen {

/// The instructions as 32-bit words, kInstructionWords each; see tandem_folded_sequencer for the fields.
std::string programMemory(const quant::IntegerNetwork& network, const hw::folded::Program& program);

/// The list of loads: an entry for each pass, and the one that ends it; see tandem_folded_stream.
std::string loadMemory(const hw::folded::Program& program);

/// Verilog of what stands in front of a folded accelerator whose input comes as a stream: the top's ports,
/// and what declares the wires `word_valid`, `word` and `word_ready` and is connected to them.
struct StreamText {
    std::string ports, source;
};

/// The top module `tandem_top` of a folded accelerator and the memory images that it reads.
std::vector<TextFile> foldedTopFiles(const quant::IntegerNetwork& network, const hw::folded::Program& program,
                                     const StreamText& stream = {});

} // namespace tandem::codegen
