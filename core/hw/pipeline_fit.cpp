// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline_cost_terms.h"

namespace tandem::hw::pipeline {

namespace {

struct Price {
    double lut, ff;
};

/// Prices in the order of CostTerm: least squares of relative errors over 145 of 174 sample designs
/// (core/codegen/sample_design.h), synthesized by Yosys 0.23 (synth_xilinx -flatten; LUT1 to LUT6, shift
/// registers and LUT RAM counted as LUTs), none negative.
constexpr std::array<Price, static_cast<std::size_t>(CostTerm::Count)> kPrices{{
    {0, 36.3},      // Engine
    {7.35, 3.03},   // DenseCounterBits
    {18.4, 9.59},   // WindowCounterBits
    {2.05, 1.92},   // InputBits
    {0.663, 0.321}, // RingBits
    {0, 0},         // CompareBits
    {0.0396, 0},    // AverageBits
    {1.06, 0.185},  // FabricProducts
    {0.605, 0},     // BoothBits
    {0, 0},         // PackedBits
    {0.864, 0.983}, // FabricOperands
    {0, 0.638},     // ProductBits
    {1.98, 1.13},   // FabricSums
    {0.627, 1.22},  // TreeBits
    {1.53, 1.35},   // ShiftedBits
    {0, 0},         // DirectBits
    {0, 2.68},      // ScaleLanes
    {1.83, 0.859},  // ScaleBits
    {2.59, 4.31},   // FreeScaleBits
    {0, 0},         // WideScales
    {0.211, 0.439}, // ScaleRomBits
    {0, 0},         // ScaleRomWidth
    {1.29, 0.0566}, // WeightRomBits
    {0, 0.598},     // WeightRomWidth
    {1.49, 0.615},  // TableLuts
    {0, 0},         // TableBits
    {2.13, 0.0951}, // Gates
    {2.33, 0.185},  // GateBits
    {22.6, 9.48},   // Stores
    {5.4, 3.75},    // StoreCounterBits
    {1.77, 1.85},   // SelectRomBits
    {0.212, 0.246}, // SelectBits
    {0, 0},         // ChannelScaleLanes
    {0, 0},         // ChannelScaleBits
    {29.6, 21.9},   // AddLanes
    {0, 0},         // AddBits
    {0, 0.702},     // FifoBits
    {0, 0.265},     // OutputBits
    {14.2, 8.45},   // Fifos
    {9.11, 7.59},   // Converters
    {1.22, 1.04},   // NarrowBits
    {0, 1.16},      // WidenBits
    {11.3, 3.42},   // Forks
    {23.8, 12.9},   // Ports
    {0.797, 2.19},  // PortBits
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
