// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/cost_terms.h"
#include "core/hw/device/resources.h"
#include "core/hw/device/technology.h"

#include <cmath>
#include <cstdint>

/// What memories become in a family: blocks, LUT RAM, macros or flip-flops, as Yosys 0.23 maps them.
namespace tandem::hw {

/// A memory with one port that writes and one that reads.
struct MemoryShape {
    int depthLog2 = 0;
    double width = 0;   ///< bits of a word
    bool block = false; ///< the RTL asks for block RAM
};

/// LUTs of a memory in LUT RAM; 0 in families without.
double lutRamLuts(DeviceFamily family, const MemoryShape& memory);

/// Whether a memory stands in block RAM or a macro.
bool inBlock(DeviceFamily family, const MemoryShape& memory);

/// Adds the blocks or macro bits of a memory that stands in them.
void addBlocks(DeviceFamily family, const MemoryShape& memory, Resources& used);

/// Adds the blocks or macro bits of constant words that the RTL wants in block RAM.
void addRom(DeviceFamily family, std::int64_t depth, std::int64_t width, Resources& used);

/// A memory's amounts; `registers`: the term of its output register where no block holds it.
template <typename Put>
void putMemory(const Put& put, const Technology& technology, Resources& used, const MemoryShape& memory,
               CostTerm registers) {
    if (inBlock(technology.family, memory)) {
        addBlocks(technology.family, memory, used);
        put(CostTerm::BlockWords, memory.width);
        put(CostTerm::BlockAddresses, memory.depthLog2);
        return;
    }
    put(registers, memory.width);
    if (const double luts = lutRamLuts(technology.family, memory); luts > 0) {
        put(CostTerm::LutRamLuts, luts);
    } else {
        const double bits = std::ldexp(memory.width, memory.depthLog2);
        put(CostTerm::LatchedBits, bits);
        put(CostTerm::LatchedReads, bits);
    }
}

} // namespace tandem::hw
