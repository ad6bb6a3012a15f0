// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/design_metrics.h"
#include "core/space/plan.h"
#include "tests/core/space/networks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::space {
namespace {

using testing::ElementsAre;

Metrics usedHalf() {
    Metrics metrics;
    metrics.set(Metric::Lut, 26600, Source::Modelled); // half of the example device
    metrics.set(Metric::Ff, 10000, Source::Modelled);
    metrics.set(Metric::Dsp, 22, Source::Modelled);
    metrics.set(Metric::Bram, 14, Source::Modelled);
    metrics.set(Metric::DramBytes, 1000, Source::Modelled);
    metrics.set(Metric::ThroughputFps, 1000, Source::Modelled);
    metrics.set(Metric::PowerW, 2, Source::Modelled);
    return metrics;
}

TEST(Utilization, IsTheShareOfTheScarcestResource) {
    const hw::Device device = test::exampleDevice();
    Metrics metrics = usedHalf();
    EXPECT_NEAR(utilization(metrics, device), 50.0, 1e-9);
    metrics.set(Metric::Dsp, 330, Source::Modelled);
    EXPECT_NEAR(utilization(metrics, device), 150.0, 1e-9);
}

TEST(Utilization, CountsMemoryBandwidthAndPower) {
    hw::Device device = test::exampleDevice();
    Metrics metrics = usedHalf();
    metrics.set(Metric::DramBytes, 1.68e6, Source::Modelled); // 1.68 of 2.1 GB/s
    EXPECT_NEAR(utilization(metrics, device), 80.0, 1e-4);
    device.powerBudgetW = 2.5;
    device.dramGBperS = 0;
    EXPECT_NEAR(utilization(metrics, device), 80.0, 1e-4);
}

TEST(Utilization, WhatADeviceDoesNotHaveCannotBeUsed) {
    hw::Device device = test::exampleDevice();
    device.dsp = 0;
    Metrics metrics = usedHalf();
    EXPECT_GT(utilization(metrics, device), 100.0);
    metrics.set(Metric::Dsp, 0, Source::Modelled);
    EXPECT_NEAR(utilization(metrics, device), 50.0, 1e-9);
}

TEST(Utilization, OfAnAsicIsAProxyOfItsArea) {
    hw::Device device = test::exampleDevice();
    device.family = hw::DeviceFamily::Asic;
    device.lut = device.ff = device.dsp = device.bram36 = 0;
    device.areaMm2 = 4;
    const double four = utilization(usedHalf(), device);
    EXPECT_GT(four, 0.0);
    device.areaMm2 = 8;
    EXPECT_NEAR(utilization(usedHalf(), device), four / 2, 1e-9);
    const JointSpace joint(test::chainNetwork(), device);
    EXPECT_EQ(joint.cost(joint.space().importedPoint()).source(Metric::Utilization), Source::Proxy);
}

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
