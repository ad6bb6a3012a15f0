// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/pipeline/netlist.h"
#include "core/quant/arithmetic/integer_network.h"

#include <string>
#include <string_view>
#include <vector>

namespace tandem::codegen {

/// One file of the package, relative to its folder.
struct TextFile {
    std::string path;
    std::string text;
};

/// The top module `tandem_top` with AXI-Stream ports and the memory images it reads.
std::vector<TextFile> topFiles(const quant::IntegerNetwork& network, const hw::Workload& workload,
                               const hw::pipeline::Parameters& parameters,
                               const hw::pipeline::Netlist& netlist);

/// Bits of an AXI-Stream port that carries `width` bits: whole bytes.
int portBits(int width);

/// What stands at the head of every generated file; `comment` starts a line ("//", "#").
std::string fileHeader(std::string_view comment, std::string_view what);

} // namespace tandem::codegen
