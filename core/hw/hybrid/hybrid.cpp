// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/hybrid/hybrid.h"

#include "core/hw/device/unit_energy.h"
#include "core/hw/pipeline/engine.h"
#include "core/hw/pipeline/netlist.h"
#include "core/hw/pipeline/timing.h"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace tandem::hw::hybrid {

namespace {

/// From the cycle in which the pipeline's last beat leaves to the one in which its word can be taken.
constexpr std::int64_t kBankCycles = 3;

std::int64_t words(const Workload& tail, const folded::Parameters& parameters) {
    return std::int64_t{tail.inputHeight} * tail.inputWidth *
           folded::blocksOf(tail.inputChannels, parameters.columns);
}

/// Of the map between the two.
double seamBits(const Workload& tail) {
    return static_cast<double>(std::int64_t{tail.inputChannels} * tail.inputHeight * tail.inputWidth *
                               tail.inputBits);
}

folded::Parameters streamed(folded::Parameters tail) {
    tail.streamed = true;
    return tail;
}

} // namespace

std::vector<int> cuts(const Workload& workload) {
    std::vector<int> legal;
    const int layers = static_cast<int>(workload.layers.size());
    for (int cut = 1; cut < layers; ++cut) {
        const bool clean =
            std::all_of(workload.layers.begin() + cut, workload.layers.end(), [&](const Layer& layer) {
                return std::ranges::all_of(layer.inputs, [&](int input) { return input >= cut - 1; });
            });
        bool used = true; // nothing but the last layer's output may be left over
        for (int l = 0; l + 1 < cut; ++l) {
            used = used &&
                   std::any_of(workload.layers.begin(), workload.layers.begin() + cut,
                               [l](const Layer& layer) { return std::ranges::count(layer.inputs, l) > 0; });
        }
        if (clean && used) {
            legal.push_back(cut);
        }
    }
    return legal;
}

Parts split(const Workload& workload, int layers) {
    Parts parts{workload, {}};
    parts.head.layers.resize(static_cast<std::size_t>(layers));
    const Layer& last = parts.head.layers.back();
    parts.tail = {last.outputChannels, last.outputHeight, last.outputWidth,
                  last.outputBits,     last.outputSigned, {}};
    parts.tail.layers.assign(workload.layers.begin() + layers, workload.layers.end());
    for (Layer& layer : parts.tail.layers) {
        for (int& input : layer.inputs) {
            input = input - layers; // the cut's map becomes kNetworkInput
        }
    }
    return parts;
}

pipeline::Parameters allocate(const Workload& head, std::int64_t interval, int columns) {
    pipeline::Parameters parameters = pipeline::allocate(head, interval);
    const Layer& last = head.layers.back();
    const auto fits = [&](const Folding& folding) {
        return columns % pipeline::engineOf(last, folding).outputLanes == 0;
    };
    if (fits(parameters.foldings.back())) {
        return parameters;
    }
    // The fastest folding of the last layer that fits, not faster than asked for.
    std::vector<Folding> fitting;
    std::ranges::copy_if(pipeline::legalFoldings(last), std::back_inserter(fitting), fits);
    const auto fast = [&](const Folding& folding) {
        return std::max(interval, pipeline::layerInterval(last, folding));
    };
    if (!fitting.empty()) { // ascending in multipliers
        parameters.foldings.back() = *std::ranges::min_element(fitting, {}, fast);
    }
    return parameters;
}

Fault fault(const Workload& workload, const Parameters& parameters) {
    if (std::ranges::count(cuts(workload), parameters.layers) == 0) {
        return fmt::format(
            "hybrid template: the network cannot be cut after {} layers, because more than the "
            "last one's output is read behind the cut",
            parameters.layers);
    }
    const Parts parts = split(workload, parameters.layers);
    if (Fault inHead = pipeline::fault(parts.head, parameters.head)) {
        return inHead;
    }
    if (Fault inTail = folded::fault(parts.tail, streamed(parameters.tail))) {
        return inTail;
    }
    return seamFault(parts, parameters);
}

Fault seamFault(const Parts& parts, const Parameters& parameters) {
    for (std::size_t l = 0; l < parameters.head.foldings.size(); ++l) {
        if (parameters.head.foldings[l].weights == WeightStore::Stream) {
            return fmt::format("layer '{}': in front of a folded array its weights must stand on the chip",
                               parts.head.layers.at(l).name);
        }
    }
    const int lanes =
        pipeline::engineOf(parts.head.layers.back(), parameters.head.foldings.back()).outputLanes;
    if (parameters.tail.columns % lanes != 0) {
        return fmt::format("layer '{}': it hands out {} channels a beat, which do not make up the {} columns "
                           "of the folded array behind it",
                           parts.head.layers.back().name, lanes, parameters.tail.columns);
    }
    return std::nullopt;
}

folded::Program compile(const Parts& parts, const Parameters& parameters) {
    return folded::compile(parts.tail, streamed(parameters.tail));
}

Timing exactTiming(const Workload& workload, const Parameters& parameters, const folded::Memory& memory,
                   int frames) {
    const Parts parts = split(workload, parameters.layers);
    return exactTiming(parts, parameters, compile(parts, parameters), memory, frames);
}

Timing exactTiming(const Parts& parts, const Parameters& parameters, const folded::Program& program,
                   const folded::Memory& memory, int frames) {
    const pipeline::Replay head =
        pipeline::replay(parts.head, pipeline::netlistOf(parts.head, parameters.head), frames);
    Timing timing;
    std::int64_t start = kFirstCommand;
    for (const std::int64_t last : head.lastOutput) {
        timing.done.push_back(
            start + folded::replay(program, parts.tail, memory, last + kBankCycles - start).latency);
        start = timing.done.back() + kNextCommand;
    }
    timing.latency = timing.done.front();
    timing.interval = interval(parts, parameters, program, memory);
    return timing;
}

std::int64_t latencyEstimate(const Parts& parts, const Parameters& parameters, const folded::Program& program,
                             const folded::Memory& memory) {
    const std::int64_t arrival = pipeline::latencyEstimate(parts.head, parameters.head) + kBankCycles;
    return kFirstCommand + folded::replay(program, parts.tail, memory, arrival - kFirstCommand).latency;
}

std::int64_t interval(const Parts& parts, const Parameters& parameters, const folded::Program& program,
                      const folded::Memory& memory) {
    return std::max(pipeline::interval(parts.head, parameters.head),
                    folded::replay(program, parts.tail, memory).latency + kNextCommand);
}

int bankLog2(const Workload& tail, const folded::Parameters& parameters) {
    return std::max(2, log2Ceil(2 * words(tail, parameters)));
}

Resources resources(const Parts& parts, const Parameters& parameters, const folded::Program& program,
                    DeviceFamily family) {
    Resources used = pipeline::resources(parts.head, parameters.head, family);
    const folded::Machine& machine = program.machine;
    used += folded::resources(machine, family);
    const int bank = bankLog2(parts.tail, parameters.tail);
    const int width = machine.columns * machine.activationBits;
    if (pipeline::ringInBlock(bank)) {
        const BlockRams blocks = blockRams(std::int64_t{1} << bank, width, MemoryUse::Written);
        used.ramb36 += blocks.ramb36;
        used.ramb18 += blocks.ramb18;
    } else {
        used.lut += width * 4.0 / 3;
    }
    used.ff += width;
    return used;
}

double seamEnergy(const Parts& parts, const Parameters& parameters) {
    const double bank = std::exp2(bankLog2(parts.tail, parameters.tail)) * parameters.tail.columns * 8.0;
    return 2 * seamBits(parts.tail) * accessPerBit(bank);
}

Energy energy(const Parts& parts, const Parameters& parameters, const folded::Program& program) {
    Energy total = pipeline::energy(parts.head, parameters.head);
    total += folded::energy(parts.tail, program);
    total.onChip += seamEnergy(parts, parameters);
    // The pipeline's figure has its result written to memory; here it goes into the bank.
    total.dram -= pipeline::outputEnergy(parts.head);
    return total;
}

} // namespace tandem::hw::hybrid
