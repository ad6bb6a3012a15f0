// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parallel.h"
#include "core/nn/graph.h"
#include "core/quant/arithmetic/integer_network.h"
#include "core/quant/lowering/lowering.h"
#include "core/quant/quantize/calibration.h"
#include "core/quant/quantize/formats.h"

#include <span>
#include <vector>

namespace tandem::quant {

/// Bits of one accelerator layer: its weights and what it writes. A maximum pool writes what it reads, and
/// only convolutions have weights; the fields without meaning are ignored.
struct LayerPrecision {
    int weightBits = 8;
    int activationBits = 8;
    bool operator==(const LayerPrecision&) const = default;
};

struct QuantizationOptions {
    int inputBits = 8;
    std::vector<LayerPrecision> layers; ///< in the order of Lowering::layers; empty: 8 bits everywhere
    RangeOptions range;
    /// Shift a bias by the mean error that rounding its weights makes on the calibration inputs.
    bool correctBias = true;
    /// Take the scales and zero points that the model itself brings (QDQ) where its widths are those asked
    /// for.
    bool useModelFormats = true;
};

/// Turns a prepared float network into integers (post-training quantization): per-channel symmetric weights,
/// formats of the feature maps from the calibration. `lowering` and `calibration` must be this graph's. With
/// power-of-two scales every convolution has one weight scale and multiplier 1 (an average pool over an area
/// that is no power of two, and sums of unlike scales, keep their multipliers). The result has passed
/// quant::check. Throws Error (Input) naming the layer whose precision is not 2 to 8 bits or whose numbers do
/// not fit the arithmetic.
IntegerNetwork quantize(const nn::Graph& prepared, const Lowering& lowering, const Calibration& calibration,
                        const QuantizationOptions& options = {});

/// The same from the beginning: lower, calibrate on `inputs`, quantize.
IntegerNetwork quantize(const nn::Graph& prepared, std::span<const nn::Tensor> inputs,
                        const QuantizationOptions& options = {}, const Workers& workers = {});

/// The multipliers and shift for accumulator-to-output ratios, one per channel: 16 significant bits for the
/// largest ratio, one shift for the layer, one per channel where the ratios spread over more than 2^6. With
/// `powerOfTwo` (the ratios are powers of two) multipliers are 1 wherever a shift can do it. Sets multiplier
/// and shift only. Throws Error (Input) where a ratio is 2^16 or more.
Requantization chooseMultipliers(std::span<const double> ratios, bool powerOfTwo);

/// The weights of a convolution layer as the quantizer sees them: [output channel][input channel / groups]
/// [row][column], a linear layer's columns in the order of its input map.
std::vector<float> layerWeights(const nn::Graph& prepared, const LoweredLayer& layer);

} // namespace tandem::quant
