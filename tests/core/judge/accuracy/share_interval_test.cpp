// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/accuracy/share_interval.h"

#include <gtest/gtest.h>

namespace tandem::judge {
namespace {

TEST(ShareInterval, IsWilsons) {
    const ShareInterval half = shareInterval(50.0, 100); // 0.404 to 0.596 (Newcombe 1998, formula 3)
    EXPECT_NEAR(half.low, 40.38, 0.01);
    EXPECT_NEAR(half.high, 59.62, 0.01);
    EXPECT_NEAR(half.reach(), 9.62, 0.01);
    const ShareInterval all = shareInterval(100.0, 512);
    EXPECT_NEAR(all.low, 99.26, 0.01);
    EXPECT_NEAR(all.high, 100.0, 1e-9);
    EXPECT_EQ(shareInterval(50.0, 0).high, 100.0);
}

} // namespace
} // namespace tandem::judge
