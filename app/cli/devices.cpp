// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/table.h"

namespace tandem::cli {

namespace {

nlohmann::ordered_json toJson(const hw::Device& device) {
    return {{"name", device.name},
            {"title", device.title},
            {"family", hw::toString(device.family)},
            {"lut", device.lut},
            {"ff", device.ff},
            {"dsp", device.dsp},
            {"bram36", device.bram36},
            {"uram", device.uram},
            {"area_mm2", device.areaMm2},
            {"sram_um2_per_bit", device.sramUm2PerBit},
            {"rom_um2_per_bit", device.romUm2PerBit},
            {"dram_gb_per_s", device.dramGBperS},
            {"clock_mhz", device.clockMhz},
            {"clocks_mhz", device.clocks},
            {"static_power_w", device.staticPowerW},
            {"power_budget_w", device.powerBudgetW},
            {"energy_scale", device.energyScale},
            {"part", device.part},
            {"host", device.host},
            {"host_gflops", device.hostGflops},
            {"host_gb_per_s", device.hostGBperS},
            {"start_up_us", device.startUpUs},
            {"source", device.source}};
}

std::string toTable(const std::vector<hw::Device>& devices) {
    Table table({"name", "device", "LUT", "FF", "DSP", "BRAM36", "area mm2", "DRAM GB/s", "clock MHz"});
    for (const hw::Device& device : devices) {
        const auto count = [](double value) {
            return value > 0 ? grouped(static_cast<std::int64_t>(value)) : "-";
        };
        table.add({device.name, device.title, count(device.lut), count(device.ff), count(device.dsp),
                   device.bram36 > 0 ? fmt::format("{:g}", device.bram36) : "-",
                   device.areaMm2 > 0 ? fmt::format("{:g}", device.areaMm2) : "-",
                   fmt::format("{:.1f}", device.dramGBperS), fmt::format("{:g}", device.clockMhz)});
    }
    return table.text();
}

} // namespace

void addDevices(Program program) {
    CLI::App* command = addCommand(program, "devices", "Known devices and their budgets");
    command->callback([program] {
        const std::vector<hw::Device> devices = knownDevices();
        nlohmann::ordered_json list = nlohmann::ordered_json::array();
        for (const hw::Device& device : devices) {
            list.push_back(toJson(device));
        }
        program.output.result(list, [&] { return toTable(devices); });
    });
}

} // namespace tandem::cli
