// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/process.h"
#include "tests/cli/cli_runner.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tandem::test {
namespace {

/// The object in the last line of a benchmark's output.
nlohmann::json lastLine(const CliResult& result) {
    const std::size_t start = result.output.find("\n{");
    return start == std::string::npos ? nlohmann::json() : nlohmann::json::parse(result.output.substr(start));
}

TEST(Bench, CostModelSaysItsRateOfEveryTemplate) {
    const nlohmann::json json = lastLine(runCli({"bench", "costmodel", "--seconds", "0.2"}));
    ASSERT_TRUE(json.is_object());
    for (const char* name : {"pipeline", "folded"}) {
        EXPECT_GT(json.at(name).at("layers_per_second").get<double>(), 0.0) << name;
    }
    EXPECT_EQ(json.at("target_layers_per_second"), 10e6);
    EXPECT_TRUE(json.at("met").is_boolean());
}

TEST(Bench, ResourcesSayTheErrorOfEveryFamily) {
    const nlohmann::json json = lastLine(runCli({"bench", "resources"}));
    ASSERT_TRUE(json.is_object());
    for (const char* name : {"xc7", "xcup", "ice40", "ecp5", "asic"}) {
        EXPECT_GT(json.at(name).at("left_out").get<int>(), 0) << name;
        EXPECT_EQ(json.at(name).at("exact"), json.at(name).at("designs")) << name;
    }
}

TEST(Bench, RandomDesignsAreExactInValuesAndCycles) {
    if (findProgram("iverilog").empty() || findProgram("verilator").empty()) {
        GTEST_SKIP() << "iverilog or verilator is not installed";
    }
    const CliResult result = runCli({"bench", "rtl", "--designs", "3", "--seed", "5"});
    EXPECT_EQ(result.exitCode, 0) << result.output;
    const nlohmann::json json = lastLine(result);
    ASSERT_TRUE(json.is_object()) << result.output;
    EXPECT_TRUE(json.at("met").get<bool>());
    for (const char* name : {"pipeline", "folded"}) {
        EXPECT_EQ(json.at(name).at("designs"), 3) << name;
        EXPECT_EQ(json.at(name).at("stalled_values_exact"), 3) << name;
        EXPECT_GE(json.at(name).at("simulations_verilator"), 1) << name;
    }
}

} // namespace
} // namespace tandem::test
