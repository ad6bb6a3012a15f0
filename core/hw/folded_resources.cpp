// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/folded_program.h"
#include "core/hw/pipeline_engine.h"

#include <algorithm>
#include <cmath>

namespace tandem::hw::folded {

using pipeline::blockRams;
using pipeline::kDspOperandBits;
using pipeline::kDspProductBits;
using Ram = pipeline::Memory;

namespace {

/// Memories of up to 2^6 words stand in LUT RAM.
constexpr int kLutRamLog2 = 6;

void add(pipeline::Resources& used, const pipeline::BlockRams& blocks, std::int64_t times = 1) {
    used.ramb36 += static_cast<int>(blocks.ramb36 * times);
    used.ramb18 += static_cast<int>(blocks.ramb18 * times);
}

/// A ring of words of `bits` bits in banks as wide as the bus.
void addRing(pipeline::Resources& used, int bits, int bus, int depthLog2) {
    if (depthLog2 <= kLutRamLog2) {
        return;
    }
    const std::int64_t depth = std::int64_t{1} << depthLog2;
    add(used, blockRams(depth, bus, Ram::Written), bits / bus);
    if (bits % bus != 0) {
        add(used, blockRams(depth, bits % bus, Ram::Written));
    }
}

/// LUTs of LUT RAM: three bits of 64 words take four.
double lutRam(double bits, int depthLog2) {
    return depthLog2 <= kLutRamLog2 ? bits * 4 / 3 : 0;
}

} // namespace

pipeline::Resources resources(const Workload& workload, const Parameters& parameters, DeviceFamily family) {
    return resources(compile(workload, parameters).machine, family);
}

pipeline::Resources resources(const Machine& machine, DeviceFamily family) {
    static_cast<void>(family);
    pipeline::Resources used;
    const int products = machine.rows * machine.columns;
    const bool inDsp = machine.activationBits + machine.weightBits >= kDspProductBits;
    const int scales = machine.multiplierBits == 0 ? 0 : machine.sumBits > kDspOperandBits ? 2 : 1;
    const int shared = machine.pack > 1 ? products / machine.pack : machine.pack == 1 && inDsp ? products : 0;
    used.dsp = shared + machine.columns * (1 + scales);

    const int word = machine.columns * machine.activationBits;
    if (machine.poolLog2 > kLutRamLog2) {
        add(used, blockRams(std::int64_t{1} << machine.poolLog2, word, Ram::Written));
    }
    addRing(used, products * machine.weightBits, machine.weightBus, machine.ringLog2);
    addRing(used, machine.columns * machine.fieldBits(), machine.weightBus, machine.scaleLog2);
    add(used, blockRams(std::int64_t{1} << machine.programLog2, 32, Ram::ReadOnly));

    // Amounts times prices by eye from generated designs.
    const double tree =
        machine.columns * (machine.rows - 1.0) * (machine.activationBits + machine.weightBits);
    const double result = machine.columns * (machine.constantBits + 2.0);
    const double productBits = machine.activationBits + machine.weightBits;
    used.lut =
        1300 + lutRam(word, machine.poolLog2) + lutRam(products * machine.weightBits, machine.ringLog2) +
        lutRam(machine.columns * machine.fieldBits(), machine.scaleLog2) + 0.6 * tree +
        (inDsp && machine.pack > 0 ? 0 : 1.1 * products * machine.activationBits * machine.weightBits) +
        machine.columns * machine.sumBits * 1.5 + 3.5 * result + word * (1 + machine.split() * 0.5) +
        machine.columns * machine.weightBits * machine.rows * 0.4 +
        machine.tables * machine.columns * machine.activationBits * 4.0;
    used.ff = 2200 + tree + machine.columns * machine.sumBits * 2.0 + 2.2 * result +
              machine.columns * machine.activationBits * 4.0 +
              (inDsp && machine.pack > 0 ? 0 : products * productBits * 2);
    return used;
}

} // namespace tandem::hw::folded
