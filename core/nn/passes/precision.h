// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"

/// What the passes share that turn quantizers into precisions of values.
namespace tandem::nn::passes {

/// Whether the operator hands integers on unchanged.
bool movesElements(const Operator& op);

/// The quantizer at `index` goes: its input is read in its place and takes the precision. Where the range
/// starts at zero and the input can be negative, a Relu stays, which clamps as the quantizer did.
void replaceByPrecision(Graph& graph, std::size_t index, const Quantization& quantization);

} // namespace tandem::nn::passes
