// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/device/memory_mapping.h"

#include "core/base/bits.h"
#include "core/hw/device/block_rams.h"

#include <algorithm>

namespace tandem::hw {

namespace {

/// The fewest blocks of 2^`bitsLog2` bits whose words have 1, 2, 4, ... up to 2^`widestLog2` bits, times
/// `parity` ninths from eight bits on, that hold the memory side by side and above each other.
int fewestBlocks(int depthLog2, double width, int bitsLog2, int widestLog2, bool parity) {
    int fewest = 0;
    for (int log2 = 0; log2 <= widestLog2; ++log2) {
        const double word = std::exp2(log2) * (parity && log2 >= 3 ? 9.0 / 8.0 : 1.0);
        const int above = 1 << std::max(0, depthLog2 - (bitsLog2 - log2));
        const int count = static_cast<int>(std::ceil(width / word)) * above;
        fewest = fewest == 0 ? count : std::min(fewest, count);
    }
    return fewest;
}

/// DP16KD: 2^14 bits in words of up to 32, with parity 36.
int ecp5Blocks(int depthLog2, double width) {
    return fewestBlocks(depthLog2, width, 14, 5, true);
}

/// SB_RAM40_4K: 2^12 bits in words of 2 to 16.
int ice40Blocks(int depthLog2, double width) {
    return fewestBlocks(depthLog2, width, 12, 4, false);
}

/// Memories of 2^`wordsLog2` words above each other.
double above(int depthLog2, int wordsLog2) {
    return static_cast<double>(std::int64_t{1} << std::max(0, depthLog2 - wordsLog2));
}

} // namespace

double lutRamLuts(DeviceFamily family, const MemoryShape& memory) {
    switch (family) {
    case DeviceFamily::Xilinx7: {
        // RAM32M: six bits of 32 words in four LUTs; RAM64M: three of 64.
        const double deep = above(memory.depthLog2, 6);
        return 4 * std::ceil(memory.width / (memory.depthLog2 <= 5 ? 6 : 3)) * deep;
    }
    case DeviceFamily::UltraScalePlus: {
        // RAM32M16: fourteen bits of 32 words in eight LUTs; RAM64M8: seven of 64.
        const double deep = above(memory.depthLog2, 6);
        return 8 * std::ceil(memory.width / (memory.depthLog2 <= 5 ? 14 : 7)) * deep;
    }
    case DeviceFamily::Ecp5:
        return 4 * std::ceil(memory.width / 4) * above(memory.depthLog2, 4);
    case DeviceFamily::Ice40:
    case DeviceFamily::Asic:
        return 0;
    }
    return 0;
}

bool inBlock(DeviceFamily family, const MemoryShape& memory) {
    // Yosys takes what costs it less. Block RAM is dearer than its own cost by what keeps a word that is
    // written while it is read as the RTL says.
    constexpr double kCollisions = 16;
    if (memory.block) {
        return true;
    }
    if (family == DeviceFamily::Ice40) {
        return 64 * ice40Blocks(memory.depthLog2, memory.width) + kCollisions <=
               std::ldexp(memory.width, memory.depthLog2); // flip-flops
    }
    if (family == DeviceFamily::Ecp5) {
        // 4 for 16 words of 4 bits, and half a unit for each bit of the multiplexers behind them.
        const double deep = above(memory.depthLog2, 4);
        const double distributed = 4 * std::ceil(memory.width / 4) * deep + memory.width * (deep - 1) / 2;
        return 128 * ecp5Blocks(memory.depthLog2, memory.width) + kCollisions < distributed;
    }
    return false;
}

void addBlocks(DeviceFamily family, const MemoryShape& memory, Resources& used) {
    const auto width = static_cast<std::int64_t>(memory.width);
    switch (family) {
    case DeviceFamily::Xilinx7:
    case DeviceFamily::UltraScalePlus: {
        const BlockRams blocks = blockRams(std::int64_t{1} << memory.depthLog2, width, MemoryUse::Written);
        used.ramb36 += blocks.ramb36;
        used.ramb18 += blocks.ramb18;
        break;
    }
    case DeviceFamily::Ice40:
        used.ram4k += ice40Blocks(memory.depthLog2, memory.width);
        break;
    case DeviceFamily::Ecp5:
        used.ram16k += ecp5Blocks(memory.depthLog2, memory.width);
        break;
    case DeviceFamily::Asic:
        used.sramBits += width << memory.depthLog2;
        break;
    }
}

void addRom(DeviceFamily family, std::int64_t depth, std::int64_t width, Resources& used) {
    const int depthLog2 = log2Ceil(depth);
    switch (family) {
    case DeviceFamily::Xilinx7:
    case DeviceFamily::UltraScalePlus: {
        const BlockRams blocks = blockRams(depth, width, MemoryUse::ReadOnly);
        used.ramb36 += blocks.ramb36;
        used.ramb18 += blocks.ramb18;
        break;
    }
    case DeviceFamily::Ice40:
        used.ram4k += ice40Blocks(depthLog2, static_cast<double>(width));
        break;
    case DeviceFamily::Ecp5:
        used.ram16k += ecp5Blocks(depthLog2, static_cast<double>(width));
        break;
    case DeviceFamily::Asic:
        used.romBits += width << depthLog2;
        break;
    }
}

} // namespace tandem::hw
