// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/packed/packed_network.h"

/// Requantizations as the kernels take them: for stored elements q - lowest, entries for blocks of 16
/// channels, and scaled so that 32-bit arithmetic does wherever that is possible.
namespace tandem::quant {

PackedScale convolutionScale(const ConvolutionLayer& op, const TensorFormat& in, const TensorFormat& out);
PackedScale depthwiseScale(const ConvolutionLayer& op, const TensorFormat& in, const TensorFormat& out);
PackedScale averageScale(const PoolLayer& op, const TensorFormat& in, const TensorFormat& out);

} // namespace tandem::quant
