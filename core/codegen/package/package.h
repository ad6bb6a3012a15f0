// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/hw/device/device.h"

#include <cstdint>
#include <string>
#include <vector>

/// What an exported accelerator is to those around it.
namespace tandem::codegen {

/// Whom an accelerator is for.
struct RtlTarget {
    std::string network = "accelerator"; ///< in a person's words
    hw::DeviceFamily family = hw::DeviceFamily::Xilinx7;
    std::string part; ///< the vendor's order code; empty: the scripts name a common one
    double clockMhz = 100.0;
    bool hasDsps = true; ///< of some families only the larger devices do
};

enum class BusKind { StreamSlave, StreamMaster, LiteSlave, MemoryMaster };

/// A port of the top that belongs to a bus.
struct BusPort {
    std::string logical;  ///< as the bus standard calls it: "TVALID"
    std::string physical; ///< as the top calls it: "s_axis_tvalid"
    bool output = false;
    int width = 0; ///< bits of a vector; 0: a single wire
};

/// An AXI interface of the top. All run on `aclk` and are reset by `aresetn`.
struct Bus {
    std::string name; ///< "s_axis"
    BusKind kind = BusKind::StreamSlave;
    std::vector<BusPort> ports;
};

/// Bits of an AXI-Stream port that carries `width` bits: whole bytes.
int portBits(int width);

/// An AXI4-Stream with tdata of `bits` bits, whole bytes, and tlast where said.
Bus streamBus(const std::string& name, BusKind kind, int bits, bool last);

/// A bus of `name` with these ports, whose physical names follow from the logical ones.
Bus memoryBus(const std::string& name, std::vector<BusPort> ports, BusKind kind = BusKind::MemoryMaster);
/// The ports of an AXI4 master that reads `bits` bits a beat.
std::vector<BusPort> memoryReadPorts(int bits);

/// A 32-bit register behind the top's AXI4-Lite slave.
struct Register {
    std::string name; ///< "control"
    std::int64_t offset = 0;
    bool writable = false;
    std::string description;
};

/// All that the files around the Verilog need to know. Paths are relative to the package's folder.
struct Package {
    RtlTarget target;
    std::string top = "tandem_top";
    std::vector<std::string> modules; ///< Verilog files that the top uses, in any order
    std::vector<std::string> images;  ///< memory images that the Verilog reads
    std::vector<std::string> golden;  ///< what the test bench reads
    std::vector<Bus> buses;
    std::vector<BusPort> inputs; ///< of the top, that belong to no bus
    std::vector<Register> registers;
};

/// The input of a top that says where streamed weights stand in memory.
inline constexpr const char* kWeightsBase = "weights_base";

/// Name of the package, fit for files and tools: "tandem_resnet8".
std::string packageName(const Package& package);

} // namespace tandem::codegen
