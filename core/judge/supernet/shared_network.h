// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/quant/arithmetic/integer_network.h"
#include "core/space/decoder.h"
#include "core/space/resolution.h"
#include "core/train/trainable_network.h"

#include <array>
#include <span>
#include <vector>

namespace tandem::judge {

/// Blocks of one accelerator layer with weights.
struct SharedLayer {
    std::size_t weights = 0, bias = 0;
    std::vector<std::size_t> normalizing; ///< scale, shift, mean, variance; empty where no batch norm stands
    std::array<std::size_t, space::kMostBits + 1> steps{}; ///< by bits: one number per output channel
    std::size_t outputs = 0;                               ///< channels
};

/// What all networks of a joint space share: the weights of the largest one with batch norms behind its
/// convolutions, and learned step sizes for every precision.
struct SharedNetwork {
    std::vector<train::ParameterRole> roles; ///< of every block
    train::ParameterBlocks blocks;           ///< as training starts
    std::vector<SharedLayer> layers;         ///< in the order of Lowering::layers
    std::vector<std::size_t> tail;           ///< blocks of quant::tailParameters, which are never cut
    /// By bits, and by the tensor that stands for a format class (quant::formatClasses): a block of one
    /// number.
    std::array<std::vector<std::size_t>, space::kMostBits + 1> tensorSteps;
    /// By bits, and in the order of Lowering::tensors: sign and zero point of every feature map.
    std::array<std::vector<quant::TensorFormat>, space::kMostBits + 1> formats;
};

/// `start` is the decoder's graph, or one that differs from it in its constants only. Formats, steps and
/// batch norms start from what the calibration inputs give.
SharedNetwork makeSharedNetwork(const space::Decoder& decoder, const nn::Graph& start,
                                std::span<const nn::Tensor> calibration, int inputBits, int threads = 0);

/// The same graph with weights drawn anew from N(0, 2 / fan-in) (He et al. 2015) and no biases.
nn::Graph withRandomWeights(nn::Graph graph, const quant::Lowering& lowering, std::uint64_t seed);

} // namespace tandem::judge
