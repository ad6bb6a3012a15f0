// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/codegen/package/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace tandem::codegen {
namespace {

namespace fs = std::filesystem;

class ManifestTest : public testing::Test {
  protected:
    ManifestTest() { fs::create_directories(folder_ / "cpp"); }
    ~ManifestTest() override { fs::remove_all(folder_); }

    void write(const std::string& path, const std::string& text) const {
        std::ofstream(folder_ / path) << text;
    }

    std::string refusal() const {
        try {
            readManifest(folder_);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::Input);
            return error.what();
        }
        return "accepted";
    }

    fs::path folder_ = fs::temp_directory_path() / fmt::format("tandem-manifest-{}", getpid());
};

TEST_F(ManifestTest, KeepsEverything) {
    write("cpp/network.h", "hello");
    Manifest manifest;
    manifest.network = "net";
    manifest.device = "pynq-z1";
    manifest.clockMhz = 125.0;
    manifest.parameters = {{"hw.clock_mhz", "125"}};
    manifest.hardware = Promise{};
    manifest.files = fileHashes(folder_);
    manifest.hardware->timing = {10, 20, 30};
    manifest.hardware->resources.dsp = 4;
    manifest.hardware->resources.ramb18 = 5;
    manifest.layers = {{"conv", "a convolution", 2, 4, 900, {0xdeadbeefU, 7U}},
                       {"add", "an addition", 0, 0, 0, {1U}}};
    writeManifest(manifest, folder_);
    const Manifest read = readManifest(folder_);
    EXPECT_EQ(read.network, "net");
    EXPECT_EQ(read.clockMhz, 125.0);
    EXPECT_EQ(read.parameters, manifest.parameters);
    EXPECT_EQ(read.hardware->timing, manifest.hardware->timing);
    EXPECT_EQ(read.hardware->resources.dsp, 4);
    EXPECT_EQ(read.files, manifest.files);
    ASSERT_EQ(read.layers.size(), 2U);
    EXPECT_EQ(read.layers[0].checksums, manifest.layers[0].checksums);
    EXPECT_EQ(read.layers[0].simd, 4);
    EXPECT_EQ(read.layers[0].interval, 900);
    EXPECT_EQ(read.layers[1].name, "add");
}

TEST_F(ManifestTest, KeepsWhatTheFamilyHas) {
    using hw::DeviceFamily;
    hw::Resources used;
    used.lut = 1.5, used.ff = 2.5, used.cellsUm2 = 3.5;
    used.dsp = 4, used.ramb36 = 5, used.ramb18 = 6, used.ram16k = 7, used.ram4k = 8;
    used.sramBits = std::int64_t{1} << 40U, used.romBits = 9;
    Manifest manifest;
    manifest.hardware = Promise{{}, used};
    const auto read = [&](DeviceFamily family) {
        manifest.family = family;
        manifest.part = "iCE40HX8K-CT256";
        writeManifest(manifest, folder_);
        const Manifest made = readManifest(folder_);
        EXPECT_EQ(made.family, family);
        EXPECT_EQ(made.part, "iCE40HX8K-CT256");
        return made.hardware->resources;
    };
    const hw::Resources ice40 = read(DeviceFamily::Ice40);
    EXPECT_EQ(ice40.lut, 1.5);
    EXPECT_EQ(ice40.dsp, 4);
    EXPECT_EQ(ice40.ram4k, 8);
    EXPECT_EQ(ice40.ramb36 + ice40.ramb18 + ice40.ram16k, 0);
    EXPECT_EQ(read(DeviceFamily::Ecp5).ram16k, 7);
    EXPECT_EQ(read(DeviceFamily::UltraScalePlus).ramb36, 5);
    const hw::Resources asic = read(DeviceFamily::Asic);
    EXPECT_EQ(asic.cellsUm2, 3.5);
    EXPECT_EQ(asic.sramBits, std::int64_t{1} << 40U);
    EXPECT_EQ(asic.romBits, 9);
    EXPECT_EQ(asic.lut, 0);
}

TEST_F(ManifestTest, WithoutAFamilyIsOfXilinx7) {
    write("manifest.json", R"({"producer": "Tandem", "format": 2, "network": "n", "device": "d", "study": "s",
        "point": "1", "clock_mhz": 100, "golden_inputs": 3, "parameters": {}, "layers": [], "sha256": {},
        "hardware": {"first_output_cycle": 1, "latency_cycles": 2, "interval_cycles": 3, "dsp": 4, "ramb18": 5,
        "ramb36": 6, "lut": 7.5, "ff": 8.5}})");
    const Manifest read = readManifest(folder_);
    EXPECT_EQ(read.family, hw::DeviceFamily::Xilinx7);
    EXPECT_EQ(read.hardware->resources.ramb18, 5);
    EXPECT_EQ(read.hardware->resources.lut, 7.5);
}

TEST_F(ManifestTest, OfAnOlderVersionIsReadWithoutHashes) {
    write("manifest.json", R"({"producer": "Tandem", "format": 1, "network": "n", "device": "d", "study": "s",
        "point": "1", "clock_mhz": 100, "golden_inputs": 3, "parameters": {}, "crc32": {"cpp/a": "00000001"}})");
    EXPECT_TRUE(readManifest(folder_).files.empty());
}

TEST_F(ManifestTest, HashesAreSha256AndSeeAChange) {
    write("cpp/a.txt", "abc");
    const std::string known =
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; // FIPS 180-4
    EXPECT_EQ(fileHashes(folder_).at("cpp/a.txt"), known);
    write("cpp/a.txt", "abd");
    EXPECT_NE(fileHashes(folder_).at("cpp/a.txt"), known);
}

TEST_F(ManifestTest, WhatIsNoExportIsRefused) {
    EXPECT_THAT(refusal(), testing::HasSubstr("no manifest.json"));
    write("manifest.json", "{\"producer\": \"Tandem\", \"format\": 1");
    EXPECT_THAT(refusal(), testing::HasSubstr("broken"));
    write("manifest.json", "{\"producer\": \"someone else\", \"format\": 1}");
    EXPECT_THAT(refusal(), testing::HasSubstr("not written by"));
    write("manifest.json", "{\"producer\": \"Tandem\", \"format\": 1, \"network\": 3}");
    EXPECT_THAT(refusal(), testing::HasSubstr("broken"));
    write("manifest.json", R"({"producer": "Tandem", "format": 2, "network": "n", "device": "d",
        "family": "z80"})");
    EXPECT_THAT(refusal(), testing::HasSubstr("\"z80\" is no device family"));
}

} // namespace
} // namespace tandem::codegen
