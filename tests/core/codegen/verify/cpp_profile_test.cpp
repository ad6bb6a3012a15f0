// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codegen/verify/cpp_profile.h"

#include <gtest/gtest.h>

namespace tandem::codegen {
namespace {

TEST(CppProfile, IsReadAsTheProfilerPrintsIt) {
    const auto profile = parseCppProfile("kernels: AVX-512 VNNI\n"
                                         "peak: 416.28 Gop/s in registers alone\n"
                                         "layer      operations         us      Gop/s  of peak\n"
                                         "conv1         4718592      13.61     346.80   83.3 %\n"
                                         "network      25036032      88.90     281.62   67.7 %\n");
    ASSERT_TRUE(profile);
    EXPECT_EQ(profile->kernels, "AVX-512 VNNI");
    ASSERT_EQ(profile->layers.size(), 2U);
    EXPECT_EQ(profile->layers[0].name, "conv1");
    EXPECT_DOUBLE_EQ(profile->layers[0].microseconds, 13.61);
    EXPECT_DOUBLE_EQ(profile->layers[1].ofPeak.value(), 67.7);
}

TEST(CppProfile, PortableKernelsKnowNoPeak) {
    const auto profile = parseCppProfile("kernels: portable\nnetwork 100 2.0 0.05\n");
    ASSERT_TRUE(profile);
    EXPECT_FALSE(profile->layers[0].ofPeak);
}

TEST(CppProfile, OtherTextIsNone) {
    EXPECT_FALSE(parseCppProfile("Segmentation fault"));
    EXPECT_FALSE(parseCppProfile("kernels: AVX2\nconv1 1 1 1\n"));
}

} // namespace
} // namespace tandem::codegen
