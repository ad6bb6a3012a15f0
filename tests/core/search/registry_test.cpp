// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/search/registry.h"
#include "tests/core/support/synthetic_problem.h"

#include <gtest/gtest.h>

#include <set>

namespace tandem::search {
namespace {

std::string refusal(const std::string& text) {
    try {
        parseAlgorithm(text);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        return error.what();
    }
    return "accepted";
}

TEST(Registry, NamesAndNumbersAreOnesOwn) {
    std::set<std::string_view> names;
    std::set<int> numbers;
    for (const AlgorithmKind& kind : algorithms()) {
        EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
        EXPECT_TRUE(numbers.insert(kind.number).second) << kind.name;
        EXPECT_NE(kind.number, 0) << "a person's own points";
        EXPECT_FALSE(kind.text.empty()) << kind.name;
        EXPECT_EQ(algorithmName(kind.number), kind.name);
        for (const OptionKind& option : kind.options) {
            EXPECT_LE(option.least, option.standard) << option.name;
            EXPECT_LE(option.standard, option.most) << option.name;
            EXPECT_FALSE(option.text.empty()) << option.name;
        }
    }
    EXPECT_EQ(algorithmName(1), "nsga2") << "numbers in files never change";
    EXPECT_EQ(algorithmName(2), "random");
    EXPECT_EQ(algorithmName(0), "");
    EXPECT_EQ(algorithmName(255), "");
}

TEST(Registry, ReadsAnAlgorithmWithItsOptions) {
    EXPECT_EQ(parseAlgorithm("random"), (AlgorithmChoice{"random", {}}));
    const AlgorithmChoice choice = parseAlgorithm("nsga2:population=400, crossover=0.75");
    EXPECT_EQ(choice, (AlgorithmChoice{"nsga2", {{"population", 400}, {"crossover", 0.75}}}));
    EXPECT_EQ(toString(choice), "nsga2:crossover=0.75,population=400");
    EXPECT_EQ(parseAlgorithm(toString(choice)), choice);
}

TEST(Registry, SaysWhatWasFoundAndWhatIsAccepted) {
    EXPECT_EQ(refusal("annealing"),
              "there is no search algorithm 'annealing'; the algorithms are nsga2, random");
    EXPECT_EQ(refusal("nsga2:size=4"),
              "the algorithm nsga2 has no option 'size'; its options are population, "
              "crossover, mutation");
    EXPECT_EQ(refusal("random:size=4"), "the algorithm random has no option 'size'; it has none");
    EXPECT_EQ(refusal("nsga2:population=3"),
              "the option population of nsga2 is '3'; it takes a whole number from 4 to 10000");
    EXPECT_EQ(refusal("nsga2:population=20.5"),
              "the option population of nsga2 is '20.5'; it takes a whole number from 4 to 10000");
    EXPECT_EQ(refusal("nsga2:crossover=most"),
              "the option crossover of nsga2 is 'most'; it takes a number from 0 to 1");
    EXPECT_EQ(refusal("nsga2:crossover=nan"),
              "the option crossover of nsga2 is 'nan'; it takes a number from 0 to 1");
    EXPECT_EQ(refusal("nsga2:crossover"),
              "'crossover' is no option of nsga2; options are written NAME=NUMBER");
    EXPECT_EQ(refusal("nsga2:crossover=0,crossover=1"), "the option crossover of nsga2 is given twice");
}

TEST(Registry, ChecksTheOptionsOfAStudyToo) {
    const point::Space space = test::gridSpace(3, 3);
    const Rules rules{point::fullRanges(space), {{point::Metric::LatencyMs, false}}, {}};
    EXPECT_THROW(makeAlgorithm({"nsga2", {{"population", 1e9}}}, space, rules, 1), Error);
    EXPECT_THROW(makeAlgorithm({"nsga2", {{"populace", 10}}}, space, rules, 1), Error);
    EXPECT_NE(makeAlgorithm({"nsga2", {{"population", 10}}}, space, rules, 1), nullptr);
}

TEST(Registry, HelpTellsEveryOption) {
    const std::string help = algorithmHelp();
    for (const AlgorithmKind& kind : algorithms()) {
        EXPECT_NE(help.find(std::string(kind.name) + ": "), std::string::npos);
        for (const OptionKind& option : kind.options) {
            EXPECT_NE(help.find(std::string(option.name) + "="), std::string::npos);
        }
    }
}

} // namespace
} // namespace tandem::search
