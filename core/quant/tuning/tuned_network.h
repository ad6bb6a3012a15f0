// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/parallel.h"
#include "core/nn/graph.h"
#include "core/quant/arithmetic/integer_network.h"
#include "core/quant/quantize/quantize.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::quant {

/// The trained numbers of one accelerator layer, batch normalization folded; empty where it has no weights.
struct TunedLayer {
    int bits = 8;
    std::vector<float> weights; ///< whole multiples of the channel's scale, in the prepared graph's order
    std::vector<float> scales;  ///< per output channel, positive
    std::vector<float> bias;    ///< per output channel
    bool operator==(const TunedLayer&) const = default;
};

/// What quantization-aware training changes in a network: all that is needed to make its integers anew from
/// the graph that it was trained from.
struct TunedNetwork {
    std::vector<TunedLayer> layers;       ///< in the order of Lowering::layers
    std::vector<TensorFormat> formats;    ///< in the order of Lowering::tensors
    std::vector<std::vector<float>> tail; ///< the parameters of the host tail, see tailParameters()
    bool operator==(const TunedNetwork&) const = default;
};

/// The constants that a training changes in the host tail (Lowering::tail), in the order of its nodes.
std::vector<nn::ValueId> tailParameters(const nn::Graph& prepared, const Lowering& lowering);

/// For a file, and back. Throws Error (Input) where the bytes are not whole.
std::string toBytes(const TunedNetwork& tuned);
TunedNetwork tunedNetworkFromBytes(std::string_view bytes);

/// The prepared graph (the one that was trained) with the trained weights and biases; their scales and the
/// feature maps' formats stand in Value::quantization. Throws Error (Input) where `tuned` is of another
/// graph.
nn::Graph withTunedConstants(const nn::Graph& prepared, const TunedNetwork& tuned);

/// The integers of that graph, in exactly the trained formats. `calibration`: a few inputs, on which only
/// that nothing is infinite is checked.
IntegerNetwork integerNetwork(const nn::Graph& prepared, const TunedNetwork& tuned,
                              std::span<const nn::Tensor> calibration, const Workers& workers = {});

} // namespace tandem::quant
