// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/pipeline_engine.h"

#include <array>
#include <span>

namespace tandem::hw::pipeline {

/// What LUTs and flip-flops of the generated RTL grow with. Each is an amount of hardware counted from the
/// layer's geometry; the fit gives its price.
enum class CostTerm {
    Engine,            ///< engines: handshake, credits, output buffer pointers
    DenseCounterBits,  ///< width of the beat counters of a window that is one pixel
    WindowCounterBits, ///< the same for any other window, with its clipping
    InputBits,         ///< of a beat where taps can lie outside the map or no DSP holds them
    RingBits,          ///< line buffer in LUT RAM
    CompareBits,       ///< maximum pooling
    AverageBits,       ///< sums of average pooling
    FabricProducts,    ///< bits times bits of products in LUTs
    BoothBits,         ///< bits of the rows of products that are built of LUTs on purpose
    PackedBits,        ///< bits of products that share a DSP
    FabricOperands,    ///< operand registers of products that no DSP sums up
    ProductBits,       ///< their registers
    FabricSums,        ///< accumulator bits outside DSPs
    TreeBits,          ///< adder tree, without the level that DSPs take in
    ShiftedBits,       ///< sums that leave one after the other
    DirectBits,        ///< sums that leave at once
    ScaleLanes,        ///< requantizers
    ScaleBits,         ///< sum bits of requantizers with a multiplier
    FreeScaleBits,     ///< the same without
    WideScales,        ///< requantizers that need two DSPs
    ScaleRomBits,      ///< constants, in LUTs of 64 bits each
    ScaleRomWidth,     ///< bits of a word of constants
    WeightRomBits,     ///< weights outside block RAM, in LUTs of 64 bits each
    WeightRomWidth,    ///< bits of a word of weights outside block RAM
    TableLuts,         ///< tables: output bits, once for each 64 entries
    TableBits,         ///< output bits of tables
    Gates,             ///< modules that join, drop or insert beats
    GateBits,          ///< bits that they choose from
    Stores,            ///< modules that reorder beats
    StoreCounterBits,  ///< width of their counters
    SelectRomBits,     ///< their lists of channels, in LUTs of 64 bits each
    SelectBits,        ///< bits that lanes choose a channel from
    ChannelScaleLanes, ///< scales per channel
    ChannelScaleBits,  ///< bits of their products
    AddLanes,          ///< residual additions
    AddBits,           ///< sum bits of residual additions
    FifoBits,          ///< LUT RAM buffers: bits of a beat, twice for 64 beats
    OutputBits,        ///< bits of a buffer's output register
    Fifos,             ///< skip buffers
    Converters,        ///< width converters
    NarrowBits,        ///< bits of the wide beat of a splitting converter
    WidenBits,         ///< bits of the wide beat of a gathering converter
    Forks,             ///< consumers of forked streams
    Ports,             ///< the pair of AXI-Stream ports
    PortBits,          ///< bits of their beats
    Count
};

using CostTerms = std::array<double, static_cast<std::size_t>(CostTerm::Count)>;

/// The amounts of one layer's engine.
CostTerms layerTerms(const Layer& layer, const Folding& folding, const Engine& engine);

/// The amounts of everything between the engines; block RAM of skip buffers is added to `blocks`.
/// `inputBeats`: as in Parameters.
CostTerms connectionTerms(const Workload& workload, std::span<const Engine> engines, Resources& blocks,
                          std::span<const std::int64_t> inputBeats = {});

/// LUTs and flip-flops of amounts, by the fitted prices.
Resources weigh(const CostTerms& terms);

} // namespace tandem::hw::pipeline
