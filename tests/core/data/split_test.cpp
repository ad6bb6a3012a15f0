// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/data/split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>

namespace tandem::data {
namespace {

using testing::HasSubstr;

/// Samples of one byte; labels count round, the last class has every tenth sample.
Dataset made(std::size_t training, std::size_t validation = 0, std::size_t test = 0) {
    Dataset dataset;
    dataset.name = "numbers";
    dataset.sampleShape = {1, 1, 1};
    dataset.images = std::vector<std::uint8_t>(training + validation + test);
    for (std::size_t i = 0; i < dataset.size(); ++i) {
        dataset.labels.push_back(i % 10 == 9 ? 3 : static_cast<int>(i % 3));
    }
    dataset.classes = 4;
    dataset.trainingCount = training;
    dataset.validationCount = validation;
    return dataset;
}

std::set<std::size_t> together(const Split& split) {
    std::set<std::size_t> all(split.training.begin(), split.training.end());
    all.insert(split.validation.begin(), split.validation.end());
    all.insert(split.test.begin(), split.test.end());
    return all;
}

std::size_t countOf(const Dataset& dataset, const std::vector<std::size_t>& samples, int label) {
    return static_cast<std::size_t>(std::ranges::count(dataset.labelsOf(samples), label));
}

TEST(Split, IsTheSameForTheSameSeedAndCoversEverySampleOnce) {
    const Dataset dataset = made(40, 0, 10);
    const Split one = split(dataset, 0.25, 7);
    EXPECT_EQ(one, split(dataset, 0.25, 7));
    EXPECT_NE(split(dataset, 0.25, 8).validation, one.validation);
    EXPECT_EQ(one.validation.size(), 10U);
    EXPECT_EQ(one.test.front(), 40U);
    EXPECT_EQ(together(one).size(), 50U);
    EXPECT_EQ(one.training.size() + one.validation.size() + one.test.size(), 50U);
}

TEST(Split, TakesTheSameShareOfEveryClass) {
    const Dataset dataset = made(1000);
    const Split drawn = split(dataset, 0.2, 3);
    EXPECT_EQ(together(drawn).size(), 1000U);
    for (int label = 0; label < dataset.classes; ++label) {
        const double all = static_cast<double>(std::ranges::count(dataset.labels, label));
        EXPECT_NEAR(static_cast<double>(countOf(dataset, drawn.validation, label)), 0.2 * all, 1.0) << label;
        EXPECT_NEAR(static_cast<double>(countOf(dataset, drawn.test, label)), 0.2 * all, 1.0) << label;
    }
    // The first samples of a part are no single class, however the set is sorted.
    const std::vector<int> first = dataset.labelsOf(std::span(drawn.validation).first(20));
    EXPECT_GT(std::set<int>(first.begin(), first.end()).size(), 1U);
}

TEST(Split, HoldsOutATestPartWhereTheSetHasNone) {
    const Split drawn = split(made(40), 0.1, 1);
    EXPECT_EQ(drawn.validation.size(), 4U);
    EXPECT_EQ(drawn.test.size(), 4U);
    EXPECT_EQ(drawn.training.size(), 32U);
    EXPECT_THROW(split(made(40), 0.5, 1), Error);
}

TEST(Split, TakesTheSetsOwnPartsWhereItHasThem) {
    const Split own = split(made(20, 5, 7), 0.1, 1);
    EXPECT_EQ(own.training.size(), 20U);
    EXPECT_THAT(own.validation, testing::UnorderedElementsAre(20, 21, 22, 23, 24));
    EXPECT_THAT(own.test, testing::ElementsAre(25, 26, 27, 28, 29, 30, 31));
}

TEST(Split, ComesBackFromItsRecord) {
    const Dataset dataset = made(100, 0, 20);
    const Split drawn = split(dataset, 0.15, 99);
    EXPECT_EQ(splitFromJson(toJson(drawn, dataset), dataset), drawn);
}

std::string refusal(const nlohmann::ordered_json& record, const Dataset& dataset) {
    try {
        splitFromJson(record, dataset);
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        return error.what();
    }
    return "no error";
}

TEST(Split, RefusesTheRecordOfAnotherSet) {
    const Dataset dataset = made(100, 0, 20);
    const nlohmann::ordered_json record = toJson(split(dataset, 0.15, 99), dataset);
    EXPECT_THAT(refusal(record, made(101, 0, 20)), HasSubstr("'numbers' is not the one"));
    Dataset relabelled = dataset;
    std::swap(relabelled.labels[0], relabelled.labels[1]);
    EXPECT_THAT(refusal(record, relabelled), HasSubstr("or other labels"));
    EXPECT_THAT(refusal(nlohmann::ordered_json::object(), dataset), HasSubstr("cannot be read"));
    EXPECT_THAT(refusal("nonsense", dataset), HasSubstr("cannot be read"));
}

} // namespace
} // namespace tandem::data
