// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/arithmetic/integer_network.h"

#include <cstdint>
#include <span>
#include <vector>

/// What each layer kind demands and computes: the definition of the arithmetic, layer by layer.
namespace tandem::quant {

/// Throws Error (Work) naming the layer where its constants, its tensors' shapes or their formats contradict
/// each other (see check). Its tensors must exist and be maps.
void checkLayer(const IntegerNetwork& network, const IntegerLayer& layer);

/// Computes one layer of a checked network. `weights`: a convolution's as 16-bit numbers; `values`: of every
/// tensor computed so far; `to`: the output, which has its size already.
void runLayer(const IntegerNetwork& network, const IntegerLayer& layer, std::span<const std::int16_t> weights,
              const std::vector<std::vector<std::int32_t>>& values, std::vector<std::int32_t>& to);

} // namespace tandem::quant
