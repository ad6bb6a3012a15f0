// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/device.h"
#include "core/hw/device/energy.h"
#include "core/hw/device/memory_timing.h"
#include "core/hw/device/resources.h"
#include "core/hw/fault.h"
#include "core/hw/workload/workload.h"

#include <cstdint>
#include <vector>

/// The `folded` template: one array of rows x columns products that computes layer after layer. Feature maps
/// stand in one activation memory whose words hold `columns` channels side by side; weights and
/// requantization constants stream in over AXI4, ahead of the layer that needs them; what the activation
/// memory cannot hold is computed in bands of rows that come from and go to memory. These functions describe
/// the RTL that codegen writes: cycles are those of the simulated hardware with a memory that behaves like
/// `Memory`, DSP and block RAM those of Yosys for the device's family.
namespace tandem::hw::folded {

/// What moves slowest while a layer of the array is computed.
enum class Order {
    Weights, ///< a block of output channels: its weights stay while all pixels pass
    Outputs, ///< a pixel: all its output channels before the next pixel; a layer's weights stay whole. A
             ///< layer whose weights do not fit is computed in the other order
};

/// The accelerator's choices.
struct Parameters {
    int rows = 8;    ///< input channels multiplied side by side: a power of two, 2 to columns
    int columns = 8; ///< output channels computed side by side: a power of two, at most 128
    Order order = Order::Weights;
    Multiplier multiplier = Multiplier::Dsp; ///< of the array
    int busBits = 64;                        ///< of each of the two memory ports: a power of two, 8 to 1024
    int poolWords = 0;     ///< words of the activation memory; 0: as many as the network needs at once
    int ringWords = 0;     ///< words of the weight buffer, rows * columns weights each; 0: two of the largest
                           ///< blocks of output channels
    bool streamed = false; ///< the input comes as a stream, not from memory: behind a pipeline
    bool operator==(const Parameters&) const = default;
};

/// How both ports' memory answers; that of a write counts until its confirmation.
using Memory = MemoryTiming;

/// When what happens, in cycles from the start command.
struct Timing {
    std::vector<std::int64_t> begins; ///< per instruction of the program
    std::vector<std::int64_t> layers; ///< cycles of each layer's instructions; the last two entries: loading
                                      ///< the input, storing the output
    std::int64_t latency = 0;         ///< until done; also the interval between frames
    std::int64_t waiting = 0;         ///< of it, cycles in which the array waits for weights
    std::int64_t moving = 0;          ///< of it, cycles in which maps are copied from or to memory
};

/// Cycles of one layer's instructions where its maps are on chip and its weights arrive in time. O(1).
std::int64_t layerCycles(const Layer& layer, const Parameters& parameters);

/// Cycles of a frame: exact, replays every instruction and every chunk of weights.
Timing timing(const Workload& workload, const Parameters& parameters, const Memory& memory);

/// Resources of the whole accelerator.
Resources resources(const Workload& workload, const Parameters& parameters, DeviceFamily family);

/// Energy of one frame in picojoules, dynamic only.
Energy energy(const Workload& workload, const Parameters& parameters);

/// Why the template cannot compute it, naming the layer or the parameter that is not legal.
Fault fault(const Workload& workload, const Parameters& parameters);

} // namespace tandem::hw::folded
