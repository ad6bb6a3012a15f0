// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel.h"
#include "core/hw/folded/accelerator.h"
#include "core/hw/folded/choices.h"
#include "core/hw/hybrid/accelerator.h"
#include "core/hw/pipeline/accelerator.h"
#include "core/hw/templates.h"
#include "core/judge/cost/cost.h"
#include "core/judge/cost/layer_details.h"
#include "tests/core/space/networks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

namespace tandem::judge {
namespace {

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

/// A system that takes this of a device and gives a frame a millisecond.
hw::SystemFigures figuresWith(const hw::Resources& used) {
    hw::SystemFigures figures;
    figures.used = used;
    figures.time.frameMs = 1.0;
    return figures;
}

TEST(Cost, AreaOfAnAsicIsThatOfCellsAndMacros) {
    hw::Resources used;
    used.cellsUm2 = 250'000, used.ff = 70;
    used.sramBits = 10'000, used.romBits = 20'000;
    const point::Metrics metrics = metricsOf(figuresWith(used), exampleAsic());
    EXPECT_NEAR(metrics.value(point::Metric::AreaMm2), 0.25 + 0.08 + 0.04, 1e-6);
    EXPECT_EQ(metrics.source(point::Metric::AreaMm2), point::Source::Modelled);
    for (const point::Metric metric : {point::Metric::Lut, point::Metric::Dsp, point::Metric::Bram}) {
        EXPECT_EQ(metrics.source(metric), point::Source::None) << point::metricName(metric);
    }
    const point::Metrics ofFpga = metricsOf(figuresWith(used), test::exampleDevice());
    EXPECT_EQ(ofFpga.source(point::Metric::AreaMm2), point::Source::None);

    const space::JointSpace joint(test::chainNetwork(), exampleAsic());
    const point::Metrics modelled = cost(joint, joint.space().importedPoint());
    EXPECT_GT(modelled.value(point::Metric::AreaMm2), 0.0F);
    EXPECT_EQ(modelled.source(point::Metric::Utilization), point::Source::Modelled);
}

TEST(Cost, EnergyOnTheChipIsScaledToTheTechnology) {
    hw::Device device = test::exampleDevice();
    const space::JointSpace plain(test::chainNetwork(), device);
    device.energyScale = 16;
    const space::JointSpace scaled(test::chainNetwork(), device);
    const point::Encoding encoding = plain.space().importedPoint();
    const point::Metrics one = cost(plain, encoding), sixteen = cost(scaled, encoding);
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

TEST(Cost, WithoutDspsProductsTakeLuts) {
    hw::Resources used;
    used.lut = 1000, used.dsp = 3;
    hw::Device device = test::exampleDevice();
    const point::Metrics with = metricsOf(figuresWith(used), device);
    device.dsp = 0;
    const point::Metrics without = metricsOf(figuresWith(used), device);
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

TEST(Cost, PartsOfLatencyAndEnergyAddUp) {
    hw::Device device = test::exampleDevice();
    const space::JointSpace bare(test::chainNetwork(), device);
    device.host = "a core";
    device.hostGflops = 0.1;
    device.hostGBperS = 0.1;
    device.startUpUs = 30;
    const space::JointSpace joint(test::chainNetwork(), device);
    const point::Encoding encoding = joint.space().importedPoint();
    const point::Metrics metrics = cost(joint, encoding);
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
                    cost(bare, encoding).value(point::Metric::LatencyMs));
    EXPECT_NEAR(value(point::Metric::EnergyMj),
                value(point::Metric::ComputeMj) + value(point::Metric::OnChipMj) +
                    value(point::Metric::DramMj) + value(point::Metric::StaticMj),
                1e-6 * value(point::Metric::EnergyMj));
    EXPECT_NEAR(value(point::Metric::StaticMj), device.staticPowerW * value(point::Metric::LatencyMs), 1e-6);
}

TEST(LayerDetails, EnergyOfTheLayersIsThatOfTheDesign) {
    const space::JointSpace joint(test::chainNetwork(), test::exampleDevice());
    const point::Encoding encoding = joint.space().importedPoint();
    const point::Metrics metrics = cost(joint, encoding);
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

/// What the template's own functions say of a design.
struct Figures {
    hw::Resources resources;
    hw::Energy energy;
    std::int64_t latency = 0, interval = 0; ///< cycles
};

Figures figuresOf(const space::Design& design, const hw::Device& device) {
    namespace folded = hw::folded;
    namespace hybrid = hw::hybrid;
    namespace pipeline = hw::pipeline;
    const hw::Workload& workload = design.workload;
    if (const auto* engines = design.accelerator.as<pipeline::Pipeline>()) {
        const pipeline::Parameters& chosen = engines->parameters;
        return {pipeline::resources(workload, chosen, device.family), pipeline::energy(workload, chosen),
                pipeline::latencyEstimate(workload, chosen), pipeline::interval(workload, chosen)};
    }
    if (const auto* array = design.accelerator.as<folded::FoldedArray>()) {
        const folded::Parameters& chosen = array->parameters;
        const folded::Memory memory = folded::memoryOn(device, chosen.busBits, design.clockMhz);
        const std::int64_t cycles = folded::timing(workload, chosen, memory).latency;
        return {folded::resources(workload, chosen, device.family), folded::energy(workload, chosen), cycles,
                cycles};
    }
    const hybrid::Parameters& chosen = design.accelerator.as<hybrid::Hybrid>()->parameters;
    const folded::Memory memory = folded::memoryOn(device, chosen.tail.busBits, design.clockMhz);
    const hybrid::Parts parts = hybrid::split(workload, chosen.layers);
    const folded::Program program = hybrid::compile(parts, chosen);
    return {hybrid::resources(parts, chosen, program, device.family), hybrid::energy(parts, chosen, program),
            hybrid::latencyEstimate(parts, chosen, program, memory),
            hybrid::exactTiming(workload, chosen, memory).interval};
}

/// Compares the cost of a point with the figures of its design.
void expectCostOfTheDesign(const space::JointSpace& joint, const point::Encoding& encoding) {
    const hw::Device& device = joint.device();
    const space::Design design = joint.design(encoding);
    const point::Metrics metrics = cost(joint, encoding);
    const auto value = [&](point::Metric metric) { return static_cast<double>(metrics.value(metric)); };
    const auto expect = [&](point::Metric metric, double expected) {
        EXPECT_NEAR(value(metric), expected, 1e-5 * std::abs(expected)) << point::metricName(metric);
        EXPECT_EQ(metrics.source(metric), point::Source::Modelled) << point::metricName(metric);
    };
    const Figures figures = figuresOf(design, device);
    SCOPED_TRACE(design.accelerator->templateName());
    expect(point::Metric::Lut, figures.resources.lut);
    expect(point::Metric::Ff, figures.resources.ff);
    expect(point::Metric::Dsp, figures.resources.dsp);
    expect(point::Metric::Bram, figures.resources.bram36());
    const double perMs = design.clockMhz * 1e3;
    const double latencyMs = static_cast<double>(figures.latency) / perMs;
    const double fps = 1e3 * perMs / static_cast<double>(figures.interval);
    expect(point::Metric::LatencyMs, latencyMs);
    expect(point::Metric::ThroughputFps, fps);
    double macs = 0.0;
    for (const hw::Layer& layer : design.workload.layers) {
        macs += static_cast<double>(hw::multiplyAccumulates(layer));
    }
    const double energyMj = 1e-9 * figures.energy.total();
    expect(point::Metric::EnergyMj, energyMj + device.staticPowerW * latencyMs);
    expect(point::Metric::PowerW, energyMj * 1e-3 * fps + device.staticPowerW);
    expect(point::Metric::Macs, macs);
    double parameters = 0.0;
    const nn::Graph network = joint.network(encoding);
    for (const nn::Node& node : network.nodes) {
        parameters += static_cast<double>(nn::parameterCount(network, node));
    }
    expect(point::Metric::Params, parameters);
    const hw::Layer& last = design.workload.layers.back();
    const double frame =
        design.workload.inputChannels * design.workload.inputHeight * design.workload.inputWidth;
    const double result = last.outputChannels * last.outputHeight * last.outputWidth;
    if (design.accelerator->templateName() == "pipeline") {
        expect(point::Metric::DramBytes, frame + result);
    } else {
        EXPECT_GT(value(point::Metric::DramBytes), frame + result) << "weights come from memory, too";
    }
    expect(point::Metric::Utilization,
           100.0 * std::max({figures.resources.lut / device.lut, figures.resources.ff / device.ff,
                             figures.resources.dsp / device.dsp, figures.resources.bram36() / device.bram36,
                             value(point::Metric::DramBytes) * fps / (device.dramGBperS * 1e9)}));
    EXPECT_EQ(metrics.source(point::Metric::Accuracy), point::Source::None);
}

TEST(Cost, IsThatOfTheDesign) {
    Random random(13);
    for (const nn::Graph& graph :
         {test::chainNetwork(), test::separableNetwork(), test::residualNetwork(), test::mixedNetwork()}) {
        const space::JointSpace joint(graph, test::exampleDevice());
        std::map<std::string_view, int> seen;
        for (const hw::Template& kind : hw::templates()) {
            seen[kind.name] = 0;
        }
        for (int i = 0; i < 200; ++i) {
            const point::Encoding encoding = test::buildablePoint(joint, random);
            expectCostOfTheDesign(joint, encoding);
            ++seen[joint.design(encoding).accelerator->templateName()];
        }
        EXPECT_THAT(seen, testing::Each(testing::Pair(testing::_, testing::Ge(20))))
            << graph.name << ": points of every template";
    }
}

TEST(Cost, OfWhatCannotBeBuiltIsOnlyThat) {
    const space::JointSpace joint(test::separableNetwork(), test::exampleDevice());
    point::Encoding encoding = joint.space().importedPoint();
    const auto choose = [&](const std::string& name, const std::string& value) {
        const std::size_t place = joint.space().indexOf(name);
        encoding[place] = point::choiceOf(joint.space().parameters[place], value);
    };
    choose("hw.template", "folded");
    choose("hw.folded.columns", "8");
    choose("hw.folded.rows", "8");
    EXPECT_EQ(cost(joint, encoding).value(point::Metric::Faults), 0.0F);
    choose("hw.folded.rows", "16");
    const point::Metrics metrics = cost(joint, encoding);
    EXPECT_EQ(metrics.value(point::Metric::Faults), 1.0F);
    EXPECT_EQ(metrics.source(point::Metric::Faults), point::Source::Modelled);
    EXPECT_EQ(metrics.source(point::Metric::LatencyMs), point::Source::None);
    EXPECT_EQ(metrics.source(point::Metric::Dsp), point::Source::None);
    EXPECT_GT(metrics.value(point::Metric::Params), 0.0F);
}

TEST(Cost, IsTheSameFromManyThreads) {
    const space::JointSpace joint(test::separableNetwork(), test::exampleDevice());
    Random random(14);
    std::vector<point::Encoding> points;
    std::vector<point::Metrics> expected;
    for (int i = 0; i < 500; ++i) {
        points.push_back(test::randomPoint(joint.space(), random));
        expected.push_back(cost(joint, points.back()));
    }
    std::vector<point::Metrics> actual(points.size());
    parallelFor(points.size(), 4,
                [&](std::size_t index, int) { actual[index] = cost(joint, points[index]); });
    for (std::size_t i = 0; i < points.size(); ++i) {
        for (std::size_t m = 0; m < point::kMetricCount; ++m) {
            const auto metric = static_cast<point::Metric>(m);
            if (expected[i].source(metric) != point::Source::None) {
                EXPECT_EQ(actual[i].value(metric), expected[i].value(metric));
            }
        }
    }
}

TEST(Cost, TheDefaultIntervalIsTheFastestThatFits) {
    const space::JointSpace joint(test::residualNetwork(), test::exampleDevice());
    const std::size_t place = joint.space().indexOf("hw.pipeline.interval");
    point::Encoding encoding = joint.space().importedPoint();
    EXPECT_LE(cost(joint, encoding).value(point::Metric::Utilization), 100.0F);
    if (encoding[place] > 0) {
        --encoding[place];
        EXPECT_GT(cost(joint, encoding).value(point::Metric::Utilization), 100.0F);
    }
}

} // namespace
} // namespace tandem::judge
