// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/pipeline/engine.h"
#include "core/hw/workload/workload.h"
#include "core/nn/graph.h"
#include "core/quant/lowering/lowering.h"
#include "core/space/plan.h"
#include "core/space/resolution.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace tandem::space {

/// Everything about one layer that depends only on how many channels it reads and writes and on its kernel:
/// worked out once for every such choice ("shape"), so that a point costs table lookups.
class LayerTables {
  public:
    /// A legal folding with the engine that it makes.
    struct Candidate {
        hw::pipeline::Folding folding;
        hw::pipeline::Engine engine;
        /// Cycles per frame, alone.
        std::int64_t cycles() const { return std::max(engine.work, engine.inputFrame); }
    };

    LayerTables(const nn::Graph& graph, const quant::Lowering& lowering, const Plan& plan);

    /// Targets in cycles per frame, three to the octave, from the fastest that any point's slowest layer can
    /// reach to the slowest that makes a difference.
    const std::vector<std::int64_t>& intervals() const { return intervals_; }

    /// Which shape of a layer a resolution asks for.
    std::size_t shapeOf(int layer, const Resolution& resolution) const;

    std::int64_t multiplyAccumulates(int layer, std::size_t shape) const { return table(layer).macs[shape]; }
    std::int64_t parameters(int layer, std::size_t shape) const { return table(layer).parameters[shape]; }
    /// Weights and biases of the whole network.
    std::int64_t parameterCount(const Resolution& resolution) const;
    /// What hw::pipeline::allocate gives a layer in a shape for a target: the fewest multipliers that are
    /// fast enough alone and where streams meet. `producerLanes`: channels side by side in the streams that
    /// come from other layers. `multiplier`: one that hw::pipeline::possibleMultiplier gave.
    Candidate allocate(int layer, std::size_t shape, std::size_t interval, std::span<const int> producerLanes,
                       hw::Multiplier multiplier) const;
    /// Signed width of the sums, before calibration can tell exactly. Modelled: weights quantized
    /// symmetrically to their channel's largest, |sum| = (2^(w-1)-1) * sum|w|/max|w| * largest |activation|
    /// for the channel with the largest ratio. Biases and clipped weight ranges make it a bit more or less.
    int accumulatorBits(int layer, std::size_t shape, int weightBits, int inputBits, bool inputSigned) const;

    /// Geometry of a layer in a shape; precision is left as it is.
    void setGeometry(int layer, const Resolution& resolution, hw::Layer& result) const;

  private:
    struct Table {
        int inputChoices = 1, outputChoices = 1;
        int inputGroup = 0;
        std::vector<std::int64_t> inputElements, macs, parameters;
        std::vector<float> ratios;                      ///< largest sum|w|/max|w| of a channel
        std::vector<std::vector<Candidate>> candidates; ///< per shape, as legalFoldings orders them
        std::vector<std::uint16_t> fastEnough; ///< per shape and interval: the first candidate, alone
        std::vector<std::uint16_t> fastPairs;  ///< the same of those with an even pe; 0 where there is none
    };
    const Table& table(int layer) const { return tables_[at(layer)]; }
    void fillRatios(const nn::Graph& graph, const quant::Lowering& lowering, int layer);
    void fillCandidates();
    void fillIntervals();
    void fillFastEnough();
    void setGeometry(int layer, int kernel, int inputChannels, int outputChannels, hw::Layer& result) const;
    template <typename Visit>
    void forEachShape(int layer, const Visit& visit) const;

    const Plan* plan_;
    std::vector<Table> tables_;
    std::vector<std::int64_t> intervals_;
};

} // namespace tandem::space
