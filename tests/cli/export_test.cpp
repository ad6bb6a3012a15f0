// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/cli_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

namespace tandem::test {
namespace {

namespace fs = std::filesystem;

const std::string kSample = std::string(TANDEM_SOURCE_DIR) + "/resources/sample/fashion_small.onnx";

// A study of the sample; what is exported is the smallest point of its front, which tools are done with
// soonest.
class ExportTest : public testing::Test {
  protected:
    void SetUp() override {
        const CliResult searched =
            runCli({"search", kSample, "--device", "pynq-z1", "--study", study_.string(), "--evaluations",
                    "2000", "--seed", "5", "--constraint", "dsp<=60"});
        ASSERT_EQ(searched.exitCode, 0) << searched.output;
        const nlohmann::json smallest =
            runCli({"front", study_.string(), "--by", "lut", "--best", "--json"}).json();
        point_ = std::to_string(smallest.at(0).at("point").get<std::uint64_t>());
    }

    CliResult exportTo(const fs::path& folder, std::vector<std::string> more = {}) const {
        std::vector<std::string> command{"export", study_.string(), "--point",
                                         point_,   "--to",          folder.string()};
        command.insert(command.end(), more.begin(), more.end());
        return runCli(command);
    }

    ScratchFolder scratch_;
    fs::path study_ = scratch_.path() / "s.tandem";
    fs::path folder_ = scratch_.path() / "export";
    std::string point_;
};

TEST_F(ExportTest, EverythingVerifies) {
    const CliResult exported = exportTo(folder_);
    ASSERT_EQ(exported.exitCode, 0) << exported.output;
    for (const char* file :
         {"cpp/CMakeLists.txt", "rtl/Makefile", "model.onnx", "report.html", "manifest.json"}) {
        EXPECT_TRUE(fs::exists(folder_ / file)) << file;
    }
    const CliResult verified = runCli({"verify", folder_.string(), "--synthesis-seconds", "600", "--json"});
    ASSERT_EQ(verified.exitCode, 0) << verified.output;
    const nlohmann::json verification = verified.json();
    EXPECT_TRUE(verification.at("passed").get<bool>());
    std::vector<std::string> items;
    for (const auto& check : verification.at("checks")) {
        items.push_back(check.at("item"));
        EXPECT_NE(check.at("result"), "failed") << check;
    }
    EXPECT_THAT(items,
                testing::IsSupersetOf({"C++ outputs", "RTL outputs, Verilator",
                                       "interval between frames, cycles, Verilator", "DSP48E1", "RAMB36E1"}));
    std::ifstream report(folder_ / "report.html");
    EXPECT_THAT((std::string{std::istreambuf_iterator<char>(report), {}}),
                testing::HasSubstr("RTL outputs, Verilator"));

    // The exported network is a network again.
    EXPECT_EQ(runCli({"run", (folder_ / "model.onnx").string()}).exitCode, 0);
}

TEST_F(ExportTest, AWrongBitIsFound) {
    ASSERT_EQ(exportTo(folder_, {"--only", "cpp"}).exitCode, 0);
    EXPECT_FALSE(fs::exists(folder_ / "rtl"));
    ASSERT_EQ(runCli({"verify", folder_.string()}).exitCode, 0);
    // One weight changed by hand.
    const fs::path weights = folder_ / "cpp" / "weights.cpp";
    std::ifstream in(weights);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::size_t digit =
        text.find_first_of("123456789", text.find('{', text.find("weight", text.find("namespace"))));
    ASSERT_NE(digit, std::string::npos);
    text[digit] = text[digit] == '1' ? '7' : '1';
    std::ofstream(weights) << text;
    const CliResult verified = runCli({"verify", folder_.string(), "--json"});
    EXPECT_EQ(verified.exitCode, 1);
    EXPECT_THAT(verified.output, testing::HasSubstr("cpp/weights.cpp"));
}

// How many programs work in a folder or below it.
std::ptrdiff_t programsIn(const fs::path& folder) {
    return std::ranges::count_if(fs::directory_iterator("/proc"), [&](const fs::directory_entry& process) {
        std::error_code isNone;
        return fs::read_symlink(process.path() / "cwd", isNone).string().starts_with(folder.string());
    });
}

TEST_F(ExportTest, InterruptedVerificationEndsTheProgramsItStarted) {
    ASSERT_EQ(exportTo(folder_).exitCode, 0);
    const CliResult stopped = runCliAndInterrupt("2", {"verify", folder_.string()});
    EXPECT_EQ(stopped.exitCode, 1) << stopped.output;
    EXPECT_THAT(stopped.output, testing::HasSubstr("cancelled"));
    EXPECT_FALSE(fs::exists(folder_ / "verification.json"));
    std::this_thread::sleep_for(std::chrono::milliseconds(100)); // what is killed is gone a moment later
    EXPECT_EQ(programsIn(folder_), 0);
}

TEST_F(ExportTest, OtherPeoplesFilesAreLeftAlone) {
    fs::create_directories(folder_);
    std::ofstream(folder_ / "thesis.txt") << "do not lose";
    const CliResult refused = exportTo(folder_);
    EXPECT_EQ(refused.exitCode, 2) << refused.output;
    EXPECT_TRUE(fs::exists(folder_ / "thesis.txt"));
    EXPECT_EQ(exportTo(scratch_.path() / "other", {"--only", "cpp,docs"}).exitCode, 2);
}

} // namespace
} // namespace tandem::test
