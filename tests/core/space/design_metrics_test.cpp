// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/space/design_metrics.h"
#include "core/space/layer_details.h"
#include "core/space/plan.h"
#include "tests/core/space/networks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tandem::space {
namespace {

using testing::ElementsAre;

point::Metrics usedHalf() {
    point::Metrics metrics;
    metrics.set(point::Metric::Lut, 26600, point::Source::Modelled); // half of the example device
    metrics.set(point::Metric::Ff, 10000, point::Source::Modelled);
    metrics.set(point::Metric::Dsp, 22, point::Source::Modelled);
    metrics.set(point::Metric::Bram, 14, point::Source::Modelled);
    metrics.set(point::Metric::DramBytes, 1000, point::Source::Modelled);
    metrics.set(point::Metric::ThroughputFps, 1000, point::Source::Modelled);
    metrics.set(point::Metric::PowerW, 2, point::Source::Modelled);
    return metrics;
}

TEST(Utilization, IsTheShareOfTheScarcestResource) {
    const hw::Device device = test::exampleDevice();
    point::Metrics metrics = usedHalf();
    EXPECT_NEAR(utilization(metrics, device), 50.0, 1e-9);
    metrics.set(point::Metric::Dsp, 330, point::Source::Modelled);
    EXPECT_NEAR(utilization(metrics, device), 150.0, 1e-9);
}

TEST(Utilization, CountsMemoryBandwidthAndPower) {
    hw::Device device = test::exampleDevice();
    point::Metrics metrics = usedHalf();
    metrics.set(point::Metric::DramBytes, 1.68e6, point::Source::Modelled); // 1.68 of 2.1 GB/s
    EXPECT_NEAR(utilization(metrics, device), 80.0, 1e-4);
    device.powerBudgetW = 2.5;
    device.dramGBperS = 0;
    EXPECT_NEAR(utilization(metrics, device), 80.0, 1e-4);
}

TEST(Utilization, WhatADeviceDoesNotHaveCannotBeUsed) {
    hw::Device device = test::exampleDevice();
    device.dsp = 0;
    point::Metrics metrics = usedHalf();
    EXPECT_GT(utilization(metrics, device), 100.0);
    metrics.set(point::Metric::Dsp, 0, point::Source::Modelled);
    EXPECT_NEAR(utilization(metrics, device), 50.0, 1e-9);
}

hw::Device exampleAsic() {
    hw::Device device = test::exampleDevice();
    device.family = hw::DeviceFamily::Asic;
    device.lut = device.ff = device.dsp = device.bram36 = 0;
    device.areaMm2 = 4;
    device.sramUm2PerBit = 8;
    device.romUm2PerBit = 2;
    return device;
}

TEST(Utilization, OfAnAsicIsThatOfItsArea) {
    point::Metrics metrics;
    metrics.set(point::Metric::AreaMm2, 1, point::Source::Modelled);
    metrics.set(point::Metric::Ff, 1e9, point::Source::Modelled);
    EXPECT_NEAR(utilization(metrics, exampleAsic()), 25.0, 1e-9);
}

TEST(DesignMetrics, AreaOfAnAsicIsThatOfCellsAndMacros) {
    hw::Resources used;
    used.cellsUm2 = 250'000, used.ff = 70;
    used.sramBits = 10'000, used.romBits = 20'000;
    point::Metrics metrics;
    setResources(metrics, used, exampleAsic());
    EXPECT_NEAR(metrics.value(point::Metric::AreaMm2), 0.25 + 0.08 + 0.04, 1e-6);
    EXPECT_EQ(metrics.source(point::Metric::AreaMm2), point::Source::Modelled);
    for (const point::Metric metric : {point::Metric::Lut, point::Metric::Dsp, point::Metric::Bram}) {
        EXPECT_EQ(metrics.source(metric), point::Source::None) << point::metricName(metric);
    }
    point::Metrics ofFpga;
    setResources(ofFpga, used, test::exampleDevice());
    EXPECT_EQ(ofFpga.source(point::Metric::AreaMm2), point::Source::None);

    const JointSpace joint(test::chainNetwork(), exampleAsic());
    const point::Metrics cost = joint.cost(joint.space().importedPoint());
    EXPECT_GT(cost.value(point::Metric::AreaMm2), 0.0F);
    EXPECT_EQ(cost.source(point::Metric::Utilization), point::Source::Modelled);
}

TEST(DesignMetrics, EnergyOnTheChipIsScaledToTheTechnology) {
    hw::Device device = test::exampleDevice();
    const JointSpace plain(test::chainNetwork(), device);
    device.energyScale = 16;
    const JointSpace scaled(test::chainNetwork(), device);
    const point::Encoding encoding = plain.space().importedPoint();
    const point::Metrics one = plain.cost(encoding), sixteen = scaled.cost(encoding);
    EXPECT_FLOAT_EQ(sixteen.value(point::Metric::ComputeMj), 16 * one.value(point::Metric::ComputeMj));
    EXPECT_FLOAT_EQ(sixteen.value(point::Metric::OnChipMj), 16 * one.value(point::Metric::OnChipMj));
    EXPECT_FLOAT_EQ(sixteen.value(point::Metric::DramMj), one.value(point::Metric::DramMj));
    EXPECT_FLOAT_EQ(sixteen.value(point::Metric::StaticMj), one.value(point::Metric::StaticMj));
    double computing = 0.0;
    for (const LayerDetails& detail : layerDetails(scaled.design(encoding), device)) {
        computing += detail.energy.compute;
    }
    EXPECT_NEAR(computing * 1e-9, sixteen.value(point::Metric::ComputeMj), 1e-5 * computing * 1e-9);
}

TEST(DesignMetrics, WithoutDspsProductsTakeLuts) {
    hw::Resources used;
    used.lut = 1000, used.dsp = 3;
    hw::Device device = test::exampleDevice();
    point::Metrics with, without;
    setResources(with, used, device);
    device.dsp = 0;
    setResources(without, used, device);
    EXPECT_EQ(with.value(point::Metric::Dsp), 3);
    EXPECT_EQ(without.value(point::Metric::Dsp), 0);
    EXPECT_GT(without.value(point::Metric::Lut), with.value(point::Metric::Lut) + 3 * 400);
}

TEST(FitError, IsThatOfTheFamily) {
    const hw::Device device = test::exampleDevice();
    const hw::FitErrors errors = hw::fitErrors(device.family);
    EXPECT_EQ(fitErrorOf(point::Metric::Lut, device)->worst, errors.size.worst);
    EXPECT_EQ(fitErrorOf(point::Metric::Ff, device)->mean, errors.ff.mean);
    EXPECT_EQ(fitErrorOf(point::Metric::AreaMm2, exampleAsic())->designs,
              hw::fitErrors(hw::DeviceFamily::Asic).size.designs);
    EXPECT_FALSE(fitErrorOf(point::Metric::Dsp, device));
}

TEST(DesignMetrics, PartsOfLatencyAndEnergyAddUp) {
    hw::Device device = test::exampleDevice();
    const JointSpace bare(test::chainNetwork(), device);
    device.host = "a core";
    device.hostGflops = 0.1;
    device.hostGBperS = 0.1;
    device.startUpUs = 30;
    const JointSpace joint(test::chainNetwork(), device);
    const point::Encoding encoding = joint.space().importedPoint();
    const point::Metrics metrics = joint.cost(encoding);
    const auto value = [&](point::Metric metric) {
        EXPECT_EQ(metrics.source(metric), point::Source::Modelled) << point::metricName(metric);
        return static_cast<double>(metrics.value(metric));
    };
    EXPECT_NEAR(value(point::Metric::StartUpMs), 0.03, 1e-9);
    EXPECT_NEAR(value(point::Metric::HostMs), hw::totalMilliseconds(joint.hostOperators()), 1e-6);
    EXPECT_GT(value(point::Metric::HostMs), 0.0);
    EXPECT_NEAR(value(point::Metric::LatencyMs),
                value(point::Metric::StartUpMs) + value(point::Metric::HostMs) +
                    value(point::Metric::TransferMs) + value(point::Metric::AcceleratorMs),
                1e-6);
    EXPECT_FLOAT_EQ(metrics.value(point::Metric::AcceleratorMs),
                    bare.cost(encoding).value(point::Metric::LatencyMs));
    EXPECT_NEAR(value(point::Metric::EnergyMj),
                value(point::Metric::ComputeMj) + value(point::Metric::OnChipMj) +
                    value(point::Metric::DramMj) + value(point::Metric::StaticMj),
                1e-6 * value(point::Metric::EnergyMj));
    EXPECT_NEAR(value(point::Metric::StaticMj), device.staticPowerW * value(point::Metric::LatencyMs), 1e-6);
}

TEST(LayerDetails, EnergyOfTheLayersIsThatOfTheDesign) {
    const JointSpace joint(test::chainNetwork(), test::exampleDevice());
    const point::Encoding encoding = joint.space().importedPoint();
    const point::Metrics metrics = joint.cost(encoding);
    const double staticMj = static_cast<double>(metrics.value(point::Metric::StaticMj));
    double compute = 0.0, onChip = 0.0, dram = 0.0, still = 0.0;
    for (const LayerDetails& detail : layerDetails(joint.design(encoding), joint.device(), staticMj)) {
        compute += detail.energy.compute * 1e-9;
        onChip += detail.energy.onChip * 1e-9;
        dram += detail.energy.dram * 1e-9;
        still += detail.staticPj * 1e-9;
    }
    EXPECT_FLOAT_EQ(static_cast<float>(compute), metrics.value(point::Metric::ComputeMj));
    EXPECT_FLOAT_EQ(static_cast<float>(onChip), metrics.value(point::Metric::OnChipMj));
    EXPECT_FLOAT_EQ(static_cast<float>(dram), metrics.value(point::Metric::DramMj));
    EXPECT_NEAR(still, staticMj, 1e-9);
    EXPECT_GT(dram, 0.0);
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
