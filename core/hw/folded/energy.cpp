// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/device/unit_energy.h"
#include "core/hw/folded/program.h"

#include <cmath>

namespace tandem::hw::folded {

namespace {

/// Bits of the memories that a pass uses.
struct Memories {
    double word, pool, ring, scales;
};

Energy passEnergy(const Pass& pass, const Image& image, const Layer& layer, const Machine& machine) {
    const double columns = machine.columns;
    const Memories bits{columns * machine.activationBits,
                        columns * machine.activationBits * std::exp2(machine.poolLog2),
                        columns * machine.rows * machine.weightBits * std::exp2(machine.ringLog2),
                        columns * machine.fieldBits() * std::exp2(machine.scaleLog2)};
    const auto steps = static_cast<double>(pass.steps());
    const double group = static_cast<double>(pass.turns[0]) * pass.turns[1] * pass.turns[2];
    const double outputs = steps / group * columns;
    const bool array = pass.kind == Pass::Kind::Array;
    Energy energy;
    // Every step: products and sums of all lanes, whether a channel stands there or not; every output:
    // scaled.
    const double products = steps * columns * (array ? machine.rows : 1);
    const double factorBits =
        array || pass.lane == Pass::Lane::Weights ? layer.weightBits : layer.multiplierBits;
    if (!pass.copies && pass.lane != Pass::Lane::Maximum) {
        energy.compute = products * (kMultiplyPerSquareBit * layer.inputBits * factorBits +
                                     kAddPerBit * layer.accumulatorBits) +
                         outputs * (kMultiplyPerSquareBit * layer.multiplierBits * layer.accumulatorBits +
                                    kAddPerBit * layer.accumulatorBits);
    } else {
        energy.compute = products * kAddPerBit * layer.inputBits;
    }
    energy.onChip = steps * bits.word * accessPerBit(bits.pool);
    if (array) {
        energy.onChip += steps * columns * machine.rows * machine.weightBits * accessPerBit(bits.ring);
    } else if (pass.lane == Pass::Lane::Weights) {
        energy.onChip += steps * columns * machine.rows * machine.weightBits * accessPerBit(bits.ring);
    }
    energy.onChip +=
        outputs / columns *
        (bits.word * accessPerBit(bits.pool) + columns * machine.fieldBits() * accessPerBit(bits.scales));
    // The image comes from memory once for each pass and is written into the rings.
    const double beats = static_cast<double>(image.firstBeats + (image.chunks - 1) * image.beats);
    energy.onChip += beats * machine.weightBus * accessPerBit(bits.ring);
    energy.dram = beats * machine.weightBus * kDramPerBit;
    return energy;
}

} // namespace

std::vector<Energy> layerEnergies(const Workload& workload, const Program& program) {
    const std::size_t layers = workload.layers.size();
    std::vector<Energy> parts(layers + 2);
    const Machine& machine = program.machine;
    const double poolBits = machine.columns * machine.activationBits * std::exp2(machine.poolLog2);
    for (const Pass& pass : program.passes) {
        if (pass.moves()) {
            const double lanes = static_cast<double>(pass.words) * machine.columns;
            const std::size_t part = pass.layer == kNetworkInput     ? layers
                                     : pass.region == Region::Output ? layers + 1
                                                                     : static_cast<std::size_t>(pass.layer);
            const bool fromBank = pass.kind == Pass::Kind::Take;
            parts[part] += {0, lanes * machine.activationBits * accessPerBit(poolBits),
                            fromBank ? 0 : lanes * 8 * kDramPerBit};
        } else {
            const auto layer = static_cast<std::size_t>(pass.layer);
            parts[layer] += passEnergy(pass, program.images[static_cast<std::size_t>(pass.image)],
                                       workload.layers[layer], machine);
        }
    }
    return parts;
}

Energy energy(const Workload& workload, const Program& program) {
    Energy total;
    for (const Energy& part : layerEnergies(workload, program)) {
        total += part;
    }
    return total;
}

Energy energy(const Workload& workload, const Parameters& parameters) {
    return energy(workload, compile(workload, parameters));
}

} // namespace tandem::hw::folded
