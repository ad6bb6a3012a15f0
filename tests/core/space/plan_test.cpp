// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::space {
namespace {

using testing::ElementsAre;

TEST(WidthChoices, AreEighthsThatDivideWell) {
    EXPECT_THAT(widthChoices(64), ElementsAre(16, 24, 32, 40, 48, 56, 64));
    EXPECT_THAT(widthChoices(16), ElementsAre(4, 8, 12, 16));
    EXPECT_THAT(widthChoices(10), ElementsAre(2, 4, 6, 8, 10));
    EXPECT_THAT(widthChoices(3), ElementsAre(1, 2, 3));
    EXPECT_THAT(widthChoices(1), ElementsAre(1));
    for (int channels = 1; channels < 600; ++channels) {
        const std::vector<int> counts = widthChoices(channels);
        EXPECT_EQ(counts.back(), channels);
        EXPECT_GE(counts.front(), 1);
        for (std::size_t i = 1; i < counts.size(); ++i) {
            EXPECT_LT(counts[i - 1], counts[i]);
        }
    }
}

} // namespace
} // namespace tandem::space
