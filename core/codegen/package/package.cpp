// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/package/package.h"

#include "core/codegen/text_files.h"

namespace tandem::codegen {

int portBits(int width) {
    return (width + 7) / 8 * 8;
}

Bus streamBus(const std::string& name, BusKind kind, int bits, bool last) {
    const bool master = kind == BusKind::StreamMaster;
    Bus bus{name, kind, {}};
    bus.ports = {{"TVALID", name + "_tvalid", master, 0},
                 {"TREADY", name + "_tready", !master, 0},
                 {"TDATA", name + "_tdata", master, bits}};
    if (last) {
        bus.ports.push_back({"TLAST", name + "_tlast", master, 0});
    }
    return bus;
}

Bus memoryBus(const std::string& name, std::vector<BusPort> ports, BusKind kind) {
    for (BusPort& port : ports) {
        std::ranges::transform(port.logical, std::back_inserter(port.physical),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        port.physical = name + "_" + port.physical;
    }
    return {name, kind, std::move(ports)};
}

std::vector<BusPort> memoryReadPorts(int bits) {
    return {{"ARVALID", "", true, 0}, {"ARREADY", "", false, 0}, {"ARADDR", "", true, 32},
            {"ARLEN", "", true, 8},   {"ARSIZE", "", true, 3},   {"ARBURST", "", true, 2},
            {"RVALID", "", false, 0}, {"RREADY", "", true, 0},   {"RDATA", "", false, bits},
            {"RRESP", "", false, 2},  {"RLAST", "", false, 0}};
}

std::string packageName(const Package& package) {
    return "tandem_" + identifier(package.target.network);
}

} // namespace tandem::codegen
