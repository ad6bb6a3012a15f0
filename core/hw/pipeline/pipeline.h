// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/device.h"
#include "core/hw/device/energy.h"
#include "core/hw/device/memory_timing.h"
#include "core/hw/device/resources.h"
#include "core/hw/device/system_time.h"
#include "core/hw/fault.h"
#include "core/hw/folding.h"
#include "core/hw/workload/workload.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

/// The `pipeline` template: one engine per layer, connected by streams. These functions describe the RTL that
/// codegen writes: the cycles are those of the simulated hardware, DSP and block RAM those of Yosys
/// for the device's family.
namespace tandem::hw::pipeline {

/// The ports through which weights stream, one for each layer whose store is WeightStore::Stream, and the
/// memory that their buffers are made for.
struct WeightPort {
    int busBits = 64; ///< the widest: a power of two, 8 to 1024
    MemoryTiming memory;
    bool operator==(const WeightPort&) const = default;
};

/// The accelerator's choices: one folding per workload layer.
struct Parameters {
    std::vector<Folding> foldings;
    WeightPort weightPort;
    /// Beats held in front of each input of each layer, in their order, 0: none. Empty: by how far streams
    /// lag behind each other (closed form). See withLeastBuffers.
    std::vector<std::int64_t> inputBeats;
    /// Per layer: bits of a word of weights that are not the same in every word, 0 where it has none;
    /// synthesis keeps no others in block RAM. Empty: not known, all of them. See codegen::withWeightColumns.
    std::vector<std::int64_t> weightColumns;
};

/// Why the template cannot build a layer's shape: pads as large as the kernel, an output that does not follow
/// from the input.
Fault shapeFault(const Layer& layer);
/// The same of all layers with their widths and of what they read: a tensor that nothing reads.
Fault fault(const Workload& workload);
/// The same of the choices, too.
Fault fault(const Workload& workload, const Parameters& parameters);

/// The foldings that the RTL can build for a layer, ascending in multipliers (then in pe), all with
/// Multiplier::Dsp. Never empty.
std::vector<Folding> legalFoldings(const Layer& layer);

/// Whether `folding`, one of legalFoldings(layer), can be built with `multiplier`: everything multiplies by
/// Dsp, only convolutions otherwise, and Packed needs two products that one DSP holds.
bool isLegal(const Layer& layer, const Folding& folding, Multiplier multiplier);

/// Cycles per frame that a layer alone needs in steady state: max(work, input beats, what the memory of
/// streamed weights needs for them).
std::int64_t layerInterval(const Layer& layer, const Folding& folding, const WeightPort& port = {});

/// What a layer multiplies with where `wanted` is asked for: that, if it can be built with two output
/// channels at a time, else Dsp.
Multiplier possibleMultiplier(const Layer& layer, Multiplier wanted);

/// For every layer the cheapest legal folding whose layerInterval is at most `interval`, or the fastest one
/// where none is; among them one whose streams meet its producer's fast enough, too, where there is one.
/// `multipliers`: empty, or what each layer is to multiply with if it can.
Parameters allocate(const Workload& workload, std::int64_t interval,
                    std::span<const Multiplier> multipliers = {});

/// What a pipeline must fit, in modelled resources of a family.
struct Budget {
    double lut = 0, ff = 0, dsp = 0, bram36 = 0;
    DeviceFamily family = DeviceFamily::Xilinx7;
    /// Bytes a cycle that memory gives for weights which stream; 0: all weights stand on the chip.
    double memoryBytes = 0;
    WeightPort weightPort = {}; ///< of those
};

/// A pipeline that was solved for.
struct Allocation {
    Parameters parameters;
    std::int64_t interval = 0; ///< closed form
    Resources resources;
};

/// Foldings and multipliers for all layers that keep `interval` and fit the budget, none where no such
/// pipeline is found. Resources are priced by how scarce they are: every layer takes its cheapest legal
/// choice, and what is exceeded gets dearer. Where nothing is found, the weights of as few layers as it takes
/// may stream, those first of which the fewest bytes are read for a frame. `pins`: empty, or per layer the
/// folding that it must have. Throws Error (Input) where their count is another.
std::optional<Allocation> allocate(const Workload& workload, std::int64_t interval, const Budget& budget,
                                   std::span<const std::optional<Folding>> pins = {});

/// The same with the shortest interval that fits the budget.
std::optional<Allocation> allocate(const Workload& workload, const Budget& budget,
                                   std::span<const std::optional<Folding>> pins = {});

/// Where the block RAM exceeds the budget, lets the weights of some layers stream: those first of which the
/// fewest bytes are read for each block that becomes free. The interval stays, and memory gives what the
/// budget says; where that does not make the block RAM fit, nothing changes. Whether something did.
bool streamWhatDoesNotFit(const Workload& workload, Parameters& parameters, const Budget& budget);

/// The interval of the whole pipeline: closed form, equal to the event model's. Fast enough to be called in a
/// search.
std::int64_t interval(const Workload& workload, const Parameters& parameters);

/// First output, latency and interval by replaying every beat's recurrence: exact, cost proportional to the
/// beats of a few frames.
FrameCycles exactTiming(const Workload& workload, const Parameters& parameters);

/// Latency from reset to the last output beat row by row instead of beat by beat; see the tests for how near
/// it comes to exactTiming.
std::int64_t latencyEstimate(const Workload& workload, const Parameters& parameters);

/// Resources of one layer's engine, its buffers and weight memory included.
Resources layerResources(const Layer& layer, const Folding& folding, DeviceFamily family,
                         const WeightPort& port = {});

/// layerInterval and layerResources at once.
struct LayerCost {
    std::int64_t interval = 0;
    Resources resources;
};
LayerCost layerCost(const Layer& layer, const Folding& folding, DeviceFamily family,
                    const WeightPort& port = {});

/// Resources of the whole top: layers, stream converters, forks, FIFOs, AXI-Stream ports.
Resources resources(const Workload& workload, const Parameters& parameters, DeviceFamily family);

/// Energy of one frame from operation and access counts times unit energies (Horowitz, ISSCC 2014, 45 nm).
Energy layerEnergy(const Layer& layer, const Folding& folding, const WeightPort& port = {});

/// Reading a frame from DRAM, and writing its result there.
double inputEnergy(const Workload& workload);
double outputEnergy(const Workload& workload);

/// Bytes of weights that are read from memory for one frame.
std::int64_t streamedBytes(const Workload& workload, const Parameters& parameters);

/// The sum of the layers' plus reading the input from and writing the output to DRAM.
Energy energy(const Workload& workload, const Parameters& parameters);

} // namespace tandem::hw::pipeline
