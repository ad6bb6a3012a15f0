// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/packed/packed_network.h"

namespace tandem::quant {

/// Where every map of the network stands:
/// - around a map are the cells that the windows of its readers take for padding;
/// - what a concatenation joins is written where the result has it, if it joins nothing else;
/// - the sum of two maps takes the place of the first one that nobody reads any more;
/// - buffers whose lifetimes do not touch share memory.
struct MemoryPlan {
    std::vector<PackedMap> maps; ///< one for each tensor
    std::int64_t bytes = 0;
    /// For every layer the tensor around whose map the zero point is to be put before it runs, or -1.
    std::vector<int> borders;
};
MemoryPlan planMemory(const IntegerNetwork& network);

} // namespace tandem::quant
