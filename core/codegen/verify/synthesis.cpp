// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/verify/synthesis.h"

#include "core/base/error.h"
#include "core/codegen/package/synthesis_scripts.h"
#include "core/codegen/package/tool_flags.h"
#include "core/codegen/verify/tool_run.h"

#include <sstream>

namespace tandem::codegen {

namespace fs = std::filesystem;

namespace {

/// The last table that Yosys printed: of the whole hierarchy where modules were kept.
std::string lastTable(const std::string& log, const fs::path& folder) {
    const std::size_t hierarchy = log.rfind("=== design hierarchy ===");
    const std::size_t statistics = log.rfind("Printing statistics");
    if (statistics == std::string::npos) {
        throw workError("Yosys in '{}' printed no statistics: {}", folder.string(), tail(log));
    }
    const bool split = hierarchy != std::string::npos && hierarchy > statistics;
    return log.substr(split ? hierarchy : statistics);
}

/// Cells per type in a table of Yosys ("     DSP48E1        12").
class CellTable {
  public:
    explicit CellTable(const std::string& table) {
        std::istringstream lines(table);
        for (std::string line; std::getline(lines, line);) {
            std::istringstream words(line);
            std::string name;
            int number = 0;
            if (words >> name >> number) {
                counts_.emplace_back(name, number);
            }
        }
    }

    int count(std::initializer_list<std::string_view> types) const {
        return countIf([&](std::string_view name) { return std::ranges::find(types, name) != types.end(); });
    }
    int countPrefix(std::string_view prefix) const {
        return countIf([&](std::string_view name) { return name.starts_with(prefix); });
    }

  private:
    template <typename Wanted>
    int countIf(const Wanted& wanted) const {
        int sum = 0;
        for (const auto& [name, number] : counts_) {
            sum += wanted(name) ? number : 0;
        }
        return sum;
    }

    std::vector<std::pair<std::string, int>> counts_;
};

hw::Resources xilinx(const CellTable& cells) {
    hw::Resources used;
    used.dsp = cells.count({"DSP48E1", "DSP48E2"});
    used.ramb36 = cells.count({"RAMB36E1", "RAMB36E2"});
    used.ramb18 = cells.count({"RAMB18E1", "RAMB18E2"});
    used.ff = cells.countPrefix("FD");
    // A 64-deep primitive of three read ports takes four LUTs, one of eight bits or seven read ports eight.
    used.lut = cells.count({"LUT1", "LUT2", "LUT3", "LUT4", "LUT5", "LUT6", "INV", "SRL16E", "SRLC32E"}) +
               4 * cells.count({"RAM32M", "RAM64M"}) + 8 * cells.count({"RAM32M16", "RAM64M8"});
    return used;
}

hw::Resources ice40(const CellTable& cells) {
    hw::Resources used;
    used.dsp = cells.count({"SB_MAC16"});
    used.ram4k = cells.countPrefix("SB_RAM40_4K");
    used.ff = cells.countPrefix("SB_DFF");
    used.lut = cells.count({"SB_LUT4"});
    return used;
}

hw::Resources ecp5(const CellTable& cells) {
    hw::Resources used;
    used.dsp = cells.count({"MULT18X18D"});
    used.ram16k = cells.count({"DP16KD", "PDPW16KD"});
    used.ff = cells.count({"TRELLIS_FF"});
    // A carry cell has two LUTs; 16 words of 4 bits take two slices: four LUTs.
    used.lut = cells.count({"LUT4"}) + 2 * cells.count({"CCU2C"}) + 4 * cells.count({"TRELLIS_DPR16X4"});
    return used;
}

/// Bits of the memories that asic.ys leaves to macros, from its dump of their cells.
void addMacros(const std::string& log, hw::Resources& used) {
    constexpr std::string_view kCell = "cell $__TANDEM_MEMORY", kParameter = "parameter \\";
    std::istringstream lines(log);
    bool inside = false;
    std::int64_t size = 0, width = 0;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string word, name;
        if (line.find(kCell) != std::string::npos) {
            inside = true;
            continue;
        }
        if (!inside || line.find(kParameter) == std::string::npos) {
            continue;
        }
        std::int64_t value = 0;
        words >> word >> name >> value;
        if (name == "\\SIZE") {
            size = value;
        } else if (name == "\\WIDTH") {
            width = value;
        } else if (name == "\\WR_PORTS") {
            (value > 0 ? used.sramBits : used.romBits) += size * width;
            inside = false;
        }
    }
}

hw::Resources asic(const std::string& log, const fs::path& folder) {
    const std::string table = lastTable(log, folder);
    const CellTable cells(table);
    hw::Resources used;
    used.ff = cells.countPrefix("DFF");
    addMacros(log, used);
    const std::size_t area = table.rfind("Chip area for ");
    const std::size_t colon = area == std::string::npos ? area : table.find(": ", area);
    if (colon == std::string::npos) {
        throw workError("Yosys in '{}' printed no area: {}", folder.string(), tail(log));
    }
    std::istringstream(table.substr(colon + 2)) >> used.cellsUm2;
    return used;
}

std::vector<std::string> command(hw::DeviceFamily family) {
    const std::string script = fmt::format("synth/{}.ys", familyScript(family));
    if (family != hw::DeviceFamily::Asic) {
        return {"yosys", script};
    }
    if (!fs::exists(kStandardCells)) {
        throw workError("the standard cells '{}' are not installed (Debian: qflow-tech-osu018)",
                        kStandardCells);
    }
    return {"yosys", "-p", fmt::format("script {}; {}", script, mapToCells(kStandardCells))};
}

} // namespace

std::optional<hw::Resources> synthesizeInTime(const fs::path& folder, hw::DeviceFamily family,
                                              const ProcessLimits& limits) {
    fs::create_directories(folder / "build");
    double seconds = 0;
    const std::optional<std::string> log = runToolInTime(command(family), folder, limits, seconds);
    if (!log) {
        return std::nullopt;
    }
    const CellTable cells(lastTable(*log, folder));
    switch (family) {
    case hw::DeviceFamily::Xilinx7:
    case hw::DeviceFamily::UltraScalePlus:
        return xilinx(cells);
    case hw::DeviceFamily::Ice40:
        return ice40(cells);
    case hw::DeviceFamily::Ecp5:
        return ecp5(cells);
    case hw::DeviceFamily::Asic:
        return asic(*log, folder);
    }
    return std::nullopt;
}

hw::Resources synthesizeRtl(const fs::path& folder, hw::DeviceFamily family, const ProcessLimits& limits) {
    const std::optional<hw::Resources> used = synthesizeInTime(folder, family, limits);
    if (!used) {
        throw workError("Yosys in '{}' did not end within {} s", folder.string(), limits.seconds);
    }
    return *used;
}

} // namespace tandem::codegen
