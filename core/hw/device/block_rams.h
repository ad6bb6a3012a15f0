// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace tandem::hw {

/// Block RAM of 7 series devices that a memory takes, as Yosys maps it.
struct BlockRams {
    int ramb36 = 0, ramb18 = 0;
};
/// How a memory is used once it holds its first words.
enum class MemoryUse { Written, ReadOnly };
BlockRams blockRams(std::int64_t depth, std::int64_t width, MemoryUse use);

} // namespace tandem::hw
