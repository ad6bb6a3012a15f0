// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>

namespace tandem::hw {

/// What LUTs, flip-flops and cells of the generated RTL grow with: amounts of hardware that follow from the
/// geometry of the modules in resources/rtl. A fit per family gives what each costs (prices.h).
enum class CostTerm {
    // tandem_window
    Windows,          ///< engines with a window
    DistanceBits,     ///< width of the distances in beats between writer and reader
    ClippedBits,      ///< the same where windows end at the map's border
    AddressBits,      ///< addresses of the ring
    LoopBits,         ///< counters over taps, groups and pixels
    PlaceBits,        ///< rows and columns of taps that can lie outside the map
    StepBits,         ///< address of the weights
    RingRegisters,    ///< output registers of rings outside block RAM
    DspRingRegisters, ///< the same in front of DSPs
    // tandem_rom
    WeightRomLuts,   ///< LUTs of weights outside block RAM
    WeightRegisters, ///< their output registers
    BlockRomBits,    ///< bits of a word of weights in block RAM
    // tandem_mac
    DspActivations,    ///< bits of a beat in front of DSPs, once
    FannedActivations, ///< the same where several output channels take them
    DspWeights,        ///< bits of weights in front of DSPs
    DspProducts,       ///< bits of products inside DSPs
    DspSums,           ///< bits of sums that DSPs add up
    Activations,       ///< bits of a beat in front of other products
    Weights,           ///< bits of weights in front of them
    BoothBits,         ///< bits of the rows of products made of LUTs on purpose
    SmallProducts,     ///< bits times bits of products too small for a DSP
    SmallRows,         ///< the same times the bits of the shorter operand
    Products,          ///< bits of products outside DSPs
    PackedProducts,    ///< bits of products that share a DSP
    PairBits,          ///< first level of the adder tree behind DSPs
    TreeBits,          ///< the other levels, or all of them
    FabricSums,        ///< accumulator bits outside DSPs
    // tandem_pool
    CompareBits, ///< maximum pooling
    AverageBits, ///< sums of average pooling
    // tandem_requantize
    Requantizers,  ///< engines with one
    HeldBits,      ///< sums that leave at once
    ShiftedBits,   ///< sums that leave one after the other
    ScaleRomLuts,  ///< LUTs of the constants
    ScaleRomBits,  ///< their output registers
    ConstantBits,  ///< register of the constant that is added
    ScaleLanes,    ///< lanes with a multiplier
    ScaleBits,     ///< bits of their results
    WideScaleBits, ///< bits of products of more than one DSP
    FreeScaleBits, ///< bits of results without a multiplier
    BarrelBits,    ///< bits shifted by a number of their own for each channel
    MovedBits,     ///< bits of results after their shift
    ClampLanes,    ///< lanes with limits
    ClampBits,     ///< bits compared with limits
    ClampedBits,   ///< bits behind them
    // tandem_add, tandem_channel_scale
    Adders,      ///< engines
    OperandBits, ///< bits of operands in front of constant factors
    AddBits,     ///< bits of results
    FreeAddBits, ///< the same without multipliers
    ScaledBits,  ///< operands of scales per channel
    // the other engines
    TableLuts,      ///< LUTs of tables that need more than two for each output bit
    SmallTableLuts, ///< of the others
    TableBits,      ///< their output bits
    Gates,          ///< modules that join, drop or insert beats
    GateCounters,   ///< bits of their counters
    GateBits,       ///< bits that they choose from
    Stores,         ///< modules that reorder beats
    StoreCounters,  ///< bits of their counters
    StoreRegisters, ///< output registers of their memories outside block RAM
    SelectRomLuts,  ///< LUTs of lists of channels
    SelectLuts,     ///< LUTs that choose a channel for a lane
    // buffers and streams
    LutRamLuts,      ///< LUTs of memories in LUT RAM
    Fifos,           ///< output and skip buffers
    PointerBits,     ///< bits of their pointers
    CreditBits,      ///< bits of the counters of free places
    BufferRegisters, ///< output registers of buffers outside block RAM
    BlockWords,      ///< bits of a word of memories in blocks
    BlockAddresses,  ///< bits of their addresses
    LatchedBits,     ///< bits of memories that become flip-flops
    LatchedReads,    ///< bits of them that their readers choose from
    Converters,      ///< width converters
    NarrowBits,      ///< bits of the wide beat of a splitting converter
    WidenBits,       ///< bits of the wide beat of a gathering converter
    Forks,           ///< consumers of forked streams
    Ports,           ///< the pair of AXI-Stream ports
    FrameBits,       ///< bits of the counter of a frame's beats
    ShortFrameBits,  ///< the same where six inputs tell a frame's end: Yosys repeats that for every bit
    PortBits,        ///< bits of the ports' beats
    // tandem_folded_*
    FoldedMachines,  ///< arrays: sequencer, control, bursts
    FoldedAddresses, ///< bits of addresses into the activation memory
    FoldedRingBits,  ///< bits of addresses into the rings of weights and constants
    FoldedBusBits,   ///< bits of the memory ports
    FoldedWords,     ///< bits of a word of activations
    FoldedParts,     ///< the same for every time that it is halved into what the array takes
    FoldedLanes,     ///< lanes of the path beside the array
    FoldedLaneSums,  ///< bits of their sums
    FoldedLimits,    ///< bits compared with limits that the program gives
    Count
};

inline constexpr std::size_t kCostTerms = static_cast<std::size_t>(CostTerm::Count);
using CostTerms = std::array<double, kCostTerms>;

} // namespace tandem::hw
