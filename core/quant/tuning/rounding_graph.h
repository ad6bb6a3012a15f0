// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/quant/arithmetic/integer_network.h"
#include "core/quant/lowering/lowering.h"
#include "core/quant/tuning/tuned_network.h"
#include "core/train/layers/fake_quantization.h"

#include <span>
#include <vector>

namespace tandem::quant {

/// What an accelerator layer with weights is in the training graph: constants of it.
struct RoundingLayer {
    nn::ValueId weights = nn::kNoValue, steps = nn::kNoValue;
    nn::ValueId bias = nn::kNoValue;      ///< kNoValue where a batch norm has it, or there is none
    std::vector<nn::ValueId> normalizing; ///< scale, shift, mean, variance of its batch norm; empty: none
};

/// A network in the form in which it is trained for its integers: it rounds exactly what the integer network
/// rounds (weights; the input; what every layer writes that does not only move data), and has a batch norm
/// behind every convolution that it may have one behind.
///
/// The batch norms are put in so that they change nothing at first: their running statistics are those of the
/// convolution's sums on the calibration inputs, scale and shift undo them. Since a weight's step belongs to
/// one output channel, folding the batch norm back multiplies the steps and leaves the integers as they are.
struct RoundingGraph {
    nn::Graph graph;
    train::FakeQuantization quantization;
    std::vector<RoundingLayer> layers; ///< in the order of Lowering::layers; empty ones for other layers
    std::vector<nn::ValueId> steps;    ///< of every tensor of the lowering
    std::vector<nn::ValueId> tail;     ///< tailParameters(): trained without rounding
};

struct RoundingGraphOptions {
    bool normalizes = true; ///< whether batch norms are put in
    int threads = 0;        ///< 0: all
};

/// `start` is the graph quantized as `lowering` has it: its widths, formats and weight scales are what the
/// training starts from. Throws Error (Work) where a tensor's content is nowhere in the graph.
RoundingGraph makeRoundingGraph(const nn::Graph& prepared, const Lowering& lowering,
                                const IntegerNetwork& start, std::span<const nn::Tensor> calibration,
                                const RoundingGraphOptions& options = {});

/// What the training made of it: weights and steps with their batch norms folded in, formats with the learned
/// steps. `trained` is the rounding graph with trained constants.
TunedNetwork tunedNetwork(const RoundingGraph& rounding, const Lowering& lowering,
                          const IntegerNetwork& start, const nn::Graph& trained);

} // namespace tandem::quant
