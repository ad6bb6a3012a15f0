// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/arithmetic/layers.h"

#include <cstdint>
#include <vector>

/// Weights in units of 64, the order that the kernels read (see tandem_kernels::Convolution), packed to
/// `bits` bits each.
namespace tandem::quant {

std::vector<std::uint8_t> convolutionUnits(const ConvolutionLayer& op, int inputs, int outputs, int runs,
                                           int bits);
std::vector<std::uint8_t> depthwiseUnits(const ConvolutionLayer& op, int channels, int bits);

/// The output channel of every entry of such a layer's arrays, in blocks of 16; -1 where there is none.
std::vector<int> convolutionOrder(int outputs, int groups);
std::vector<int> depthwiseOrder(int channels);

} // namespace tandem::quant
