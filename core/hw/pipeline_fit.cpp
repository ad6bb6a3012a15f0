// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline_cost_terms.h"

namespace tandem::hw::pipeline {

namespace {

struct Price {
    double lut, ff;
};

/// Prices in the order of CostTerm: least squares of relative errors over 36 generated designs, synthesized
/// by Yosys 0.23 (synth_xilinx -flatten; LUT1 to LUT6, shift registers and LUT RAM counted as LUTs), none
/// negative.
constexpr std::array<Price, static_cast<std::size_t>(CostTerm::Count)> kPrices{{
    {61.1, 40.4},    // Engine
    {6.74, 4.03},    // DenseCounterBits
    {22.3, 9.76},    // WindowCounterBits
    {0.671, 0.322},  // InputBits
    {0.387, 0.538},  // RingBits
    {0.985, 1.08},   // CompareBits
    {1.06, 0.84},    // AverageBits
    {1.75, 0.0506},  // FabricProducts
    {1, 0},          // BoothBits
    {0, 0},          // PackedBits
    {0.203, 1.11},   // FabricOperands
    {0.0503, 1.15},  // ProductBits
    {1.57, 0.928},   // FabricSums
    {0.948, 0.973},  // TreeBits
    {0.927, 1.05},   // ShiftedBits
    {0.0498, 0.2},   // DirectBits
    {12.1, 13.1},    // ScaleLanes
    {0.414, 0.405},  // ScaleBits
    {1.8, 2.86},     // FreeScaleBits
    {50, 90},        // WideScales
    {0.576, 0.0199}, // ScaleRomBits
    {0.0474, 0.303}, // ScaleRomWidth
    {1.24, 0.0202},  // WeightRomBits
    {0.0479, 0.574}, // WeightRomWidth
    {1, 0},          // TableLuts
    {0.1, 1},        // TableBits
    {8, 5},          // Gates
    {0.4, 0},        // GateBits
    {20, 10},        // Stores
    {6, 4},          // StoreCounterBits
    {0.5, 0},        // SelectRomBits
    {0.4, 0.1},      // SelectBits
    {12, 13},        // ChannelScaleLanes
    {1.5, 1.5},      // ChannelScaleBits
    {8.03, 18.3},    // AddLanes
    {0.0669, 0},     // AddBits
    {0.481, 0.0966}, // FifoBits
    {0.0962, 0.559}, // OutputBits
    {28.8, 17.6},    // Fifos
    {3.69, 2.88},    // Converters
    {0.849, 0.774},  // NarrowBits
    {0.251, 0.745},  // WidenBits
    {3.02, 1},       // Forks
    {49.7, 19.5},    // Ports
    {0.965, 2.88},   // PortBits
}};

} // namespace

Resources weigh(const CostTerms& terms) {
    Resources used;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        used.lut += terms[i] * kPrices[i].lut;
        used.ff += terms[i] * kPrices[i].ff;
    }
    return used;
}

} // namespace tandem::hw::pipeline
