// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/cpp/cpp.h"

namespace tandem::codegen {

WorkspacePlan planWorkspace(const quant::IntegerNetwork& network) {
    struct Block {
        std::int64_t offset = 0, bytes = 0;
        std::size_t lastUse = 0;
    };
    std::vector<std::size_t> lastUse(network.tensors.size(), 0);
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
        for (const int input : network.layers[i].inputs) {
            lastUse[static_cast<std::size_t>(input)] = i;
        }
    }
    WorkspacePlan plan;
    plan.offset.assign(network.tensors.size(), -1);
    std::vector<Block> live;
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
        const std::size_t tensor = static_cast<std::size_t>(network.layers[i].output);
        std::erase_if(live, [i](const Block& block) { return block.lastUse < i; });
        if (network.layers[i].output == network.output()) {
            continue;
        }
        Block block{0, network.tensors[tensor].shape.count(), std::max(lastUse[tensor], i)};
        // The lowest gap that is wide enough; live blocks are kept ordered by offset.
        std::size_t place = 0;
        while (place < live.size() && live[place].offset - block.offset < block.bytes) {
            block.offset = live[place].offset + live[place].bytes;
            ++place;
        }
        live.insert(live.begin() + static_cast<std::ptrdiff_t>(place), block);
        plan.offset[tensor] = block.offset;
        plan.bytes = std::max(plan.bytes, block.offset + block.bytes);
    }
    return plan;
}

} // namespace tandem::codegen
