// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/cli/cli_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::test {
namespace {

const std::string kSample = std::string(TANDEM_SOURCE_DIR) + "/resources/sample/fashion_small.onnx";

std::vector<std::string> searchCommand(const std::filesystem::path& study, std::vector<std::string> more) {
    std::vector<std::string> command{"search",  kSample,        "--device", "pynq-z1",
                                     "--study", study.string(), "--json"};
    command.insert(command.end(), more.begin(), more.end());
    return command;
}

TEST(Study, SearchFrontEvaluateResume) {
    const ScratchFolder folder;
    const std::filesystem::path study = folder.path() / "s.tandem";
    const CliResult searched = runCli(searchCommand(study, {"--evaluations", "4000", "--seed", "3"}));
    ASSERT_EQ(searched.exitCode, 0) << searched.output;
    EXPECT_EQ(searched.json().at("points"), 4000);

    const CliResult front = runCli({"front", study.string(), "--json"});
    ASSERT_EQ(front.exitCode, 0) << front.output;
    const nlohmann::json rows = front.json();
    ASSERT_GE(rows.size(), 3U);
    for (const auto& row : rows) { // PYNQ-Z1's budget, and every figure with its source
        EXPECT_LE(row.at("metrics").at("dsp").at("value").get<double>(), 220);
        for (const auto& [name, figure] : row.at("metrics").items()) {
            EXPECT_THAT(figure.at("source").get<std::string>(),
                        testing::AnyOf("proxy", "predicted", "modelled", "measured"));
        }
    }
    const std::string best = std::to_string(rows[0].at("point").get<std::uint64_t>());
    EXPECT_THAT(runCli({"front", study.string(), "--best"}).output, testing::StartsWith(best + "\n"));
    EXPECT_THAT(runCli({"front", study.string(), "--csv"}).output, testing::HasSubstr("hw.clock_mhz"));

    const CliResult evaluated = runCli({"evaluate", study.string(), "--point", best, "--proxies", "--json"});
    ASSERT_EQ(evaluated.exitCode, 0) << evaluated.output;
    EXPECT_EQ(evaluated.json().at("metrics").at("agreement").at("source"), "measured");
    EXPECT_GE(evaluated.json().at("layers").size(), 5U);
    EXPECT_EQ(evaluated.json().at("origin").at("algorithm"), "nsga2");
    EXPECT_THAT(evaluated.json().at("origin").at("move").get<std::string>(),
                testing::AnyOf("imported", "random", "mutation", "crossover"));
    EXPECT_EQ(evaluated.json().at("origin").at("fidelity"), "estimate");
    EXPECT_GT(evaluated.json().at("proxies").at("synflow").at("value"), 0.0);
    EXPECT_EQ(evaluated.json().at("proxies").at("naswot").at("source"), "proxy");
    EXPECT_FALSE(evaluated.json().at("proxies").contains("gradient_norm")); // there are no labels

    const CliResult resumed = runCli({"resume", study.string(), "--evaluations", "6000", "--json"});
    ASSERT_EQ(resumed.exitCode, 0) << resumed.output;
    EXPECT_EQ(resumed.json().at("points"), 6000);
}

TEST(Study, AlgorithmsAndTheirOptionsAreListedCheckedAndKept) {
    const ScratchFolder folder;
    const std::filesystem::path study = folder.path() / "s.tandem";
    const std::string help = runCli({"search", "--help"}).output;
    EXPECT_THAT(help, testing::HasSubstr("nsga2: "));
    EXPECT_THAT(help, testing::HasSubstr("population=200"));
    EXPECT_THAT(help, testing::HasSubstr("random: "));

    const CliResult wrong =
        runCli(searchCommand(study, {"--evaluations", "100", "--algorithm", "nsga2:population=1"}));
    EXPECT_EQ(wrong.exitCode, 2);
    EXPECT_THAT(wrong.output, testing::HasSubstr("the option population of nsga2 is '1'; it takes a whole "
                                                 "number from 4 to 10000"));
    EXPECT_FALSE(std::filesystem::exists(study));

    // A study goes on with the options that it began with.
    std::vector<nlohmann::json> fronts;
    for (const std::string evaluations : {"900", "300"}) {
        const std::filesystem::path each = folder.path() / (evaluations + ".tandem");
        ASSERT_EQ(runCli(searchCommand(each, {"--evaluations", evaluations, "--algorithm",
                                              "nsga2:population=40,crossover=0.5"}))
                      .exitCode,
                  0);
        ASSERT_EQ(runCli({"resume", each.string(), "--evaluations", "900", "--json"}).exitCode, 0);
        fronts.push_back(runCli({"front", each.string(), "--json"}).json());
    }
    EXPECT_EQ(fronts[0], fronts[1]);
}

TEST(Study, PinnedAndBoundedPointsObey) {
    const ScratchFolder folder;
    const std::filesystem::path study = folder.path() / "s.tandem";
    const CliResult searched =
        runCli(searchCommand(study, {"--evaluations", "2000", "--pin", "hw.clock_mhz=100", "--constraint",
                                     "dsp<=100", "--objective", "agreement,latency_ms,lut"}));
    ASSERT_EQ(searched.exitCode, 0) << searched.output;
    for (const auto& row : runCli({"front", study.string(), "--json"}).json()) {
        EXPECT_EQ(row.at("parameters").at("hw.clock_mhz"), "100");
        EXPECT_LE(row.at("metrics").at("dsp").at("value").get<double>(), 100);
    }
}

TEST(Study, SameSeedSameFrontAtAnyThreadCount) {
    const ScratchFolder folder;
    std::vector<nlohmann::json> fronts;
    for (const std::string threads : {"1", "2"}) {
        const std::filesystem::path study = folder.path() / ("s" + threads + ".tandem");
        ASSERT_EQ(runCli(searchCommand(study, {"--evaluations", "5000", "--seed", "9", "--threads", threads}))
                      .exitCode,
                  0);
        fronts.push_back(runCli({"front", study.string(), "--json"}).json());
    }
    EXPECT_EQ(fronts[0], fronts[1]);
}

TEST(Study, EveryPointCanBeHadAsCsv) {
    const ScratchFolder folder;
    const std::filesystem::path study = folder.path() / "s.tandem";
    ASSERT_EQ(runCli(searchCommand(study, {"--evaluations", "300"})).exitCode, 0);
    const std::string front = runCli({"front", study.string(), "--csv"}).output;
    const std::string all = runCli({"front", study.string(), "--all", "--csv"}).output;
    EXPECT_EQ(std::ranges::count(all, '\n'), 301); // a header and 300 points
    EXPECT_LT(std::ranges::count(front, '\n'), std::ranges::count(all, '\n'));
}

TEST(Study, AMeasuredShareIsShownWithWhatItWasMeasuredOn) {
    const ScratchFolder folder;
    const std::filesystem::path study = folder.path() / "s.tandem";
    ASSERT_EQ(runCli(searchCommand(study, {"--evaluations", "50"})).exitCode, 0);
    EXPECT_THAT(runCli({"front", study.string()}).output, testing::Not(testing::HasSubstr("measured on")));
    ASSERT_EQ(runCli({"evaluate", study.string(), "--point", "0"}).exitCode, 0);
    const std::string inputs = "[0-9]+ [a-z ]*(inputs|samples)";
    EXPECT_THAT(runCli({"front", study.string(), "--all"}).output, testing::ContainsRegex(inputs));
    EXPECT_THAT(runCli({"front", study.string(), "--all", "--csv"}).output,
                testing::ContainsRegex("," + inputs));
}

TEST(Study, ASearchThatFindsNothingFeasibleSaysWhatIsExceeded) {
    const ScratchFolder folder;
    const std::filesystem::path study = folder.path() / "s.tandem";
    const CliResult searched =
        runCli(searchCommand(study, {"--evaluations", "300", "--constraint", "params<=1"}));
    EXPECT_EQ(searched.exitCode, 1);
    EXPECT_THAT(searched.output,
                testing::HasSubstr("no point keeps every constraint; the nearest is point "));
    EXPECT_THAT(searched.output, testing::HasSubstr("allowed at most 1, missed by "));
    const CliResult best = runCli({"front", study.string(), "--best"});
    EXPECT_EQ(best.exitCode, 1);
    EXPECT_THAT(best.output, testing::HasSubstr("params "));
}

TEST(Study, AnExistingStudyIsNotOverwritten) {
    const ScratchFolder folder;
    const std::filesystem::path study = folder.path() / "s.tandem";
    ASSERT_EQ(runCli(searchCommand(study, {"--evaluations", "100"})).exitCode, 0);
    const CliResult again = runCli(searchCommand(study, {"--evaluations", "100"}));
    EXPECT_EQ(again.exitCode, 2);
    EXPECT_THAT(again.output, testing::HasSubstr("resume"));
}

} // namespace
} // namespace tandem::test
