// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/arithmetic/layers.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::hw {

using quant::ChannelRule;
using quant::KindTraits;
using quant::LayerKind;
using quant::traitsOf;

/// "convolution", "channel concatenation", ... for messages and tables.
inline std::string_view kindName(LayerKind kind) {
    return traitsOf(kind).name;
}

/// What a convolution of `groups` groups is for hardware: depth-wise where every channel that is read gives
/// one that is written. One that makes several of each (a channel multiplier) is a grouped convolution.
constexpr LayerKind convolutionKind(int groups, int inputs, int outputs) {
    return groups > 1 && groups == inputs && groups == outputs ? LayerKind::DepthwiseConvolution
                                                               : LayerKind::Convolution;
}

/// A layer's input that comes from outside the accelerator.
inline constexpr int kNetworkInput = -1;

/// Geometry and precision of one accelerator layer, without weights: all that cycles and resources depend on.
struct Layer {
    std::string name;
    LayerKind kind = LayerKind::Convolution;
    /// Indices of earlier layers or kNetworkInput; two for Add and Scale, two or more for Concat, else one.
    std::vector<int> inputs;
    int inputChannels = 1, inputHeight = 1, inputWidth = 1; ///< of the first input; Concat: of all together
    int outputChannels = 1, outputHeight = 1, outputWidth = 1;
    int kernelHeight = 1, kernelWidth = 1;
    int strideHeight = 1, strideWidth = 1;
    int dilationHeight = 1, dilationWidth = 1;
    int padTop = 0, padLeft = 0, padBottom = 0, padRight = 0;
    int groups = 1;    ///< of a Convolution; 1 or inputChannels are the common cases
    int inputBits = 8; ///< of each stored activation read
    bool inputSigned = true;
    int weightBits = 8;
    int accumulatorBits = 32; ///< signed width that holds every possible sum; Scale: every product
    int multiplierBits =
        16; ///< of the requantization multiplier; 0 where the scale is a power of two, or none is needed
    /// Right shift of the requantization, the smallest where channels have their own; below 0: not known yet.
    int shift = -1;
    int shiftBits = 0; ///< bits that tell a channel's own shift from the smallest; 0: all share it
    int outputBits = 8;
    bool outputSigned = true;
    int secondBits = 0; ///< Scale: of the stored factors, whose map is inputChannels x 1 x 1; else 0
    bool secondSigned = false;
    std::vector<int> parts;                ///< Concat: channels of each input
    std::vector<int> channels;             ///< Select: the input channel of every output channel
    int expandHeight = 1, expandWidth = 1; ///< Expand: cells of a block; the output has H * factor rows
    bool expandRepeats = true; ///< Expand: all cells of the block are the cell; else only its first one is
    int block = 1;             ///< SpaceToDepth, DepthToSpace: cells of a block in one direction

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
