// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nn/graph.h"
#include "core/quant/arithmetic/layers.h"

#include <cstdint>
#include <span>
#include <string>
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

/// The extents of a tensor of any rank: `outer` ones, outermost first, around a map; fewer than three extents
/// have ones behind them. Without outer extents it is a map, which is what executions take today.
struct TensorShape : MapShape {
    std::vector<int> outer;

    TensorShape() = default;
    TensorShape(const MapShape& map) : MapShape(map) {}
    TensorShape(int mapChannels, int rows, int columns) : MapShape{mapChannels, rows, columns} {}
    explicit TensorShape(std::span<const int> extents);

    bool isMap() const { return outer.empty(); }
    /// Elements.
    int count() const;
    friend bool operator==(const TensorShape& a, const TensorShape& b) {
        return MapShape(a) == MapShape(b) && a.outer == b.outer;
    }
    friend bool operator==(const TensorShape& a, const MapShape& b) { return a.isMap() && MapShape(a) == b; }
};

/// One integer tensor of the network. Elements are ordered outer extents, channel, row, column.
struct IntegerTensor {
    std::string name;
    TensorShape shape;
    TensorFormat format;
};

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
    std::vector<int> inputs{0};       ///< tensors read from outside
    std::vector<int> outputs{0};      ///< tensors that leave
    nn::Graph before; ///< host operators from the model's inputs to `inputs` (no nodes where there are none)
    nn::Graph after; ///< host operators from `outputs` to the model's outputs (no nodes where there are none)
    /// Whether `after` holds layers (Lowering::tail): outputs are then judged behind them.
    bool hasHostTail = false;

    /// The only input, the only output: every execution takes networks with one of each today. Throws Error
    /// (Work) where there are none or several.
    int input() const;
    int output() const;
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
/// - it has one input and one output, and every tensor is a map of channels, rows and columns: what
/// executions
///   support today;
/// - layers that only move data (concat, select, expand, space to depth and back) read and write one format.
void check(const IntegerNetwork& network);

/// Every tensor of the network for one input (elements channel, row, column, already quantized). Exact.
/// Throws Error (Work) where the input has the wrong count or a value that its format cannot hold. See
/// core/quant/arithmetic/executor.h for many inputs.
std::vector<std::vector<std::int32_t>> execute(const IntegerNetwork& network,
                                               const std::vector<std::int32_t>& input);

} // namespace tandem::quant
