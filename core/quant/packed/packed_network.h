// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quant/arithmetic/integer_network.h"

#include <cstdint>
#include <variant>
#include <vector>

#include "resources/cpp/tandem_kernels.h"

/// An integer network as the kernels of resources/cpp take it: weights in the blocked order that they read,
/// maps placed in one block of memory. The generated C++ and the fast executor are both made of this.
namespace tandem::quant {

/// Bits that weights are stored in.
enum class WeightStorage {
    Packed, ///< as many as they have: smallest
    Bytes,  ///< eight: no unpacking
};

/// Where a map of the network stands (see tandem_kernels::Map): its first own cell is at byte `offset` of the
/// block, cells that padding reads around it. Several maps share a buffer where one is part of another or
/// takes its place.
struct PackedMap {
    int channels = 1, height = 1, width = 1;
    int pixelStride = 1, rowStride = 1;
    std::int64_t offset = 0;
    int top = 0, left = 0, bottom = 0, right = 0; ///< cells around it
    int fill = 0;                                 ///< what they hold: the zero point as stored
    int lowest = 0;                               ///< of its format: an element q is stored as q - lowest
    int buffer = 0;                               ///< maps of the same buffer have the same number
};

/// tandem_kernels::Scale with arrays of its own.
struct PackedScale {
    std::vector<std::int32_t> bias;
    std::vector<std::uint16_t> multiplier;
    std::vector<std::uint8_t> shift;
    bool narrow = false;
    int before = 0;
    int zeroPoint = 0;
    int low = 0, high = 0;
};

struct PackedConvolution {
    tandem_kernels::Window window{};
    int groups = 1, runs = 1;
    std::vector<std::uint8_t> weights;
    int weightBits = 8; ///< as stored
    PackedScale scale;
};
struct PackedDepthwise {
    tandem_kernels::Window window{};
    std::vector<std::uint8_t> weights;
    int weightBits = 8; ///< as stored
    PackedScale scale;
};
struct PackedMaximumPool {
    tandem_kernels::Window window{};
};
struct PackedAveragePool {
    tandem_kernels::Window window{};
    PackedScale scale;
};
struct PackedAdd {
    tandem_kernels::AddScale scale{};
};
struct PackedTable {
    std::vector<std::uint8_t> values; ///< one for every stored element
};
/// Only the inputs that do not stand in the output's buffer already are copied.
struct PackedConcat {
    std::vector<int> copied;       ///< places among the inputs
    std::vector<int> firstChannel; ///< of each of those
};
struct PackedSelect {
    std::vector<std::int32_t> channels;
};
struct PackedExpand {
    int factorHeight = 1, factorWidth = 1;
    bool repeat = true;
    int fill = 0;
};
struct PackedProduct {
    tandem_kernels::ProductScale scale{};
};
struct PackedSpaceToDepth {
    int block = 2;
};
struct PackedDepthToSpace {
    int block = 2;
};
using PackedOperator = std::variant<PackedConvolution, PackedDepthwise, PackedMaximumPool, PackedAveragePool,
                                    PackedAdd, PackedTable, PackedConcat, PackedSelect, PackedExpand,
                                    PackedProduct, PackedSpaceToDepth, PackedDepthToSpace>;

/// One layer; maps have the numbers of the integer network's tensors.
struct PackedLayer {
    PackedOperator op;
    std::vector<int> inputs;
    int output = 0;
    int border = -1; ///< the map whose surroundings are filled before, or -1
};

/// Everything that running the network takes, but the input.
struct PackedNetwork {
    std::vector<PackedMap> maps; ///< one for each tensor
    std::vector<PackedLayer> layers;
    int input = 0, output = 0;
    std::int64_t mapBytes = 0;     ///< of the block of all maps
    std::int64_t scratchBytes = 0; ///< of a thread's scratch memory

    /// Bytes of all constants: weights, biases, multipliers, shifts and tables.
    std::int64_t constantBytes() const;
    /// Bytes of the weights alone.
    std::int64_t weightBytes() const;
};

/// Packs a checked network with one input and one output. Throws Error (Work) where a tensor is no map.
PackedNetwork pack(const IntegerNetwork& network, WeightStorage storage = WeightStorage::Packed);

} // namespace tandem::quant
