// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/device/memory_mapping.h"
#include "core/hw/device/technology.h"

#include <gtest/gtest.h>

namespace tandem::hw {
namespace {

int dsps(DeviceFamily family, int a, int b, int bits) {
    return productDsps(technologyOf(family), a, b, bits);
}

TEST(Technology, ProductsFitDspsOfTheFamily) {
    EXPECT_EQ(dsps(DeviceFamily::Xilinx7, 25, 18, 43), 1);
    EXPECT_EQ(dsps(DeviceFamily::Xilinx7, 18, 25, 43), 1);
    EXPECT_EQ(dsps(DeviceFamily::Xilinx7, 26, 17, 43), 2);
    EXPECT_EQ(dsps(DeviceFamily::UltraScalePlus, 27, 17, 44), 1);
    EXPECT_EQ(dsps(DeviceFamily::Ice40, 24, 16, 40), 2);
    EXPECT_EQ(dsps(DeviceFamily::Ecp5, 24, 17, 41), 2);
    EXPECT_EQ(dsps(DeviceFamily::Asic, 8, 8, 16), 0);
}

TEST(Technology, SmallProductsStayInLuts) {
    EXPECT_EQ(dsps(DeviceFamily::Xilinx7, 4, 4, 8), 0);
    EXPECT_EQ(dsps(DeviceFamily::Xilinx7, 5, 4, 9), 1);
    EXPECT_EQ(dsps(DeviceFamily::Ice40, 5, 5, 10), 0);
    EXPECT_EQ(dsps(DeviceFamily::Ice40, 6, 5, 11), 1);
    EXPECT_EQ(dsps(DeviceFamily::Ecp5, 2, 2, 4), 1);
}

TEST(Technology, ARestOfOneBitIsNoPart) {
    // Measured with Yosys 0.23: 19 bits by 17 take one MULT18X18D, 17 by 16 one SB_MAC16.
    EXPECT_EQ(dsps(DeviceFamily::Ecp5, 19, 17, 36), 1);
    EXPECT_EQ(dsps(DeviceFamily::Ice40, 17, 16, 33), 1);
}

TEST(MemoryMapping, SmallMemoriesStandWhereTheyCostLeast) {
    EXPECT_FALSE(inBlock(DeviceFamily::Ice40, {5, 2, false})); // 64 bits become flip-flops
    EXPECT_TRUE(inBlock(DeviceFamily::Ice40, {5, 8, false}));
    EXPECT_FALSE(inBlock(DeviceFamily::Ecp5, {6, 24, false}));
    EXPECT_TRUE(inBlock(DeviceFamily::Ecp5, {6, 32, false}));
    EXPECT_FALSE(inBlock(DeviceFamily::Xilinx7, {6, 64, false}));
    EXPECT_TRUE(inBlock(DeviceFamily::Asic, {9, 8, true}));
}

} // namespace
} // namespace tandem::hw
