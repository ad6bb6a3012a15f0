// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/cli_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace tandem::test {
namespace {

using testing::HasSubstr;

const std::string kSample = std::string(TANDEM_SOURCE_DIR) + "/resources/sample/fashion_small.onnx";

// Wrong input: exit code 2 and one line that says what was wrong.
void expectRefused(const std::vector<std::string>& arguments, const std::string& named) {
    const CliResult result = runCli(arguments);
    EXPECT_EQ(result.exitCode, 2) << result.output;
    EXPECT_THAT(result.output, HasSubstr(named));
    EXPECT_EQ(std::ranges::count(result.output, '\n'), 1) << result.output;
}

TEST(Arguments, WrongOnesAreNamed) {
    expectRefused({"devices", "--frobnicate"}, "--frobnicate");
    expectRefused({"inspect", "no-such-file.onnx"}, "no-such-file.onnx");
    expectRefused({"run", kSample, "--input", "picture.bmp"}, "picture.bmp");
    expectRefused({"run", kSample, "--shape", "batch"}, "NAME=VALUE");
    expectRefused(
        {"search", kSample, "--device", "no-such-board", "--study", "/tmp/never.tandem", "--seconds", "1"},
        "no-such-board");
    expectRefused({"search", kSample, "--device", "pynq-z1", "--study", "/tmp/never.tandem"},
                  "--evaluations");
    expectRefused({"front", kSample}, "fashion_small.onnx");
    expectRefused({"bench", "no-such-benchmark"}, "no-such-benchmark");
    expectRefused({"verify", "no-such-folder"}, "no-such-folder");
}

TEST(Arguments, WrongSteeringIsRefusedBeforeTheSearch) {
    const ScratchFolder folder;
    const std::string study = folder.path() / "s.tandem";
    const auto search = [&](const std::string& option, const std::string& value) {
        std::filesystem::remove(study);
        return std::vector<std::string>{"search", kSample,         "--device", "pynq-z1", "--study",
                                        study,    "--evaluations", "100",      option,    value};
    };
    expectRefused(search("--pin", "model.b0.widht=50"), "model.b0.widht");
    expectRefused(search("--pin", "hw.clock_mhz=3"), "hw.clock_mhz");
    expectRefused(search("--constraint", "latency<=5"), "latency");
    expectRefused(search("--objective", "latency_ms"), "2 to 4");
    expectRefused(search("--algorithm", "magic"), "magic");
}

TEST(Arguments, NumbersOutOfRangeAreRefusedAndNotWrapped) {
    const auto search = [](const std::string& option, const std::string& value) {
        return std::vector<std::string>{
            "search", kSample, "--device", "pynq-z1", "--study", "/tmp/never.tandem", option, value};
    };
    expectRefused(search("--seed", "-1"),
                  "'-1' was given; it takes a whole number from 0 to 18446744073709551615");
    expectRefused(search("--seed", "18446744073709551616"), "18446744073709551616");
    expectRefused(search("--seed", "1e3"), "1e3");
    expectRefused(search("--evaluations", "-5"), "'-5' was given; it takes a whole number of at least 1");
    expectRefused(search("--seconds", "-0.5"), "'-0.5' was given; it takes a number above 0");
    expectRefused(search("--seconds", "nan"), "nan");
    expectRefused(search("--threads", "99999999999"), "99999999999");
}

TEST(Arguments, AnOverLongNameIsOneSentence) {
    const std::string name(5000, 'x');
    const CliResult result =
        runCli({"search", kSample, "--device", "pynq-z1", "--study", name, "--evaluations", "10"});
    EXPECT_NE(result.exitCode, 0);
    EXPECT_THAT(result.output, HasSubstr("tandem-cli: "));
    EXPECT_EQ(std::ranges::count(result.output, '\n'), 1) << result.output.substr(0, 300);
}

TEST(Arguments, NotAModelIsRefused) {
    const ScratchFolder folder;
    const std::filesystem::path file = folder.path() / "garbage.onnx";
    std::ofstream(file) << "this is not a protocol buffer";
    expectRefused({"inspect", file.string()}, "garbage.onnx");
}

TEST(Devices, ListHasEveryPromisedDevice) {
    const CliResult result = runCli({"devices", "--json"});
    ASSERT_EQ(result.exitCode, 0) << result.output;
    std::vector<std::string> names;
    for (const auto& device : result.json()) {
        names.push_back(device.at("name"));
        EXPECT_FALSE(device.at("source").get<std::string>().empty());
    }
    EXPECT_THAT(names, testing::IsSupersetOf({"pynq-z1", "zedboard", "zc706", "ultra96", "zcu102"}));
    EXPECT_GE(names.size(), 10U);
}

TEST(Inspect, SampleHasBundlesAndCost) {
    const CliResult result = runCli({"inspect", kSample, "--json"});
    ASSERT_EQ(result.exitCode, 0) << result.output;
    const nlohmann::json inspection = result.json();
    EXPECT_GT(inspection.at("macs").get<std::int64_t>(), 100'000);
    EXPECT_GE(inspection.at("bundles").size(), 3U);
    EXPECT_FALSE(inspection.contains("not_searchable"));
}

} // namespace
} // namespace tandem::test
