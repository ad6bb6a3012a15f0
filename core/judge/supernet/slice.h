// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/train/trainable_network.h"

#include <cstdint>
#include <span>
#include <vector>

namespace tandem::judge {

/// Where a sub-network's parameter lies in the shared blocks: element i is element places[i] of block
/// `block`.
struct Slice {
    std::size_t block = 0;
    std::vector<std::uint32_t> places;
};

/// A sub-network's parameters out of the shared ones, one block for each slice.
void gather(std::span<const Slice> slices, const train::ParameterBlocks& shared,
            train::ParameterBlocks& parameters);

/// Adds a sub-network's gradients to the shared ones; slices may overlap.
void scatterAdd(std::span<const Slice> slices, const train::ParameterBlocks& gradients,
                train::ParameterBlocks& shared);

} // namespace tandem::judge
