// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/folded/folded.h"
#include "core/hw/pipeline/pipeline.h"
#include "core/quant/arithmetic/integer_network.h"

#include <cstdint>
#include <vector>

namespace tandem::codegen {

/// A small random accelerator: what the models of LUTs and flip-flops are fitted on and checked with.
struct SampleDesign {
    quant::IntegerNetwork network;
    hw::pipeline::Parameters parameters;
    std::vector<std::int32_t> input; ///< one frame
};

/// The design of a seed: a network of one to three layers (a residual addition brings its branch) of random
/// kind, shape, precision and requantization, weights that spread like trained ones, and a random legal
/// folding that synthesizes in seconds. The same seed gives the same design on every machine.
SampleDesign sampleDesign(std::uint64_t seed);

/// A small random array for the network of the same seed's sample.
hw::folded::Parameters sampleArray(std::uint64_t seed);

} // namespace tandem::codegen
