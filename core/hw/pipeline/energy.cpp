// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/device/unit_energy.h"
#include "core/hw/pipeline/cost.h"
#include "core/hw/pipeline/weight_stream.h"

#include <algorithm>
#include <cmath>

namespace tandem::hw::pipeline {

namespace {

Energy energyOf(const Layer& layer, const Folding& folding, const Engine& engine, const WeightPort& port) {
    const double outputs = static_cast<double>(engine.outputFrame) * engine.outputLanes;
    const double steps = static_cast<double>(engine.frameSteps());
    const double in = folding.simd * layer.inputBits;
    const double sumBits = layer.accumulatorBits;
    const double scale = layer.multiplierBits == 0
                             ? 0.0
                             : kMultiplyPerSquareBit * layer.multiplierBits *
                                   (engine.module == Module::Add ? layer.inputBits : sumBits);
    Energy energy;
    // Every step: products, sums; every output: scale, round. The output buffer is written and read once.
    switch (engine.module) {
    case Module::Convolution: {
        const double products = traitsOf(layer.kind).channels == ChannelRule::Own
                                    ? static_cast<double>(std::int64_t{folding.pe} * folding.simd)
                                    : static_cast<double>(folding.pe);
        // A packed multiplication works on the places between its weights, too.
        const int together = std::max(1, productsPerDsp(layer, folding));
        const int weightBits = (together - 1) * (layer.inputBits + layer.weightBits) + layer.weightBits;
        energy.compute =
            steps * products *
                (kMultiplyPerSquareBit * layer.inputBits * weightBits / together + kAddPerBit * sumBits) +
            outputs * (scale + kAddPerBit * sumBits);
        const double word = products * layer.weightBits;
        if (streamsWeights(layer, folding)) { // into the ring and out of it
            const WeightStream stream = weightStreamOf(layer, folding, engine, port);
            energy.onChip += 2 * steps * word * accessPerBit(word * std::exp2(stream.ringLog2));
            energy.dram += steps * stream.beatsPerWord * stream.busBits * kDramPerBit;
        } else {
            energy.onChip += steps * word * accessPerBit(word * engine.groups * engine.steps);
        }
        break;
    }
    case Module::Pool:
        energy.compute = traitsOf(layer.kind).requantizes ? steps * folding.simd * kAddPerBit * sumBits +
                                                                outputs * (scale + kAddPerBit * sumBits)
                                                          : steps * in * kAddPerBit;
        break;
    case Module::Add:
        energy.compute = outputs * (2 * scale + 2 * kAddPerBit * (layer.inputBits + layer.multiplierBits));
        break;
    case Module::ChannelScale:
        energy.compute = outputs * (kMultiplyPerSquareBit * layer.inputBits * layer.secondBits +
                                    kMultiplyPerSquareBit * layer.multiplierBits * sumBits +
                                    kAddPerBit * (layer.multiplierBits + sumBits));
        energy.onChip += outputs * layer.secondBits *
                         accessPerBit(2.0 * engine.inputBeats * engine.inputLanes * layer.secondBits);
        break;
    case Module::Table:
        energy.onChip +=
            outputs * layer.outputBits * accessPerBit(std::exp2(layer.inputBits) * layer.outputBits);
        break;
    case Module::Concat:
    case Module::Crop:
    case Module::Select:
    case Module::Reorder:
    case Module::Insert:
        break;
    }
    // What comes in is written once, and read in every step.
    if (engine.ringBeats > 0) {
        const double ring = in * std::exp2(engine.ringLog2);
        energy.onChip += (static_cast<double>(engine.inputFrame) + steps) * in * accessPerBit(ring);
    }
    if (hasOutputBuffer(engine.module)) {
        const double out = engine.outputLanes * layer.outputBits;
        energy.onChip += 2 * static_cast<double>(engine.outputFrame) * out *
                         accessPerBit(out * std::exp2(engine.fifoLog2));
    }
    return energy;
}

} // namespace

double inputEnergy(const Workload& workload) {
    return kDramPerBit * static_cast<double>(std::int64_t{workload.inputChannels} * workload.inputHeight *
                                             workload.inputWidth * workload.inputBits);
}

double outputEnergy(const Workload& workload) {
    const Layer& last = workload.layers.back();
    return kDramPerBit * static_cast<double>(std::int64_t{last.outputChannels} * last.outputHeight *
                                             last.outputWidth * last.outputBits);
}

Energy layerEnergy(const Layer& layer, const Folding& folding, const WeightPort& port) {
    return energyOf(layer, folding, engineOf(layer, folding, port), port);
}

Energy energy(const Workload& workload, const Parameters& parameters) {
    return energy(workload, parameters, enginesOf(workload, parameters));
}

Energy energy(const Workload& workload, const Parameters& parameters, std::span<const Engine> engines) {
    Energy total;
    for (std::size_t l = 0; l < workload.layers.size(); ++l) {
        total += energyOf(workload.layers[l], parameters.foldings[l], engines[l], parameters.weightPort);
    }
    total.dram += inputEnergy(workload) + outputEnergy(workload);
    return total;
}

} // namespace tandem::hw::pipeline
