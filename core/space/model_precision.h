// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/quant/lowering/lowering.h"

#include <span>

namespace tandem::space {

/// Bits of weights and of written activations that a quantized model itself gives some of its layers: the
/// widest of them, within what can be searched. 8 where it does not say so for all of them.
struct ModelPrecision {
    int weightBits = 8, activationBits = 8;
};

/// `layers` are indices into Lowering::layers.
ModelPrecision modelPrecision(const nn::Graph& prepared, const quant::Lowering& lowering,
                              std::span<const int> layers);

} // namespace tandem::space
