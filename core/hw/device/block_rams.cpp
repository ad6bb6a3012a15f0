// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/device/block_rams.h"

#include "core/base/bits.h"

#include <algorithm>

namespace tandem::hw {

namespace {

/// Primitives of 18 * scale Kbit that a memory takes, and Yosys's costs of them.
struct Blocks {
    std::int64_t count, cost;
};

/// Words of 9 * 2^k or 2^k bits, 2^shapeLog2 of them in one primitive that costs `each`.
template <bool Nines>
Blocks inShape(int depthLog2, std::int64_t width, MemoryUse use, int shapeLog2, int widthLog2,
               std::int64_t each) {
    const int deeper = std::max(0, depthLog2 - shapeLog2);
    const std::int64_t row = use == MemoryUse::ReadOnly ? width << deeper : width;
    const std::int64_t parts = (row + (std::int64_t{1} << widthLog2) - 1) >> widthLog2;
    const std::int64_t beside = Nines ? dividedUp(parts, 9) : parts;
    const std::int64_t count = use == MemoryUse::ReadOnly ? beside : beside << deeper;
    return {count, count * each + width * ((std::int64_t{1} << deeper) - 1)};
}

/// The cheapest shape of one primitive whose widest words are 36 * scale bits (scale 1 or 2). A shape deeper
/// than the memory only has narrower words than the shallowest such one, and a shallower one gains nothing
/// where the widths halve exactly: what is left is the shape that just holds the memory, and the deepest one
/// whose words still carry parity.
Blocks cheapest(int depthLog2, std::int64_t width, MemoryUse use, int scaleLog2, std::int64_t each) {
    constexpr int kShallowest = 9, kParity = 11, kDeepest = 14;
    const int own = std::clamp(depthLog2 - scaleLog2, kShallowest - scaleLog2, kDeepest) + scaleLog2;
    const int nines = std::min(own, kParity + scaleLog2);
    // At 2^9 words RAMB36 has 72 bits, RAMB18 36; a level deeper halves them.
    const Blocks parity =
        inShape<true>(depthLog2, width, use, nines, kShallowest + 2 + scaleLog2 - nines, each);
    if (own == nines) {
        return parity;
    }
    const Blocks plain = inShape<false>(depthLog2, width, use, own, kDeepest + scaleLog2 - own, each);
    return plain.cost < parity.cost ? plain : parity;
}

} // namespace

BlockRams blockRams(std::int64_t depth, std::int64_t width, MemoryUse use) {
    // One primitive holds fewer words the wider they are. Yosys takes the cheapest shape; its costs
    // (techlibs/ xilinx/brams_xc5v_map, passes/memory/memory_libmap), doubled, with half a unit for each bit
    // of the multiplexers behind memories deeper than the shape: words stand above each other there, and
    // read-only ones may share a row.
    constexpr std::int64_t kCost18 = 258, kCost36 = 514;
    const int log2 = log2Ceil(depth);
    const Blocks half = cheapest(log2, width, use, 0, kCost18);
    const Blocks whole = cheapest(log2, width, use, 1, kCost36);
    return whole.cost < half.cost ? BlockRams{static_cast<int>(whole.count), 0}
                                  : BlockRams{0, static_cast<int>(half.count)};
}

} // namespace tandem::hw
