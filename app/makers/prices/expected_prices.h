// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/cost_terms.h"

#include <array>

namespace tandem::fit {

/// What an amount should cost by the RTL: registers are counted in the Verilog, LUTs by rule of thumb. Where
/// no measured design says otherwise, a fit stays there.
struct ExpectedPrice {
    double lut = 0;
    double ff = 0;                        ///< where DSPs hold no registers
    double dspFf = 0;                     ///< where they hold operands, products and sums (Xilinx)
    bool sureLut = false, sureFf = false; ///< counted, not a rule of thumb
};

/// In the order of CostTerm.
inline constexpr std::array<ExpectedPrice, hw::kCostTerms> kExpectedPrices{{
    {10, 6, 6},               // Windows
    {3, 2, 2, false, true},   // DistanceBits
    {7, 4, 4, false, true},   // ClippedBits
    {5, 3, 3, false, true},   // AddressBits
    {1.5, 1, 1},              // LoopBits
    {4, 2, 2, false, true},   // PlaceBits
    {1.5, 1, 1},              // StepBits
    {0, 1, 1, true, false},   // RingRegisters
    {0, 1, 0.5, true, false}, // DspRingRegisters
    {1, 0, 0},                // WeightRomLuts
    {0, 1, 1, true, true},    // WeightRegisters
    {0, 0, 0},                // BlockRomBits
    {0, 1, 0.2},              // DspActivations
    {0, 0, 0},                // FannedActivations
    {0, 1, 0.1},              // DspWeights
    {0, 1, 0},                // DspProducts
    {1, 1, 0},                // DspSums
    {0, 1, 1},                // Activations
    {0, 1, 1},                // Weights
    {1.2, 0, 0},              // BoothBits
    {1, 0, 0},                // SmallProducts
    {0.15, 0, 0},             // SmallRows
    {0, 1, 1},                // Products
    {0.5, 2, 1},              // PackedProducts
    {1, 1, 0},                // PairBits
    {1, 1, 1},                // TreeBits
    {1.2, 1, 1},              // FabricSums
    {1.5, 2, 2},              // CompareBits
    {1, 1, 1},                // AverageBits
    {5, 6, 6},                // Requantizers
    {0, 1, 0.3},              // HeldBits
    {1, 1, 1},                // ShiftedBits
    {1, 0, 0},                // ScaleRomLuts
    {0, 1, 1, false, true},   // ScaleRomBits
    {0, 1, 0.2},              // ConstantBits
    {0, 0, 0},                // ScaleLanes
    {1, 2, 0},                // ScaleBits
    {0.5, 0.5, 0},            // WideScaleBits
    {1, 2, 2},                // FreeScaleBits
    {0.5, 0, 0},              // BarrelBits
    {0, 1, 1},                // MovedBits
    {2, 0, 0},                // ClampLanes
    {0.4, 0, 0},              // ClampBits
    {1, 1, 1},                // ClampedBits
    {5, 6, 6},                // Adders
    {0, 1, 0.3},              // OperandBits
    {2, 3.5, 1.2},            // AddBits
    {2, 3, 3},                // FreeAddBits
    {1, 1, 0.3},              // ScaledBits
    {0.7, 0, 0},              // TableLuts
    {1, 0, 0, true, true},    // SmallTableLuts
    {0, 1, 1, true, true},    // TableBits
    {5, 1, 1},                // Gates
    {1.5, 1, 1},              // GateCounters
    {0.6, 0, 0},              // GateBits
    {10, 5, 5},               // Stores
    {1.5, 1, 1},              // StoreCounters
    {0, 1, 1, true, true},    // StoreRegisters
    {1, 0, 0},                // SelectRomLuts
    {1, 0, 0},                // SelectLuts
    {1, 0, 0},                // LutRamLuts
    {5, 1, 1},                // Fifos
    {2, 2, 2, false, true},   // PointerBits
    {1.5, 1, 1},              // CreditBits
    {0, 1, 1, true, false},   // BufferRegisters
    {1, 1, 0},                // BlockWords
    {1, 1, 0},                // BlockAddresses
    {0.2, 1, 1, false, true}, // LatchedBits
    {0.6, 0, 0, false, true}, // LatchedReads
    {5, 1, 1},                // Converters
    {1, 1, 1, false, true},   // NarrowBits
    {0.15, 1, 1, true, true}, // WidenBits
    {4, 1, 1},                // Forks
    {10, 4, 4},               // Ports
    {1.5, 1, 1},              // FrameBits
    {1.5, 1, 1},              // ShortFrameBits
    {1, 2, 2, true, true},    // PortBits
    {1200, 1500, 1500},       // FoldedMachines
    {30, 30, 30},             // FoldedAddresses
    {15, 15, 15},             // FoldedRingBits
    {2, 2, 2},                // FoldedBusBits
    {3, 2, 2},                // FoldedWords
    {1, 0, 0},                // FoldedParts
    {30, 40, 20},             // FoldedLanes
    {2, 1, 0.5},              // FoldedLaneSums
    {1, 0, 0},                // FoldedLimits
}};

} // namespace tandem::fit
