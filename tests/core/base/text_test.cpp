// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem {
namespace {

using testing::ElementsAre;

TEST(Text, IsSplitAtSeparators) {
    EXPECT_THAT(split("a,bc,d", ','), ElementsAre("a", "bc", "d"));
    EXPECT_THAT(split("a,,", ','), ElementsAre("a", "", ""));
    EXPECT_THAT(split("", ','), ElementsAre(""));
}

TEST(Text, IsTrimmedAtItsEnds) {
    EXPECT_EQ(trimmed(" \t a b\n"), "a b");
    EXPECT_EQ(trimmed("  "), "");
}

} // namespace
} // namespace tandem
