// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/hw/device/device.h"
#include "tests/core/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace tandem::hw {
namespace {

using testing::HasSubstr;

const std::filesystem::path kOwnDevices = std::filesystem::path(TANDEM_SOURCE_DIR) / "resources/devices";

std::string messageOf(const auto& action) {
    try {
        action();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        return error.what();
    }
    ADD_FAILURE() << "nothing was thrown";
    return {};
}

/// A legal device file in which `from` is replaced by `to`.
std::string deviceText(const std::string& from = "", const std::string& to = "") {
    std::string text = R"({"name": "mine", "title": "My board", "family": "xilinx7", "lut": 1000, "ff": 2000,
        "dsp": 10, "bram36": 5.5, "dram_gb_per_s": 1.5, "clock_mhz": 100, "clocks_mhz": [50, 100],
        "static_power_w": 0.1, "source": "made up"})";
    if (!from.empty()) {
        const std::size_t at = text.find(from);
        EXPECT_NE(at, std::string::npos) << from;
        text.replace(at, from.size(), to);
    }
    return text;
}

TEST(Devices, OwnTableHoldsThePublicBudgets) {
    const std::vector<Device> devices = loadDevices(kOwnDevices, "");
    struct Expected {
        const char* name;
        double lut, ff, dsp, bram36;
    };
    for (const Expected& expected :
         {Expected{"pynq-z1", 53200, 106400, 220, 140}, Expected{"zedboard", 53200, 106400, 220, 140},
          Expected{"zc706", 218600, 437200, 900, 545}, Expected{"ultra96", 70560, 141120, 360, 216},
          Expected{"zcu102", 274080, 548160, 2520, 912}, Expected{"arty-a7-35", 20800, 41600, 90, 50},
          Expected{"arty-a7-100", 63400, 126800, 240, 135}, Expected{"ice40-up5k", 5280, 5280, 8, 3.333},
          Expected{"ecp5-85", 83640, 83640, 156, 104}, Expected{"ice40-hx8k", 7680, 7680, 0, 3.556},
          Expected{"asic-osu018", 0, 0, 0, 0}}) {
        const Device& device = findDevice(devices, expected.name);
        EXPECT_EQ(device.lut, expected.lut) << expected.name;
        EXPECT_EQ(device.ff, expected.ff) << expected.name;
        EXPECT_EQ(device.dsp, expected.dsp) << expected.name;
        EXPECT_EQ(device.bram36, expected.bram36) << expected.name;
        EXPECT_GT(device.source.size(), 40U) << expected.name;
        EXPECT_TRUE(std::ranges::is_sorted(device.clocks)) << expected.name;
    }
    const Device& asic = findDevice(devices, "asic-osu018");
    EXPECT_GT(asic.areaMm2, 0.0);
    EXPECT_GT(asic.sramUm2PerBit, asic.romUm2PerBit);
    EXPECT_EQ(asic.energyScale, (180.0 / 45) * (1.8 / 0.9) * (1.8 / 0.9));
    EXPECT_EQ(devices.size(), 11U);
    EXPECT_TRUE(std::ranges::is_sorted(devices, {}, &Device::name));
}

TEST(Devices, SayWhatRunsTheHostOperatorsAndHowFast) {
    for (const Device& device : loadDevices(kOwnDevices, "")) {
        EXPECT_FALSE(device.host.empty()) << device.name;
        EXPECT_GT(device.hostGflops, 0.0) << device.name;
        EXPECT_GT(device.hostGBperS, 0.0) << device.name;
        EXPECT_GT(device.startUpUs, 0.0) << device.name;
        EXPECT_EQ(device.part.empty(), device.family == DeviceFamily::Asic) << device.name;
    }
    const test::TemporaryFolder folder;
    const auto file = folder.write(
        "a.json", deviceText("\"source\"", R"("part": "xc7", "host": "a core", "host_gflops": 0.5,
            "host_gb_per_s": 2, "start_up_us": 7, "source")"));
    const Device mine = readDevice(file);
    EXPECT_EQ(mine.part, "xc7");
    EXPECT_EQ(mine.host, "a core");
    EXPECT_EQ(mine.hostGflops, 0.5);
    EXPECT_EQ(mine.hostGBperS, 2.0);
    EXPECT_EQ(mine.startUpUs, 7.0);
    EXPECT_EQ(readDevice(folder.write("b.json", deviceText())).hostGflops, 0.0); // need not be stated
}

TEST(Devices, AreFoundWithoutRegardToCase) {
    const std::vector<Device> devices = loadDevices(kOwnDevices, "/no/such/folder");
    EXPECT_EQ(findDevice(devices, "PYNQ-Z1").name, "pynq-z1");
    EXPECT_THAT(messageOf([&] { (void)findDevice(devices, "pynq"); }),
                testing::AllOf(HasSubstr("'pynq'"), HasSubstr("pynq-z1"), HasSubstr("zcu102")));
}

TEST(Devices, AUsersDeviceReplacesOursAndJoinsTheOthers) {
    const test::TemporaryFolder own, users;
    (void)own.write("a.json", deviceText());
    (void)own.write("b.json", deviceText("mine", "theirs"));
    (void)users.write("x.json", deviceText("My board", "Tuned board"));
    (void)users.write("notes.txt", "not a device");
    const std::vector<Device> devices = loadDevices(own.path(), users.path());
    ASSERT_EQ(devices.size(), 2U);
    EXPECT_EQ(findDevice(devices, "mine").title, "Tuned board");
    EXPECT_EQ(findDevice(devices, "theirs").title, "My board");
}

TEST(Devices, TwoFilesOfOneFolderMustNotDescribeTheSameDevice) {
    const test::TemporaryFolder folder;
    (void)folder.write("a.json", deviceText());
    (void)folder.write("b.json", deviceText("mine", "MINE"));
    EXPECT_THAT(messageOf([&] { (void)loadDevices(folder.path(), ""); }),
                testing::AllOf(HasSubstr("a.json"), HasSubstr("b.json")));
}

TEST(ReadDevice, TakesEveryField) {
    const test::TemporaryFolder folder;
    const Device device = readDevice(
        folder.write("d.json", deviceText("\"source\"", R"("uram": 3, "area_mm2": 2, "sram_um2_per_bit": 6.5,
        "rom_um2_per_bit": 1.5, "energy_scale": 16,
        "power_budget_w": 4, "source")")));
    EXPECT_EQ(device.name, "mine");
    EXPECT_EQ(device.title, "My board");
    EXPECT_EQ(device.family, DeviceFamily::Xilinx7);
    EXPECT_EQ(device.lut, 1000);
    EXPECT_EQ(device.ff, 2000);
    EXPECT_EQ(device.dsp, 10);
    EXPECT_EQ(device.bram36, 5.5);
    EXPECT_EQ(device.uram, 3);
    EXPECT_EQ(device.areaMm2, 2);
    EXPECT_EQ(device.sramUm2PerBit, 6.5);
    EXPECT_EQ(device.romUm2PerBit, 1.5);
    EXPECT_EQ(device.energyScale, 16);
    EXPECT_EQ(device.dramGBperS, 1.5);
    EXPECT_EQ(device.clockMhz, 100);
    EXPECT_EQ(device.clocks, (std::vector<double>{50, 100}));
    EXPECT_EQ(device.staticPowerW, 0.1);
    EXPECT_EQ(device.powerBudgetW, 4);
    EXPECT_EQ(device.source, "made up");
}

TEST(ReadDevice, NamesTheFileAndTheFieldThatIsWrong) {
    const test::TemporaryFolder folder;
    struct Case {
        const char *from, *to, *expected;
    };
    for (const Case& wrong : {
             Case{"\"lut\": 1000", "\"lut\": -1", "field 'lut' has -1"},
             Case{"\"lut\": 1000", "\"lut\": \"many\"", "field 'lut' has \"many\""},
             Case{"\"lut\": 1000", "\"lut\": null", "field 'lut' has null"},
             Case{"\"lut\": 1000", "\"lut\": 0", "nothing would fit"},
             Case{"\"lut\": 1000,", "", "field 'lut' is missing"},
             Case{"\"lut\": 1000", "\"lut\": 1000, \"luts\": 7", "unknown field 'luts'"},
             Case{"\"lut\": 1000", "\"lut\": 1000, \"lut\": 7", "field 'lut' stands there twice"},
             Case{"\"lut\": 1000", "\"lut\": 1e999", "not legal JSON"},
             Case{"\"mine\"", "\"\"", "field 'name'"},
             Case{"\"mine\"", "7", "field 'name' is 7"},
             Case{"xilinx7", "virtex", "one of xilinx7, ultrascale+, ice40, ecp5, asic"},
             Case{"xilinx7", "asic", "field 'area_mm2' is 0"},
             Case{"xilinx7\"", "asic\", \"area_mm2\": 4", "field 'sram_um2_per_bit' is 0"},
             Case{"xilinx7\"", "asic\", \"area_mm2\": 4, \"sram_um2_per_bit\": 4",
                  "field 'rom_um2_per_bit' is 0"},
             Case{"\"lut\": 1000", "\"lut\": 1000, \"energy_scale\": 0", "field 'energy_scale' is 0"},
             Case{"[50, 100]", "[]", "field 'clocks_mhz'"},
             Case{"[50, 100]", "100", "field 'clocks_mhz' is 100"},
             Case{"[50, 100]", "[100, 50]", "ascending"},
             Case{"[50, 100]", "[0, 100]", "above 0"},
             Case{"[50, 100]", "[50, \"100\"]", "field 'clocks_mhz' has \"100\""},
             Case{"[50, 100]", "[50, 120]", "field 'clock_mhz' is 100"},
             Case{"}", "", "not legal JSON"},
             Case{"{", "[{", "not legal JSON"},
         }) {
        const auto file = folder.write("d.json", deviceText(wrong.from, wrong.to));
        EXPECT_THAT(messageOf([&] { (void)readDevice(file); }),
                    testing::AllOf(HasSubstr("d.json: "), HasSubstr(wrong.expected)))
            << wrong.to;
    }
    EXPECT_THAT(messageOf([&] { (void)readDevice(folder.write("l.json", "[1]")); }),
                HasSubstr("JSON object"));
    EXPECT_THAT(messageOf([&] { (void)readDevice(folder.path() / "none.json"); }), HasSubstr("no such file"));
    EXPECT_THAT(messageOf([&] { (void)readDevice(folder.path()); }), HasSubstr("no such file"));
    EXPECT_THAT(messageOf([&] { (void)readDevice(folder.write("e.json", "")); }),
                HasSubstr("not legal JSON"));
}

TEST(DeviceFamily, HasDistinctTitles) {
    std::set<std::string> titles;
    for (const DeviceFamily family : {DeviceFamily::Xilinx7, DeviceFamily::UltraScalePlus,
                                      DeviceFamily::Ice40, DeviceFamily::Ecp5, DeviceFamily::Asic}) {
        titles.insert(toString(family));
    }
    EXPECT_EQ(titles.size(), 5U);
}

TEST(DeviceFamily, IsFoundByItsName) {
    EXPECT_EQ(familyByName("ultrascale+"), DeviceFamily::UltraScalePlus);
    EXPECT_EQ(familyByName(familyName(DeviceFamily::Asic)), DeviceFamily::Asic);
    EXPECT_THAT(messageOf([] { (void)familyByName("z80"); }),
                testing::AllOf(HasSubstr("\"z80\""), HasSubstr("ice40")));
}

} // namespace
} // namespace tandem::hw
