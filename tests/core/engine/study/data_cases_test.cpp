// SPDX-License-Identifier: GPL-3.0-or-later
// The shared data sets that people have trouble with: the network of each classifies all of its samples, or
// the set is refused in one sentence that says what was found.
#include "core/base/error.h"
#include "core/engine/study/study_data.h"
#include "core/onnx/importer.h"
#include "core/train/metrics.h"
#include "tests/core/support/shared_cases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <regex>

namespace tandem::engine {
namespace {

class DataCase : public testing::TestWithParam<std::string> {};

TEST_P(DataCase, IsRightOrRefusedInOneSentence) {
    if (GetParam() == test::kNoCases) {
        GTEST_SKIP() << "the shared cases are not here";
    }
    const nlohmann::json told = test::sharedCase(GetParam());
    const std::string expected = told.at("expect"), spec = test::dataSpecOf(GetParam());
    const nn::Graph graph = onnx::importOnnx(test::sharedFile("cases/" + GetParam() + "/model.onnx"));
    try {
        const StudyData data = openStudyData(spec, graph, 1, {});
        EXPECT_NE(expected, "refuse");
        EXPECT_EQ(data.dataset.classes, told.at("classes").get<int>());
        std::vector<std::size_t> samples(data.dataset.size());
        std::iota(samples.begin(), samples.end(), std::size_t{0});
        EXPECT_EQ(train::evaluateAccuracy(graph, data.dataset, samples), 1.0) << told.at("right");
        const StudyData reopened = openStudyData(spec, graph, 2, toJson(data));
        EXPECT_EQ(reopened.split, data.split);
    } catch (const Error& error) {
        EXPECT_NE(expected, "match") << error.what();
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("\n")));
        const std::regex says(told.value("says", ".*"), std::regex::icase);
        EXPECT_TRUE(std::regex_search(error.what(), says)) << error.what();
    }
}

INSTANTIATE_TEST_SUITE_P(Shared, DataCase, testing::ValuesIn(test::sharedCases('D')),
                         [](const auto& id) { return id.param; });

} // namespace
} // namespace tandem::engine
