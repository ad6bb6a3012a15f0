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
    Metrics metrics;
    metrics.set(Metric::AreaMm2, 1, Source::Modelled);
    metrics.set(Metric::Ff, 1e9, Source::Modelled);
    EXPECT_NEAR(utilization(metrics, exampleAsic()), 25.0, 1e-9);
}

TEST(DesignMetrics, AreaOfAnAsicIsThatOfCellsAndMacros) {
    hw::pipeline::Resources used;
    used.cellsUm2 = 250'000, used.ff = 70;
    used.sramBits = 10'000, used.romBits = 20'000;
    Metrics metrics;
    setResources(metrics, used, exampleAsic());
    EXPECT_NEAR(metrics.value(Metric::AreaMm2), 0.25 + 0.08 + 0.04, 1e-6);
    EXPECT_EQ(metrics.source(Metric::AreaMm2), Source::Modelled);
    for (const Metric metric : {Metric::Lut, Metric::Dsp, Metric::Bram}) {
        EXPECT_EQ(metrics.source(metric), Source::None) << metricName(metric);
    }
    Metrics ofFpga;
    setResources(ofFpga, used, test::exampleDevice());
    EXPECT_EQ(ofFpga.source(Metric::AreaMm2), Source::None);

    const JointSpace joint(test::chainNetwork(), exampleAsic());
    const Metrics cost = joint.cost(joint.space().importedPoint());
    EXPECT_GT(cost.value(Metric::AreaMm2), 0.0F);
    EXPECT_EQ(cost.source(Metric::Utilization), Source::Modelled);
}

TEST(DesignMetrics, EnergyOnTheChipIsScaledToTheTechnology) {
    hw::Device device = test::exampleDevice();
    const JointSpace plain(test::chainNetwork(), device);
    device.energyScale = 16;
    const JointSpace scaled(test::chainNetwork(), device);
    const Encoding encoding = plain.space().importedPoint();
    const Metrics one = plain.cost(encoding), sixteen = scaled.cost(encoding);
    EXPECT_FLOAT_EQ(sixteen.value(Metric::ComputeMj), 16 * one.value(Metric::ComputeMj));
    EXPECT_FLOAT_EQ(sixteen.value(Metric::OnChipMj), 16 * one.value(Metric::OnChipMj));
    EXPECT_FLOAT_EQ(sixteen.value(Metric::DramMj), one.value(Metric::DramMj));
    EXPECT_FLOAT_EQ(sixteen.value(Metric::StaticMj), one.value(Metric::StaticMj));
    double computing = 0.0;
    for (const LayerDetails& detail : layerDetails(scaled.design(encoding), device)) {
        computing += detail.energy.compute;
    }
    EXPECT_NEAR(computing * 1e-9, sixteen.value(Metric::ComputeMj), 1e-5 * computing * 1e-9);
}

TEST(DesignMetrics, WithoutDspsProductsTakeLuts) {
    hw::pipeline::Resources used;
    used.lut = 1000, used.dsp = 3;
    hw::Device device = test::exampleDevice();
    Metrics with, without;
    setResources(with, used, device);
    device.dsp = 0;
    setResources(without, used, device);
    EXPECT_EQ(with.value(Metric::Dsp), 3);
    EXPECT_EQ(without.value(Metric::Dsp), 0);
    EXPECT_GT(without.value(Metric::Lut), with.value(Metric::Lut) + 3 * 400);
}

TEST(FitError, IsThatOfTheFamily) {
    const hw::Device device = test::exampleDevice();
    const hw::pipeline::FitErrors errors = hw::pipeline::fitErrors(device.family);
    EXPECT_EQ(fitErrorOf(Metric::Lut, device)->worst, errors.size.worst);
    EXPECT_EQ(fitErrorOf(Metric::Ff, device)->mean, errors.ff.mean);
    EXPECT_EQ(fitErrorOf(Metric::AreaMm2, exampleAsic())->designs,
              hw::pipeline::fitErrors(hw::DeviceFamily::Asic).size.designs);
    EXPECT_FALSE(fitErrorOf(Metric::Dsp, device));
}

TEST(DesignMetrics, PartsOfLatencyAndEnergyAddUp) {
    hw::Device device = test::exampleDevice();
    const JointSpace bare(test::chainNetwork(), device);
    device.host = "a core";
    device.hostGflops = 0.1;
    device.hostGBperS = 0.1;
    device.startUpUs = 30;
    const JointSpace joint(test::chainNetwork(), device);
    const Encoding encoding = joint.space().importedPoint();
    const Metrics metrics = joint.cost(encoding);
    const auto value = [&](Metric metric) {
        EXPECT_EQ(metrics.source(metric), Source::Modelled) << metricName(metric);
        return static_cast<double>(metrics.value(metric));
    };
    EXPECT_NEAR(value(Metric::StartUpMs), 0.03, 1e-9);
    EXPECT_NEAR(value(Metric::HostMs), hw::totalMilliseconds(joint.hostOperators()), 1e-6);
    EXPECT_GT(value(Metric::HostMs), 0.0);
    EXPECT_NEAR(value(Metric::LatencyMs),
                value(Metric::StartUpMs) + value(Metric::HostMs) + value(Metric::TransferMs) +
                    value(Metric::AcceleratorMs),
                1e-6);
    EXPECT_FLOAT_EQ(metrics.value(Metric::AcceleratorMs), bare.cost(encoding).value(Metric::LatencyMs));
    EXPECT_NEAR(value(Metric::EnergyMj),
                value(Metric::ComputeMj) + value(Metric::OnChipMj) + value(Metric::DramMj) +
                    value(Metric::StaticMj),
                1e-6 * value(Metric::EnergyMj));
    EXPECT_NEAR(value(Metric::StaticMj), device.staticPowerW * value(Metric::LatencyMs), 1e-6);
}

TEST(LayerDetails, EnergyOfTheLayersIsThatOfTheDesign) {
    const JointSpace joint(test::chainNetwork(), test::exampleDevice());
    const Encoding encoding = joint.space().importedPoint();
    const Metrics metrics = joint.cost(encoding);
    const double staticMj = static_cast<double>(metrics.value(Metric::StaticMj));
    double compute = 0.0, onChip = 0.0, dram = 0.0, still = 0.0;
    for (const LayerDetails& detail : layerDetails(joint.design(encoding), joint.device(), staticMj)) {
        compute += detail.energy.compute * 1e-9;
        onChip += detail.energy.onChip * 1e-9;
        dram += detail.energy.dram * 1e-9;
        still += detail.staticPj * 1e-9;
    }
    EXPECT_FLOAT_EQ(static_cast<float>(compute), metrics.value(Metric::ComputeMj));
    EXPECT_FLOAT_EQ(static_cast<float>(onChip), metrics.value(Metric::OnChipMj));
    EXPECT_FLOAT_EQ(static_cast<float>(dram), metrics.value(Metric::DramMj));
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
