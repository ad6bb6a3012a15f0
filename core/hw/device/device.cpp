// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/device/device.h"

#include "core/base/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <string_view>
#include <utility>

namespace tandem::hw {

namespace {

using Json = nlohmann::json;

constexpr std::uintmax_t kLargestFile = 1U << 20;

struct FamilyText {
    DeviceFamily family;
    std::string_view name, title;
};

constexpr std::array<FamilyText, 5> kFamilies{{
    {DeviceFamily::Xilinx7, "xilinx7", "Xilinx 7 series"},
    {DeviceFamily::UltraScalePlus, "ultrascale+", "Xilinx UltraScale+"},
    {DeviceFamily::Ice40, "ice40", "Lattice iCE40"},
    {DeviceFamily::Ecp5, "ecp5", "Lattice ECP5"},
    {DeviceFamily::Asic, "asic", "ASIC"},
}};

const FamilyText& textOf(DeviceFamily family) {
    return *std::ranges::find(kFamilies, family, &FamilyText::family);
}

/// Field by field reader of one device object that remembers which fields it has been asked for.
class FieldReader {
  public:
    explicit FieldReader(const Json& object) : object_(object) {}

    std::string text(const std::string& field) {
        const Json& value = required(field, "text");
        if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
            throw inputError("field '{}' is {}, but must be text that is not empty", field, shown(value));
        }
        return value.get<std::string>();
    }

    std::string textOr(const std::string& field, const std::string& absent) {
        return object_.contains(field) ? text(field) : (known_.insert(field), absent);
    }

    double amount(const std::string& field) { return checkedAmount(field, required(field, "a number")); }

    double amountOr(const std::string& field, double absent) {
        known_.insert(field);
        const auto found = object_.find(field);
        return found == object_.end() ? absent : checkedAmount(field, *found);
    }

    std::vector<double> amounts(const std::string& field) {
        const Json& list = required(field, "a list of numbers");
        if (!list.is_array() || list.empty()) {
            throw inputError("field '{}' is {}, but must be a list of numbers that is not empty", field,
                             shown(list));
        }
        std::vector<double> values;
        for (const Json& value : list) {
            values.push_back(checkedAmount(field, value));
        }
        return values;
    }

    DeviceFamily family(const std::string& field) {
        const std::string name = text(field);
        try {
            return familyByName(name);
        } catch (const Error& error) {
            throw error.within(fmt::format("field '{}'", field));
        }
    }

    void refuseUnknown() const {
        for (const auto& [field, value] : object_.items()) {
            if (!known_.contains(field)) {
                std::string legal;
                for (const std::string& name : known_) {
                    legal += (legal.empty() ? "" : ", ") + name;
                }
                throw inputError("unknown field '{}'; a device has {}", field, legal);
            }
        }
    }

  private:
    const Json& required(const std::string& field, std::string_view kind) {
        known_.insert(field);
        const auto found = object_.find(field);
        if (found == object_.end()) {
            throw inputError("field '{}' is missing; it must be {}", field, kind);
        }
        return *found;
    }

    static double checkedAmount(const std::string& field, const Json& value) {
        if (!value.is_number() || !std::isfinite(value.get<double>()) || value.get<double>() < 0.0) {
            throw inputError("field '{}' has {}, but must be a number that is not negative", field,
                             shown(value));
        }
        return value.get<double>();
    }

    static std::string shown(const Json& value) {
        const std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
        return text.size() <= 40 ? text : text.substr(0, 37) + "...";
    }

    const Json& object_;
    std::set<std::string> known_;
};

/// Parses one JSON object whose fields are all different.
Json parseObject(std::istream& stream) {
    std::set<std::string> seen;
    const auto refuseRepeated = [&](int depth, Json::parse_event_t event, Json& parsed) {
        if (event == Json::parse_event_t::key && depth == 1 &&
            !seen.insert(parsed.get<std::string>()).second) {
            throw inputError("field '{}' stands there twice", parsed.get<std::string>());
        }
        return true;
    };
    try {
        Json json = Json::parse(stream, refuseRepeated);
        if (!json.is_object()) {
            throw inputError("a device is a JSON object, but this is {}", json.type_name());
        }
        return json;
    } catch (const Json::exception& error) {
        throw inputError("not legal JSON ({})", error.what());
    }
}

void checkClocks(const Device& device) {
    const auto notAscending = std::ranges::adjacent_find(device.clocks, std::greater_equal<>());
    if (notAscending != device.clocks.end() || device.clocks.front() <= 0.0) {
        throw inputError("field 'clocks_mhz' must be ascending and above 0");
    }
    if (std::ranges::find(device.clocks, device.clockMhz) == device.clocks.end()) {
        throw inputError("field 'clock_mhz' is {}, but must be one of 'clocks_mhz'", device.clockMhz);
    }
}

Device parseDevice(std::istream& stream) {
    const Json json = parseObject(stream);
    FieldReader fields(json);
    Device device;
    device.name = fields.text("name");
    device.title = fields.text("title");
    device.family = fields.family("family");
    device.lut = fields.amount("lut");
    device.ff = fields.amount("ff");
    device.dsp = fields.amount("dsp");
    device.bram36 = fields.amount("bram36");
    device.uram = fields.amountOr("uram", 0.0);
    device.areaMm2 = fields.amountOr("area_mm2", 0.0);
    device.sramUm2PerBit = fields.amountOr("sram_um2_per_bit", 0.0);
    device.romUm2PerBit = fields.amountOr("rom_um2_per_bit", 0.0);
    device.dramGBperS = fields.amount("dram_gb_per_s");
    device.clockMhz = fields.amount("clock_mhz");
    device.clocks = fields.amounts("clocks_mhz");
    device.staticPowerW = fields.amount("static_power_w");
    device.powerBudgetW = fields.amountOr("power_budget_w", 0.0);
    device.energyScale = fields.amountOr("energy_scale", 1.0);
    device.part = fields.textOr("part", "");
    device.host = fields.textOr("host", "");
    device.hostGflops = fields.amountOr("host_gflops", 0.0);
    device.hostGBperS = fields.amountOr("host_gb_per_s", 0.0);
    device.startUpUs = fields.amountOr("start_up_us", 0.0);
    device.source = fields.text("source");
    fields.refuseUnknown();
    checkClocks(device);
    if (device.family == DeviceFamily::Asic ? device.areaMm2 == 0.0 : device.lut == 0.0) {
        throw inputError("field '{}' is 0, so nothing would fit the device",
                         device.family == DeviceFamily::Asic ? "area_mm2" : "lut");
    }
    if (device.family == DeviceFamily::Asic && (device.sramUm2PerBit == 0.0 || device.romUm2PerBit == 0.0)) {
        throw inputError("field '{}' is 0, so memories would take no area; it must be above 0",
                         device.sramUm2PerBit == 0.0 ? "sram_um2_per_bit" : "rom_um2_per_bit");
    }
    if (device.energyScale == 0.0) {
        throw inputError("field 'energy_scale' is 0, but must be above 0");
    }
    return device;
}

std::string lowered(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// The device files of one folder, in order of their paths.
std::vector<std::filesystem::path> deviceFiles(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    std::error_code missing;
    for (std::filesystem::directory_iterator entry(folder, missing), end; !missing && entry != end;
         entry.increment(missing)) {
        if (lowered(entry->path().extension().string()) == ".json") {
            files.push_back(entry->path());
        }
    }
    std::ranges::sort(files);
    return files;
}

} // namespace

std::string toString(DeviceFamily family) {
    return std::string(textOf(family).title);
}

std::string familyName(DeviceFamily family) {
    return std::string(textOf(family).name);
}

DeviceFamily familyByName(std::string_view name) {
    const auto found = std::ranges::find(kFamilies, name, &FamilyText::name);
    if (found == kFamilies.end()) {
        std::string legal;
        for (const FamilyText& entry : kFamilies) {
            legal += (legal.empty() ? "" : ", ") + std::string(entry.name);
        }
        throw inputError("\"{}\" is no device family, it must be one of {}", name, legal);
    }
    return found->family;
}

Device readDevice(const std::filesystem::path& file) {
    try {
        std::error_code unknown;
        if (!std::filesystem::is_regular_file(file, unknown)) {
            throw inputError("there is no such file");
        }
        if (std::filesystem::file_size(file, unknown) > kLargestFile) {
            throw inputError("larger than 1 MB, so it is not a device file");
        }
        std::ifstream stream(file, std::ios::binary);
        if (!stream) {
            throw inputError("the file cannot be read");
        }
        return parseDevice(stream);
    } catch (const Error& error) {
        throw error.within(file.string());
    }
}

std::vector<Device> loadDevices(const std::filesystem::path& own, const std::filesystem::path& users) {
    std::map<std::string, Device> byName;
    for (const std::filesystem::path& folder : {own, users}) {
        std::map<std::string, std::filesystem::path> fileOf;
        for (const std::filesystem::path& file : deviceFiles(folder)) {
            Device device = readDevice(file);
            const std::string key = lowered(device.name);
            if (const auto [other, isNew] = fileOf.emplace(key, file); !isNew) {
                throw inputError("{}: device '{}' is already described by {}", file.string(), device.name,
                                 other->second.string());
            }
            byName.insert_or_assign(key, std::move(device));
        }
    }
    std::vector<Device> devices;
    for (auto& [key, device] : byName) {
        devices.push_back(std::move(device));
    }
    return devices;
}

const Device& findDevice(const std::vector<Device>& devices, const std::string& name) {
    std::string known;
    for (const Device& device : devices) {
        if (lowered(device.name) == lowered(name)) {
            return device;
        }
        known += (known.empty() ? "" : ", ") + device.name;
    }
    throw inputError("there is no device '{}'; known are {}", name, known.empty() ? "none" : known);
}

} // namespace tandem::hw
