// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/pipeline/engine.h"
#include "core/hw/template.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace tandem::hw::pipeline {

/// Every legal folding of every shape of a searched network's layers, with what it makes of them: worked out
/// once, so that a point costs table lookups.
class FoldingTables {
  public:
    /// A legal folding with the engine that it makes.
    struct Candidate {
        Folding folding;
        Engine engine;
        /// Cycles per frame, alone.
        std::int64_t cycles() const { return std::max(engine.work, engine.inputFrame); }
    };

    explicit FoldingTables(const SearchedNetwork& network);

    /// Targets in cycles per frame, three to the octave, from the fastest that any point's slowest layer can
    /// reach to the slowest that makes a difference.
    const std::vector<std::int64_t>& intervals() const { return intervals_; }

    /// Why the layer cannot be built in its shape.
    const Fault& fault(const LayerOrigin& layer) const {
        return tables_[static_cast<std::size_t>(layer.layer)].faults[layer.shape];
    }

    /// What pipeline::allocate gives a layer of these inputs for intervals()[interval]: the fewest
    /// multipliers that are fast enough alone and where streams meet. `inputs`: producers, whose engines
    /// stand in `engines`. `multiplier`: one that possibleMultiplier gave.
    Candidate allocate(const LayerOrigin& layer, std::size_t interval, std::span<const int> inputs,
                       std::span<const Engine> engines, Multiplier multiplier) const;

  private:
    struct Table {
        std::vector<Fault> faults;                      ///< per shape
        std::vector<std::int64_t> inputElements;        ///< per shape
        std::vector<std::vector<Candidate>> candidates; ///< per shape, as legalFoldings orders them
        std::vector<std::uint16_t> fastEnough; ///< per shape and interval: the first candidate, alone
        std::vector<std::uint16_t> fastPairs;  ///< the same of those with an even pe; 0 where there is none
    };
    void fillIntervals();
    void fillFastEnough();

    std::vector<Table> tables_; ///< per layer
    std::vector<std::int64_t> intervals_;
};

} // namespace tandem::hw::pipeline
