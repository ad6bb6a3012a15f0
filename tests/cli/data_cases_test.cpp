// SPDX-License-Identifier: GPL-3.0-or-later
// The shared data sets that people have trouble with, given on the command line: a search on each begins, or
// ends with exit code 2 and one sentence that says what was found.
#include "tests/cli/cli_runner.h"
#include "tests/core/support/shared_cases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

namespace tandem::test {
namespace {

class DataCase : public testing::TestWithParam<std::string> {};

TEST_P(DataCase, IsSearchedOrRefused) {
    if (GetParam() == kNoCases) {
        GTEST_SKIP() << "the shared cases are not here";
    }
    const nlohmann::json told = sharedCase(GetParam());
    const std::string expected = told.at("expect");
    const ScratchFolder folder;
    const std::string study = (folder.path() / "s.tandem").string();
    const CliResult searched =
        runCli({"search", sharedFile("cases/" + GetParam() + "/model.onnx").string(), "--device", "pynq-z1",
                "--study", study, "--data", dataSpecOf(GetParam()), "--evaluations", "20", "--seed", "1"});
    if (searched.exitCode == 0) {
        EXPECT_NE(expected, "refuse") << searched.output;
        const std::string classes = std::to_string(told.at("classes").get<int>()) + " classes";
        EXPECT_THAT(searched.output,
                    testing::AllOf(testing::HasSubstr(classes), testing::HasSubstr("20 points")));
        // Opened again, the data are those of the study.
        EXPECT_EQ(runCli({"resume", study, "--evaluations", "30"}).exitCode, 0);
        return;
    }
    EXPECT_EQ(searched.exitCode, 2) << searched.output;
    EXPECT_NE(expected, "match") << searched.output;
    EXPECT_EQ(std::ranges::count(searched.output, '\n'), 1) << searched.output;
    EXPECT_TRUE(std::regex_search(searched.output, std::regex(told.value("says", ".*"), std::regex::icase)))
        << searched.output;
}

INSTANTIATE_TEST_SUITE_P(Shared, DataCase, testing::ValuesIn(sharedCases('D')),
                         [](const auto& id) { return id.param; });

} // namespace
} // namespace tandem::test
