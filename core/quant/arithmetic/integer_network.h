// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace tandem::quant {

/// How a stored integer q stands for a real number: real = scale * (q - zeroPoint).
struct TensorFormat {
    int bits = 8; ///< 2 to 8
    bool isSigned = true;
    double scale = 1.0;
    int zeroPoint = 0;

    int low() const { return isSigned ? -(1 << (bits - 1)) : 0; }
    int high() const { return isSigned ? (1 << (bits - 1)) - 1 : (1 << bits) - 1; }
    bool operator==(const TensorFormat&) const = default;
};

/// Channels, rows and columns of a feature map (batch 1).
struct MapShape {
    int channels = 1, height = 1, width = 1;
    int count() const { return channels * height * width; }
    bool operator==(const MapShape&) const = default;
};

/// One integer tensor of the network. Elements are ordered channel, row, column.
struct IntegerTensor {
    std::string name;
    MapShape shape;
    TensorFormat format;
};

/// y = clamp((acc * multiplier[c] + rounding[c]) >> shift[c], low, high), arithmetic shift: rounding half up.
/// rounding = 2^(shift-1) + zeroPoint * 2^shift. A power-of-two scale has multiplier 1 for all channels.
struct Requantization {
    std::vector<std::uint16_t> multiplier; ///< one per output channel
    std::vector<int> shift;                ///< one for the layer, or one per output channel
    int zeroPoint = 0;                     ///< of the output
    int low = 0, high = 0;

    int shiftOf(int channel) const {
        return shift.size() == 1 ? shift[0] : shift[static_cast<std::size_t>(channel)];
    }
    std::int64_t roundingOf(int channel) const {
        const int s = shiftOf(channel);
        return (s > 0 ? std::int64_t{1} << (s - 1) : 0) +
               static_cast<std::int64_t>(zeroPoint) * (std::int64_t{1} << s);
    }
};

/// Convolution of any grouping. A fully connected layer is a convolution whose kernel covers its whole input.
struct ConvolutionLayer {
    nn::Extent kernel, stride, dilation;
    nn::Padding padding; ///< padded cells read `padValue`
    int groups = 1;
    int weightBits = 8;
    std::vector<std::int8_t> weights; ///< [output channel][input channel / groups][row][column]
    std::vector<std::int32_t> bias;   ///< per output channel, the input's zero point folded in
    int padValue = 0;                 ///< the input's zero point
    int accumulatorBits = 32; ///< signed width that holds every sum of this layer, from the actual weights
    Requantization requantization;
};

/// Maximum: no arithmetic. Average: the sum over the window (padded cells read padValue), requantized by one
/// multiplier.
struct PoolLayer {
    nn::PoolKind kind = nn::PoolKind::Maximum;
    nn::Extent kernel, stride;
    nn::Padding padding; ///< Maximum: padded cells never win; Average: read padValue
    int padValue = 0;
    std::int32_t bias =
        0; ///< Average: -kernel area * input zero point, and what makes half up of its rounding
    int accumulatorBits = 32;
    Requantization requantization; ///< Average only
};

/// y = clamp((a * multiplierA + b * multiplierB + rounding) >> shift, low, high): both sides to the output's
/// scale with one rounding; the inputs' zero points are folded into `rounding`.
struct AddLayer {
    std::int32_t multiplierA = 1, multiplierB = 1; ///< 0 .. 2^16-1
    int shift = 0;
    std::int64_t rounding = 0;
    int low = 0, high = 0;
};

/// y = values[x - low of the input's format]: any function of one element (sigmoid, tanh, hard-swish, leaky
/// ReLU, a change of format ...).
struct TableLayer {
    std::vector<std::int16_t> values; ///< 2^bits of the input, each within the output's format
    /// The real function that the values sample, from one map to another, for model files that hold functions
    /// and no tables; no nodes where it is not known. No part of the arithmetic.
    nn::Graph function;
};

/// The channels of two or more maps of the same rows and columns, one map after the other. All have the
/// output's format. A tensor may be read more than once.
struct ConcatLayer {};

/// Output channel i is input channel channels[i]: split, slice and gather on channels, channel shuffle. The
/// format stays.
struct SelectLayer {
    std::vector<int> channels;
};

/// Every cell becomes a block of factor.height x factor.width cells, H * factor rows: out[y][x] =
/// in[y / factor][x / factor] where `repeat` (nearest resize) or where both divide without rest, else `fill`.
/// A transposed convolution of stride `factor` is this without `repeat`, followed by a convolution with
/// mirrored weights. The format stays.
struct ExpandLayer {
    nn::Extent factor;
    bool repeat = true;
    int fill = 0; ///< the format's zero point (also where nothing is filled)
};

/// A map times one factor per channel (squeeze-and-excite): the second input is 1x1 with the same channels.
/// y = clamp(((a - zeroA) * (b - zeroB) * multiplier + rounding) >> shift, low, high), where
/// rounding = 2^(shift-1) + zero point of the output * 2^shift.
struct ScaleLayer {
    std::int32_t zeroA = 0, zeroB = 0; ///< the inputs' zero points
    std::uint16_t multiplier = 1;
    int shift = 0;
    std::int64_t rounding = 0;
    int low = 0, high = 0;
};

/// Blocks of block x block cells become channels: out[(i * block + j) * C + c][y][x] =
/// in[c][y * block + i][x * block + j], ONNX SpaceToDepth. The format stays.
struct SpaceToDepthLayer {
    int block = 2;
};

/// The inverse: out[c][y * block + i][x * block + j] = in[(i * block + j) * C + c][y][x], ONNX DepthToSpace
/// in mode DCR (a SelectLayer in front makes CRD of it). The format stays.
struct DepthToSpaceLayer {
    int block = 2;
};

/// Every operator that an accelerator computes.
using IntegerOperator =
    std::variant<ConvolutionLayer, PoolLayer, AddLayer, TableLayer, ConcatLayer, SelectLayer, ExpandLayer,
                 ScaleLayer, SpaceToDepthLayer, DepthToSpaceLayer>;

/// One integer operator with the tensors it reads and writes.
struct IntegerLayer {
    std::string name;
    std::vector<int> inputs; ///< indices into IntegerNetwork::tensors
    int output = 0;
    IntegerOperator op;
};

/// THE definition of the arithmetic: the reference executor, the generated C++ and the RTL give these
/// integers, bit for bit. What stands before the first and after the last integer layer runs on the host in
/// floating point.
struct IntegerNetwork {
    std::string name;
    std::vector<IntegerTensor> tensors;
    std::vector<IntegerLayer> layers; ///< topological order
    int input = 0;                    ///< tensor read from outside
    int output = 0;                   ///< tensor that leaves
    nn::Graph before; ///< host operators from the model's input to `input` (no nodes where there are none)
    nn::Graph after;  ///< host operators from `output` to the model's outputs (no nodes where there are none)
};

/// Shifts that a requantization may use: the 32-bit accumulator times a 16-bit multiplier plus the rounding
/// constant then always fits into 64 bits.
inline constexpr int kMaximumShift = 46;

/// Smallest and largest value.
struct Range {
    std::int64_t low = 0, high = 0;
    bool operator==(const Range&) const = default;
};

/// Number of bits of a two's complement number that holds every value of the range.
int signedBits(Range range);

/// What the accumulator of one output channel can hold at any time, whatever the input and whatever the order
/// in which products are added to the bias.
Range accumulatorRange(const ConvolutionLayer& layer, int channel, const TensorFormat& input);
/// The same of an average pool.
Range accumulatorRange(const PoolLayer& layer, const TensorFormat& input);
/// What the product (a - zeroA) * (b - zeroB) can be: a scale layer has no other sum.
Range accumulatorRange(const ScaleLayer& layer, const TensorFormat& a, const TensorFormat& b);
/// The width that holds the accumulators of all channels (may exceed 32: then the layer is not legal).
int accumulatorBitsNeeded(const ConvolutionLayer& layer, const TensorFormat& input);
int accumulatorBitsNeeded(const PoolLayer& layer, const TensorFormat& input);
int accumulatorBitsNeeded(const ScaleLayer& layer, const TensorFormat& a, const TensorFormat& b);

/// Throws Error (Work) naming the layer when a shape, width or range of the network contradicts itself:
/// - every tensor but the input has one layer that writes it, before it is read;
/// - weights, biases, multipliers have the counts that the shapes ask for, weights are within weightBits;
/// - padValue and a requantization's zeroPoint are the tensors' own, low..high lies within the output format;
/// - accumulatorBits holds every possible sum and is at most 32, shifts are 0..kMaximumShift;
/// - a maximum pool's output has its input's format, an average pool has exactly one multiplier and shift;
/// - layers that only move data (concat, select, expand, space to depth and back) read and write one format.
void check(const IntegerNetwork& network);

/// Every tensor of the network for one input (elements channel, row, column, already quantized). Exact.
/// Throws Error (Work) where the input has the wrong count or a value that its format cannot hold. See
/// core/quant/arithmetic/executor.h for many inputs.
std::vector<std::vector<std::int32_t>> execute(const IntegerNetwork& network,
                                               const std::vector<std::int32_t>& input);

} // namespace tandem::quant
