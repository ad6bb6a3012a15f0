// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"

#include <limits>
#include <vector>

namespace tandem::train {

/// The weights of a convolution or linear layer are rounded before they are used: symmetric, to
/// -(2^(bits-1)-1) .. 2^(bits-1)-1 steps, with one step size per output channel.
struct WeightQuantizer {
    nn::ValueId weights = nn::kNoValue; ///< a constant of the graph, output channels first
    nn::ValueId steps = nn::kNoValue;   ///< a constant of the graph with one number per output channel
    int bits = 8;

    int limit() const { return (1 << (bits - 1)) - 1; }
};

/// What an Identity node of the graph hands on is clamped to low .. high (folded activations) and rounded to
/// lowest .. highest steps: the integers of a format less its zero point. Several may share their step size.
struct ActivationQuantizer {
    nn::ValueId value = nn::kNoValue; ///< the Identity's output
    nn::ValueId step = nn::kNoValue;  ///< a constant of the graph with one number
    int lowest = -128, highest = 127;
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
};

/// Where a network rounds while it trains, with learned step sizes (LSQ, Esser et al. 2020).
struct FakeQuantization {
    std::vector<WeightQuantizer> weights;
    std::vector<ActivationQuantizer> activations;
    /// What writes the network's scores. A training leaves these alone: the loss wants scores as large as it
    /// takes to be sure, and a range that clips them has no gradient that could widen it. settleOutputs()
    /// finds the steps when it is over.
    std::vector<ActivationQuantizer> outputs;

    /// With the outputs among the activations, as the network rounds when it is judged.
    FakeQuantization judged() const {
        FakeQuantization all = *this;
        all.activations.insert(all.activations.end(), outputs.begin(), outputs.end());
        all.outputs.clear();
        return all;
    }
};

} // namespace tandem::train
