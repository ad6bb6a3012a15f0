// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tandem::hw {

/// What an accelerator layer computes.
enum class LayerKind {
    Convolution, ///< standard; a fully connected layer is a convolution whose kernel covers its whole input
    DepthwiseConvolution, ///< one filter per channel
    MaximumPool,
    AveragePool, ///< global average pooling is one whose kernel covers its whole input
    Add,         ///< residual addition of two streams of the same shape
};

/// A layer's input that comes from outside the accelerator.
inline constexpr int kNetworkInput = -1;

/// Geometry and precision of one accelerator layer, without weights: all that cycles and resources depend on.
struct Layer {
    std::string name;
    LayerKind kind = LayerKind::Convolution;
    std::vector<int> inputs; ///< indices of earlier layers or kNetworkInput; two for Add, else one
    int inputChannels = 1, inputHeight = 1, inputWidth = 1;
    int outputChannels = 1, outputHeight = 1, outputWidth = 1;
    int kernelHeight = 1, kernelWidth = 1;
    int strideHeight = 1, strideWidth = 1;
    int dilationHeight = 1, dilationWidth = 1;
    int padTop = 0, padLeft = 0, padBottom = 0, padRight = 0;
    int groups = 1;    ///< of a Convolution; 1 or inputChannels are the common cases
    int inputBits = 8; ///< of each stored activation read
    bool inputSigned = true;
    int weightBits = 8;
    int accumulatorBits = 32; ///< signed width that holds every possible sum
    int multiplierBits =
        16; ///< of the requantization multiplier; 0 where the scale is a power of two, or none is needed
    int outputBits = 8;
    bool outputSigned = true;

    bool operator==(const Layer&) const = default;
};

/// A network as the accelerator sees it: layers in topological order; the last layer's stream leaves the
/// accelerator.
struct Workload {
    int inputChannels = 1, inputHeight = 1, inputWidth = 1;
    int inputBits = 8;
    bool inputSigned = true;
    std::vector<Layer> layers;
};

/// Multiply-accumulates of a layer for one frame.
std::int64_t multiplyAccumulates(const Layer& layer);

} // namespace tandem::hw
