// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace tandem::codegen {

/// Verilog of a memory as test benches have it, behind AXI4 ports: modules tandem_memory_read and
/// tandem_memory_write, with the behaviour of hw::MemoryTiming and random stalls.
std::string benchMemory();

} // namespace tandem::codegen
