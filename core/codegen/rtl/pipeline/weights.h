// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codegen/package/package.h"
#include "core/codegen/rtl/common/instance.h"
#include "core/hw/pipeline/netlist.h"
#include "core/quant/arithmetic/integer_network.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tandem::codegen {

/// The streamed weights of one layer: its AXI4 port and its part of the image in memory.
struct StreamedWeights {
    int layer = 0;
    hw::pipeline::WeightStream stream;
    std::int64_t offset = 0; ///< of its part, in bytes, a multiple of 4096

    std::string bus() const { return fmt::format("m_axi_w{}", layer); }
};

/// Of all layers that stream, in their order. Throws Error (Input) naming the layer at which the image is
/// more than the modules can address.
std::vector<StreamedWeights> streamedWeights(const hw::Workload& workload,
                                             const hw::pipeline::Netlist& netlist);

/// The image of all streams, one line of two hexadecimal digits for each byte: what must stand in memory
/// where the top's input `weights_base` says.
std::string streamedImage(const quant::IntegerNetwork& network, const hw::Workload& workload,
                          const hw::pipeline::Parameters& parameters, const hw::pipeline::Netlist& netlist);
inline constexpr const char* kStreamedImage = "mem/weights.hex";

/// The AXI4 ports of the top.
std::vector<Bus> weightBuses(std::span<const StreamedWeights> streams);
/// Their declarations, each line with a comma at its end, and what the top does with those that never change.
std::string weightPorts(std::span<const StreamedWeights> streams);
std::string steadyWeightPorts(std::span<const StreamedWeights> streams);

/// Connects a convolution with the wires that its weights come over.
void connectWeights(Instance& convolution, int layer);
/// Those wires with a memory on the chip at their other end: words for 2^stepBits steps, read from `file`.
std::string weightRom(int layer, int stepBits, int wordBits, bool block, const std::string& file);
/// The same with a stream.
std::string weightStream(const StreamedWeights& weights, int stepBits);

} // namespace tandem::codegen
