// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/codegen/manifest.h"

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
    Manifest manifest{"net",     "pynq-z1",         "a.tandem", "12", 125.0, 3, {{"hw.clock_mhz", "125"}},
                      Promise{}, checksums(folder_)};
    manifest.hardware->timing = {10, 20, 30};
    manifest.hardware->resources.dsp = 4;
    manifest.hardware->resources.ramb18 = 5;
    writeManifest(manifest, folder_);
    const Manifest read = readManifest(folder_);
    EXPECT_EQ(read.network, "net");
    EXPECT_EQ(read.clockMhz, 125.0);
    EXPECT_EQ(read.parameters, manifest.parameters);
    EXPECT_EQ(read.hardware->timing, manifest.hardware->timing);
    EXPECT_EQ(read.hardware->resources.dsp, 4);
    EXPECT_EQ(read.checksums, manifest.checksums);
}

TEST_F(ManifestTest, ChecksumsAreCrc32AndSeeAChange) {
    write("cpp/a.txt", "123456789");
    EXPECT_EQ(checksums(folder_).at("cpp/a.txt"), 0xCBF43926U); // the check value of CRC-32
    write("cpp/a.txt", "123456780");
    EXPECT_NE(checksums(folder_).at("cpp/a.txt"), 0xCBF43926U);
}

TEST_F(ManifestTest, WhatIsNoExportIsRefused) {
    EXPECT_THAT(refusal(), testing::HasSubstr("no manifest.json"));
    write("manifest.json", "{\"producer\": \"Tandem\", \"format\": 1");
    EXPECT_THAT(refusal(), testing::HasSubstr("broken"));
    write("manifest.json", "{\"producer\": \"someone else\", \"format\": 1}");
    EXPECT_THAT(refusal(), testing::HasSubstr("not written by"));
    write("manifest.json", "{\"producer\": \"Tandem\", \"format\": 1, \"network\": 3}");
    EXPECT_THAT(refusal(), testing::HasSubstr("broken"));
}

} // namespace
} // namespace tandem::codegen
