// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/folded/program.h"

#include "core/base/bits.h"
#include "core/hw/device/technology.h"
#include "core/hw/folded/passes.h"
#include "core/hw/folded/plan.h"

#include <algorithm>
#include <bit>

namespace tandem::hw::folded {

namespace {

bool powerOfTwo(int value, int least, int most) {
    return value >= least && value <= most && std::has_single_bit(static_cast<unsigned>(value));
}

Fault parameterFault(const Parameters& parameters) {
    constexpr int kMostColumns = 128, kMostBus = 1024;
    if (!powerOfTwo(parameters.columns, 2, kMostColumns)) {
        return fmt::format("folded template: {} columns, a power of two from 2 to {} expected",
                           parameters.columns, kMostColumns);
    }
    if (!powerOfTwo(parameters.rows, 2, parameters.columns)) {
        return fmt::format("folded template: {} rows, a power of two from 2 to the {} columns expected",
                           parameters.rows, parameters.columns);
    }
    if (!powerOfTwo(parameters.busBits, 8, kMostBus)) {
        return fmt::format("folded template: {} bus bits, a power of two from 8 to {} expected",
                           parameters.busBits, kMostBus);
    }
    if (parameters.poolWords < 0 || parameters.ringWords < 0) {
        return "folded template: a memory cannot have fewer than 0 words";
    }
    return std::nullopt;
}

/// What the fields of instructions and the weight buffer cannot hold.
Fault programFault(const Workload& workload, const Parameters& parameters, const Program& program) {
    constexpr std::ptrdiff_t kMostTables = 128;
    constexpr std::int64_t kMostChunk = 65535;
    const std::ptrdiff_t tables = std::ranges::count(workload.layers, LayerKind::Table, &Layer::kind);
    if (tables > kMostTables) {
        return fmt::format("folded template: the network has {} table layers, at most {} can be told apart",
                           tables, kMostTables);
    }
    const auto largest = std::ranges::max_element(program.images, {}, &Image::chunkWords);
    if (largest == program.images.end()) {
        return std::nullopt;
    }
    const std::string& name = workload.layers[static_cast<std::size_t>(largest->layer)].name;
    if (largest->chunkWords > kMostChunk) {
        return fmt::format("layer '{}': {} words of weights for one block of output channels, at most {} can "
                           "be counted; take more rows",
                           name, largest->chunkWords, kMostChunk);
    }
    if (parameters.ringWords > 0 && parameters.ringWords < largest->chunkWords) {
        return fmt::format("layer '{}': {} words of weights do not fit into the weight buffer of {}", name,
                           largest->chunkWords, parameters.ringWords);
    }
    return std::nullopt;
}

/// Neighbouring columns whose weights stand in one operand of a DSP, each with the place for a product.
int packOf(const Machine& machine, Multiplier multiplier) {
    if (multiplier != Multiplier::Packed) {
        return multiplier == Multiplier::Fabric ? 0 : 1;
    }
    const int product = machine.activationBits + machine.weightBits;
    int pack = 1;
    while (2 * pack <= machine.columns && (2 * pack - 1) * product + machine.weightBits <= kDspOperandBits) {
        pack *= 2;
    }
    return pack;
}

Machine machineOf(const Workload& workload, const Parameters& parameters, const Program& program,
                  std::int64_t poolWords) {
    Machine machine;
    machine.rows = parameters.rows;
    machine.columns = parameters.columns;
    machine.activationBits = workload.inputBits;
    machine.weightBits = 2;
    machine.sumBits = 0;
    machine.multiplierBits = 0;
    machine.weightBus = parameters.busBits;
    machine.streamed = parameters.streamed;
    machine.mapBus = std::min(parameters.busBits, parameters.columns * 8);
    for (const Layer& layer : workload.layers) {
        machine.activationBits = std::max(machine.activationBits, layer.outputBits);
        machine.weightBits =
            std::max(machine.weightBits, traitsOf(layer.kind).hasWeights ? layer.weightBits : 2);
        if (layer.kind != LayerKind::Add) {
            machine.multiplierBits = std::max(machine.multiplierBits, layer.multiplierBits);
        }
        machine.tables += layer.kind == LayerKind::Table ? 1 : 0;
    }
    machine.sumBits = machine.activationBits + 2;
    for (const Layer& layer : workload.layers) {
        machine.sumBits = std::max(machine.sumBits, sumBits(layer, machine.activationBits));
    }
    // bias * multiplier, and the rounding constant with zero point and stored offset: the fewer bits an
    // output has, the farther it is shifted.
    int fewest = machine.activationBits;
    for (const Layer& layer : workload.layers) {
        fewest = std::min(fewest, layer.outputBits);
    }
    machine.constantBits = machine.sumBits + 19 + machine.activationBits - fewest;
    machine.pack = packOf(machine, parameters.multiplier);

    std::int64_t chunk = 1, scales = 1, places = 1;
    for (const Image& image : program.images) {
        chunk = std::max(chunk, image.chunkWords);
        scales = std::max<std::int64_t>(scales, image.scales);
    }
    for (const Pass& pass : program.passes) {
        if (!pass.moves()) {
            const Image& image = program.images[static_cast<std::size_t>(pass.image)];
            places = std::max(places, (image.chunkWords + 1) * machine.rows);
        }
    }
    machine.ringLog2 = std::max(2, log2Ceil(parameters.ringWords > 0 ? parameters.ringWords : 2 * chunk));
    machine.scaleLog2 = std::max(2, log2Ceil(2 * scales));
    machine.placeBits = log2Ceil(places) + 1;
    machine.poolLog2 = std::max(2, log2Ceil(poolWords));
    machine.programLog2 =
        log2Ceil(kInstructionWords * (static_cast<std::int64_t>(program.passes.size()) + 1));
    machine.loads = 1;
    for (const Pass& pass : program.passes) {
        machine.loads += !pass.moves() ? 1 : 0;
    }
    return machine;
}

} // namespace

int blocksOf(int channels, int columns) {
    return (channels + columns - 1) / columns;
}

std::int64_t Pass::steps() const {
    std::int64_t product = 1;
    for (const int turn : turns) {
        product *= turn;
    }
    return product;
}

std::int64_t Machine::wordBeats() const {
    return dividedUp(std::int64_t{rows} * columns * weightBits, weightBus);
}

std::int64_t Machine::scaleBeats() const {
    return dividedUp(std::int64_t{columns} * fieldBits(), weightBus);
}

std::int64_t Machine::mapBeats() const {
    return dividedUp(std::int64_t{columns} * 8, mapBus);
}

void placeImages(Program& program) {
    const Machine& machine = program.machine;
    program.imageBeats = 0;
    for (Image& image : program.images) {
        image.offset = program.imageBeats;
        image.beats = image.chunkWords * machine.wordBeats();
        image.firstBeats = image.scales * machine.scaleBeats() + image.beats;
        program.imageBeats += image.firstBeats + (image.chunks - 1) * image.beats;
    }
}

Fault compile(const Workload& workload, const Parameters& parameters, Program& program) {
    program = {};
    std::int64_t poolWords = 0;
    if (Fault fault = parameterFault(parameters)) {
        return fault;
    }
    if (Fault fault = plan(workload, parameters, program, poolWords)) {
        return fault;
    }
    if (Fault fault = programFault(workload, parameters, program)) {
        return fault;
    }
    program.machine = machineOf(workload, parameters, program, poolWords);
    placeImages(program);
    return std::nullopt;
}

Program compile(const Workload& workload, const Parameters& parameters) {
    Program program;
    refuse(compile(workload, parameters, program));
    return program;
}

Fault fault(const Workload& workload, const Parameters& parameters) {
    Program program;
    return compile(workload, parameters, program);
}

} // namespace tandem::hw::folded
