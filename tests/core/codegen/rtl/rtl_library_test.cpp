// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/process.h"
#include "tests/core/support/temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace tandem::codegen {
namespace {

namespace fs = std::filesystem;

const fs::path kLibrary = fs::path(TANDEM_SOURCE_DIR) / "resources/rtl";

std::vector<std::string> stems(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() == ".v") {
            names.push_back(entry.path().stem().string());
        }
    }
    std::ranges::sort(names);
    return names;
}

TEST(RtlLibrary, EveryBenchPasses) {
    if (findProgram("iverilog").empty()) {
        GTEST_SKIP() << "iverilog is not installed";
    }
    const test::TemporaryFolder folder;
    const std::vector<std::string> benches = stems(kLibrary / "tb");
    EXPECT_GE(benches.size(), 23U);
    for (const std::string& bench : benches) {
        const std::string program = (folder.path() / (bench + ".vvp")).string();
        const ProcessResult build =
            runProcess({"iverilog", "-g2005", "-y", ".", "-s", bench, "-o", program, "tb/" + bench + ".v"},
                       kLibrary, 60);
        ASSERT_EQ(build.exitCode, 0) << bench << ": " << build.output;
        const ProcessResult run = runProcess({"vvp", "-n", program}, kLibrary, 60);
        EXPECT_NE(run.output.find("PASS"), std::string::npos) << bench << ": " << run.output;
    }
}

TEST(RtlLibrary, VerilatorFindsNothingToWarnAbout) {
    if (findProgram("verilator").empty()) {
        GTEST_SKIP() << "verilator is not installed";
    }
    for (const std::string& module : stems(kLibrary)) {
        const ProcessResult lint = runProcess(
            {"verilator", "--lint-only", "-Wall", "--top-module", module, "-y", ".", module + ".v"}, kLibrary,
            60);
        EXPECT_EQ(lint.exitCode, 0) << module << ": " << lint.output;
        EXPECT_EQ(lint.output.find("%Warning"), std::string::npos) << module << ": " << lint.output;
    }
}

} // namespace
} // namespace tandem::codegen
