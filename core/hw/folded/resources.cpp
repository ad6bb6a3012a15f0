// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/device/amounts.h"
#include "core/hw/device/memory_mapping.h"
#include "core/hw/device/weigher.h"
#include "core/hw/folded/program.h"

namespace tandem::hw::folded {

namespace {

/// The array as a layer that its lanes compute.
Layer arrayLayer(const Machine& machine) {
    Layer layer;
    layer.inputBits = layer.outputBits = machine.activationBits;
    layer.weightBits = machine.weightBits;
    layer.accumulatorBits = machine.sumBits;
    return layer;
}

/// DSPs of the products, the path beside the array and the requantizers.
int dspOf(const Technology& technology, const Machine& machine) {
    constexpr int kLaneFactor = 18, kScaleFactor = 17;
    const int product = machine.activationBits + machine.weightBits;
    // Bits of products beyond those of the sums are never used.
    const auto used = [&](int bits) { return std::min(bits, machine.sumBits); };
    int dsp = 0;
    if (machine.pack > 1) {
        dsp = machine.rows * machine.columns / machine.pack *
              productDsps(technology, (machine.pack - 1) * product + machine.weightBits,
                          machine.activationBits, machine.pack * product);
    } else if (machine.pack == 1) {
        dsp = machine.rows * machine.columns *
              productDsps(technology, machine.activationBits, machine.weightBits, used(product));
    }
    const int scale = machine.multiplierBits == 0 ? 0
                                                  : productDsps(technology, machine.sumBits, kScaleFactor,
                                                                machine.sumBits + kScaleFactor);
    return dsp + machine.columns * (scale + productDsps(technology, machine.activationBits, kLaneFactor,
                                                        used(machine.activationBits + kLaneFactor)));
}

/// A ring of words of `bits` bits in banks as wide as the bus.
template <typename Put>
void ring(const Put& put, const Technology& technology, Resources& used, int bits, int bus, int depthLog2) {
    constexpr int kLutRamLog2 = 6;
    const bool block = depthLog2 > kLutRamLog2;
    for (int at = 0; at < bits; at += bus) {
        const double width = std::min(bus, bits - at);
        putMemory(put, technology, used, {depthLog2, width, block}, CostTerm::BufferRegisters);
    }
}

/// The products and their sums, as tandem_mac has them: its rows are lanes, its columns output channels.
template <typename Put>
void array(const Put& put, const Technology& technology, const Machine& machine) {
    const Layer layer = arrayLayer(machine);
    const int product = machine.activationBits + machine.weightBits;
    const bool inDsp = productDsps(technology, machine.activationBits, machine.weightBits,
                                   std::min(product, machine.sumBits)) > 0;
    amounts::products(put, layer, machine.columns, machine.rows, machine.pack, log2Ceil(machine.rows), inDsp);
}

template <typename Put>
void requantize(const Put& put, const Machine& machine, const Technology& technology) {
    const double lanes = machine.columns, result = machine.sumBits + (machine.multiplierBits > 0 ? 18 : 2);
    const double kept = machine.activationBits + 4.0;
    put(CostTerm::Requantizers, 1);
    put(CostTerm::HeldBits, lanes * machine.sumBits);
    put(CostTerm::ConstantBits, lanes * machine.constantBits);
    if (machine.multiplierBits > 0) {
        put(CostTerm::ScaleLanes, lanes);
        put(CostTerm::ScaleBits, lanes * result);
        if (productDsps(technology, machine.sumBits, 17, 99) != 1) {
            put(CostTerm::WideScaleBits, lanes * result);
        }
    } else {
        put(CostTerm::FreeScaleBits, lanes * result);
    }
    put(CostTerm::BarrelBits, lanes * kept * machine.shiftBits);
    put(CostTerm::MovedBits, lanes * kept);
    put(CostTerm::FoldedLimits, lanes * kept);
    put(CostTerm::ClampedBits, lanes * machine.activationBits);
}

template <typename Put>
void machineAmounts(const Put& put, const Technology& technology, Resources& used, const Machine& machine) {
    constexpr int kLutRamLog2 = 6;
    const double word = machine.columns * machine.activationBits;
    used.dsp += dspOf(technology, machine);
    put(CostTerm::FoldedMachines, 1);
    put(CostTerm::FoldedAddresses, machine.poolLog2);
    put(CostTerm::FoldedRingBits, machine.ringLog2 + machine.scaleLog2);
    put(CostTerm::FoldedBusBits, machine.weightBus + machine.mapBus);
    put(CostTerm::FoldedWords, word);
    put(CostTerm::FoldedParts, word * log2Ceil(machine.split()));
    put(CostTerm::FoldedLanes, machine.columns);
    put(CostTerm::FoldedLaneSums, machine.columns * machine.sumBits);
    putMemory(put, technology, used, {machine.poolLog2, word, machine.poolLog2 > kLutRamLog2},
              CostTerm::BufferRegisters);
    ring(put, technology, used, machine.rows * machine.columns * machine.weightBits, machine.weightBus,
         machine.ringLog2);
    ring(put, technology, used, machine.columns * machine.fieldBits(), machine.weightBus, machine.scaleLog2);
    addRom(technology.family, std::int64_t{1} << machine.programLog2, machine.programColumns, used);
    array(put, technology, machine);
    requantize(put, machine, technology);
    if (machine.tables > 0) {
        const std::int64_t entries = std::int64_t{1} << (machine.activationBits + log2Ceil(machine.tables));
        put(CostTerm::TableLuts, amounts::romLuts(technology, word, entries));
        put(CostTerm::TableBits, 2 * word);
    }
}

} // namespace

CostTerms costTerms(const Machine& machine, const Technology& technology) {
    CostTerms terms{};
    Resources used;
    machineAmounts(Collector{&terms}, technology, used, machine);
    return terms;
}

Resources resources(const Workload& workload, const Parameters& parameters, DeviceFamily family) {
    return resources(compile(workload, parameters).machine, family);
}

Resources resources(const Machine& machine, DeviceFamily family) {
    Resources used;
    const Weigher weigher(pricesOf(family));
    machineAmounts(weigher, technologyOf(family), used, machine);
    weigher.addTo(used, family);
    return used;
}

} // namespace tandem::hw::folded
