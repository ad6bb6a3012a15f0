// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tandem::hw {

enum class DeviceFamily { Xilinx7, UltraScalePlus, Ice40, Ecp5, Asic };

/// What a design must fit. Budgets of things a family does not have are 0.
struct Device {
    std::string name;  ///< "pynq-z1", as the command line takes it
    std::string title; ///< "PYNQ-Z1 (Zynq XC7Z020)"
    DeviceFamily family = DeviceFamily::Xilinx7;
    double lut = 0, ff = 0, dsp = 0;
    double bram36 = 0;  ///< block RAMs in units of 36 Kbit (iCE40 and ECP5: their own blocks, converted)
    double uram = 0;    ///< UltraRAM blocks of 288 Kbit
    double areaMm2 = 0; ///< ASIC profile only
    double sramUm2PerBit = 0, romUm2PerBit = 0; ///< ASIC profile only: area of memory macros
    double dramGBperS = 0;      ///< bandwidth that the board's memory gives, 10^9 bytes per second
    double clockMhz = 100;      ///< the clock designs are planned for unless `hw.clock_mhz` says otherwise
    std::vector<double> clocks; ///< legal clocks, ascending, MHz
    double staticPowerW = 0;    ///< drawn by the idle device
    double powerBudgetW = 0;    ///< 0: none
    double energyScale = 1;     ///< multiplies the unit energies of operations and on-chip memories, 45 nm
    std::string part;           ///< the vendor's order code, for tools; empty: not stated
    std::string host;           ///< what runs the host operators; empty: not stated
    double hostGflops = 0;      ///< 10^9 operations per second that the host does in them; 0: not stated
    double hostGBperS = 0;      ///< 10^9 bytes per second that it reads and writes in them; 0: not stated
    double startUpUs = 0;       ///< per frame, from the program's call to the accelerator's first input
    std::string source;         ///< where the figures come from
};

/// "Xilinx 7 series", ...
std::string toString(DeviceFamily family);
/// As files name it: "xilinx7", "ultrascale+", "ice40", "ecp5", "asic".
std::string familyName(DeviceFamily family);
/// Throws Error (Input) that lists the names.
DeviceFamily familyByName(std::string_view name);

/// Reads one device file (JSON). Throws Error (Input) that names the file and the field, what was found and
/// what would be accepted.
Device readDevice(const std::filesystem::path& file);

/// Every device of the program's own table folder and of the user's (`*.json`), ordered by name; a user's
/// device replaces ours of the same name. Folders that do not exist count as empty.
std::vector<Device> loadDevices(const std::filesystem::path& own, const std::filesystem::path& users);

/// The device called `name` (case does not matter). Throws Error (Input) that lists the known names.
const Device& findDevice(const std::vector<Device>& devices, const std::string& name);

} // namespace tandem::hw
