// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/workload/workload.h"
#include "core/nn/graph.h"
#include "core/quant/lowering/lowering.h"
#include "core/space/plan.h"
#include "core/space/resolution.h"

#include <cstdint>
#include <vector>

namespace tandem::space {

/// Everything about one layer that depends only on how many channels it reads and writes and on its kernel:
/// worked out once for every such choice ("shape"), so that a point costs table lookups.
class LayerTables {
  public:
    LayerTables(const nn::Graph& graph, const quant::Lowering& lowering, const Plan& plan);

    /// A layer in every one of its shapes; precision is left open.
    std::vector<hw::Layer> shapes(int layer) const;
    /// Which of them a resolution asks for.
    std::size_t shapeOf(int layer, const Resolution& resolution) const;

    std::int64_t multiplyAccumulates(int layer, std::size_t shape) const { return table(layer).macs[shape]; }
    std::int64_t parameters(int layer, std::size_t shape) const { return table(layer).parameters[shape]; }
    /// Weights and biases of the whole network.
    std::int64_t parameterCount(const Resolution& resolution) const;
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
        std::vector<std::int64_t> macs, parameters;
        std::vector<float> ratios; ///< largest sum|w|/max|w| of a channel
    };
    const Table& table(int layer) const { return tables_[at(layer)]; }
    void fillRatios(const nn::Graph& graph, const quant::Lowering& lowering, int layer);
    void setGeometry(int layer, int kernel, int inputChannels, int outputChannels, hw::Layer& result) const;
    template <typename Visit>
    void forEachShape(int layer, const Visit& visit) const;

    const Plan* plan_;
    std::vector<Table> tables_;
};

} // namespace tandem::space
