// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/point/parameter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace tandem::point {
namespace {

using testing::HasSubstr;

Space exampleSpace() {
    Space space;
    space.parameters.push_back({"model.b0.kernel", "Kernel size", {{1, "1x1"}, {3, "3x3"}, {5, "5x5"}}, 2});
    space.parameters.push_back({"model.b0.weight_bits", "Bits", {{2, "2"}, {4, "4"}, {8, "8"}}, 2});
    space.parameters.push_back({"hw.template", "Template", {{0, "pipeline"}}, 0});
    space.parameters.push_back({"hw.clock_mhz", "Clock", {{62.5, "62.5"}, {100, "100"}}, 1});
    return space;
}

std::string messageOf(const auto& action) {
    try {
        action();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        return error.what();
    }
    ADD_FAILURE() << "nothing was thrown";
    return {};
}

TEST(Space, FindsParametersByName) {
    const Space space = exampleSpace();
    EXPECT_EQ(space.indexOf("model.b0.kernel"), 0U);
    EXPECT_EQ(space.indexOf("hw.clock_mhz"), 3U);
}

TEST(Space, AnUnknownNameIsAnsweredWithTheNearest) {
    const Space space = exampleSpace();
    const std::string message = messageOf([&] { (void)space.indexOf("model.b0.kernal"); });
    EXPECT_THAT(message, HasSubstr("'model.b0.kernal'"));
    EXPECT_THAT(message, HasSubstr("nearest are model.b0.kernel,"));
    EXPECT_THAT(messageOf([&] { (void)space.indexOf("clock_mhz"); }), HasSubstr("hw.clock_mhz"));
    EXPECT_THAT(messageOf([] { (void)Space{}.indexOf("x"); }), HasSubstr("no parameters"));
}

TEST(Space, LogSizeIsTheLogarithmOfTheProduct) {
    EXPECT_NEAR(exampleSpace().logSize(), std::log(3.0 * 3.0 * 1.0 * 2.0), 1e-12);
    EXPECT_EQ(Space{}.logSize(), 0.0);
}

TEST(Space, ImportedPointTakesEveryParametersImportedChoice) {
    EXPECT_EQ(exampleSpace().importedPoint(), (Encoding{2, 2, 0, 1}));
}

TEST(ChoiceOf, TakesLabelsAndNumbers) {
    const Space space = exampleSpace();
    EXPECT_EQ(choiceOf(space.parameters[0], "3x3"), 1);
    EXPECT_EQ(choiceOf(space.parameters[0], "3"), 1);
    EXPECT_EQ(choiceOf(space.parameters[0], " 5X5 "), 2);
    EXPECT_EQ(choiceOf(space.parameters[1], "8.0"), 2);
    EXPECT_EQ(choiceOf(space.parameters[2], "Pipeline"), 0);
    EXPECT_EQ(choiceOf(space.parameters[3], "62.5"), 0);
}

TEST(ChoiceOf, RefusesEverythingElseAndListsTheLegalValues) {
    const Space space = exampleSpace();
    for (const char* text : {"4", "", "3x", "nan", "inf", "1e400", "3 3"}) {
        const std::string message = messageOf([&] { (void)choiceOf(space.parameters[0], text); });
        EXPECT_THAT(message, HasSubstr("model.b0.kernel")) << text;
        EXPECT_THAT(message, HasSubstr("1x1, 3x3, 5x5")) << text;
    }
}

TEST(Ranges, TheFullRangesHoldEveryChoiceAndNoMore) {
    const Ranges ranges = fullRanges(exampleSpace());
    EXPECT_EQ(ranges, (Ranges{{0, 2}, {0, 2}, {0, 0}, {0, 1}}));
    EXPECT_TRUE(contains(ranges, {2, 0, 0, 1}));
    EXPECT_FALSE(contains(ranges, {2, 0, 1, 1}));
    EXPECT_FALSE(contains(ranges, {2, 0, 0}));
}

TEST(Ranges, APinAdmitsOneChoice) {
    Ranges ranges = fullRanges(exampleSpace());
    ranges[1] = {1, 1};
    EXPECT_TRUE(contains(ranges, {0, 1, 0, 0}));
    EXPECT_FALSE(contains(ranges, {0, 0, 0, 0}));
    EXPECT_FALSE(contains(ranges, {0, 2, 0, 0}));
}

} // namespace
} // namespace tandem::point
