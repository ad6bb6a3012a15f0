// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel.h"
#include "core/hw/pipeline/netlist.h"
#include "core/hw/workload/workload_of.h"
#include "core/quant/quantize/quantize.h"
#include "core/space/folded_metrics.h"
#include "core/space/joint_space.h"
#include "tests/core/space/networks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace tandem::space {
namespace {

std::vector<nn::Graph> exampleNetworks() {
    return {test::chainNetwork(), test::separableNetwork(), test::residualNetwork(), test::mixedNetwork()};
}

quant::IntegerNetwork quantized(const JointSpace& joint, const point::Encoding& encoding,
                                const std::vector<nn::Tensor>& inputs) {
    quant::QuantizationOptions options;
    for (const LayerBits& bits : joint.precision(encoding)) {
        options.layers.push_back({bits.weightBits, bits.activationBits});
    }
    return quant::quantize(joint.network(encoding), inputs, options, 1);
}

/// Compares what the space says of a point with what the quantizer makes of the changed network. Signs of
/// maps that may be negative but were not on the calibration inputs, multipliers that happen to be powers of
/// two, and accumulator widths depend on the calibration.
void expectSameWorkload(hw::Workload modelled, hw::Workload exact) {
    EXPECT_EQ(modelled.inputChannels, exact.inputChannels);
    EXPECT_EQ(modelled.inputHeight, exact.inputHeight);
    EXPECT_EQ(modelled.inputWidth, exact.inputWidth);
    EXPECT_EQ(modelled.inputBits, exact.inputBits);
    ASSERT_EQ(modelled.layers.size(), exact.layers.size());
    for (std::size_t i = 0; i < exact.layers.size(); ++i) {
        hw::Layer& layer = modelled.layers[i];
        EXPECT_NEAR(layer.accumulatorBits, exact.layers[i].accumulatorBits, 3) << layer.name;
        EXPECT_TRUE(layer.outputSigned || !exact.layers[i].outputSigned) << layer.name;
        EXPECT_TRUE(layer.inputSigned || !exact.layers[i].inputSigned) << layer.name;
        layer.accumulatorBits = exact.layers[i].accumulatorBits;
        layer.outputSigned = exact.layers[i].outputSigned;
        layer.inputSigned = exact.layers[i].inputSigned;
        EXPECT_TRUE(layer.secondSigned || !exact.layers[i].secondSigned) << layer.name;
        layer.secondSigned = exact.layers[i].secondSigned;
        if (exact.layers[i].multiplierBits == 0) {
            layer.multiplierBits = 0;
        }
        // Only quantization tells how far results are shifted.
        EXPECT_LT(layer.shift, 0) << layer.name;
        layer.shift = exact.layers[i].shift;
        layer.shiftBits = exact.layers[i].shiftBits;
        EXPECT_EQ(layer, exact.layers[i]) << layer.name << " / " << exact.layers[i].name;
    }
}

TEST(Design, IsTheWorkloadOfTheQuantizedChangedNetwork) {
    Random random(11);
    for (const nn::Graph& graph : exampleNetworks()) {
        const JointSpace joint(graph, test::exampleDevice());
        const std::vector<nn::Tensor> inputs = test::normalInputs(graph, 4, 3);
        for (int i = 0; i < 40; ++i) {
            SCOPED_TRACE(graph.name + ", point " + std::to_string(i));
            const point::Encoding encoding =
                i == 0 ? joint.space().importedPoint() : test::randomPoint(joint.space(), random);
            expectSameWorkload(joint.design(encoding).workload,
                               hw::workloadOf(quantized(joint, encoding, inputs)));
            if (HasFailure()) {
                FAIL() << graph.name << ", point " << i;
            }
        }
    }
}

std::vector<hw::Multiplier> multipliersOf(const Design& design) {
    std::vector<hw::Multiplier> multipliers;
    for (const hw::pipeline::Folding& folding : design.parameters.foldings) {
        multipliers.push_back(folding.multiplier);
    }
    return multipliers;
}

TEST(Design, MultipliesAsItsBundlesSay) {
    using hw::Multiplier;
    const JointSpace joint(test::chainNetwork(), test::exampleDevice());
    point::Encoding encoding = joint.space().importedPoint();
    EXPECT_EQ(multipliersOf(joint.design(encoding)), std::vector<Multiplier>(5, Multiplier::Dsp));
    const auto choose = [&](const std::string& bundle, Multiplier multiplier) {
        encoding[joint.space().indexOf("hw.pipeline." + bundle + ".multiplier")] = static_cast<std::uint8_t>(
            std::ranges::find(hw::kMultipliers, multiplier) - std::begin(hw::kMultipliers));
    };
    choose("b0", Multiplier::Fabric);
    choose("b2", Multiplier::Packed);
    const Design design = joint.design(encoding);
    // The pool behind the second convolution does not multiply.
    EXPECT_EQ(multipliersOf(design), (std::vector{Multiplier::Fabric, Multiplier::Dsp, Multiplier::Dsp,
                                                  Multiplier::Packed, Multiplier::Dsp}));
    EXPECT_EQ(design.parameters.foldings[3].pe % 2, 0);
}

TEST(Design, FoldsAsTheTemplateAllocates) {
    Random random(12);
    for (const nn::Graph& graph : exampleNetworks()) {
        const JointSpace joint(graph, test::exampleDevice());
        const std::size_t place = joint.space().indexOf("hw.pipeline.interval");
        for (int i = 0; i < 200; ++i) {
            const point::Encoding encoding = test::randomPoint(joint.space(), random);
            const Design design = joint.design(encoding);
            const double target = joint.space().parameters[place].choices[encoding[place]].value;
            const hw::pipeline::Parameters expected = hw::pipeline::allocate(
                design.workload, static_cast<std::int64_t>(target), multipliersOf(design));
            hw::pipeline::check(design.workload, design.parameters);
            EXPECT_EQ(design.parameters.foldings, expected.foldings) << graph.name << ", target " << target;
        }
    }
}

TEST(Design, ReachesItsIntervalWhereTheLayersCan) {
    const JointSpace joint(test::residualNetwork(), test::exampleDevice());
    const std::size_t place = joint.space().indexOf("hw.pipeline.interval");
    const point::Parameter& parameter = joint.space().parameters[place];
    point::Encoding encoding = joint.space().importedPoint();
    double before = 0.0;
    for (std::size_t choice = 0; choice < parameter.choices.size(); ++choice) {
        encoding[place] = static_cast<std::uint8_t>(choice);
        const Design design = joint.design(encoding);
        const auto interval = static_cast<double>(hw::pipeline::interval(design.workload, design.parameters));
        EXPECT_GE(interval, before);
        before = interval;
        double slowest = 0.0;
        for (const hw::Layer& layer : design.workload.layers) {
            double fastest = 1e18;
            for (const hw::pipeline::Folding& folding : hw::pipeline::legalFoldings(layer)) {
                fastest = std::min(fastest, static_cast<double>(hw::pipeline::layerInterval(layer, folding)));
            }
            slowest = std::max(slowest, fastest);
        }
        EXPECT_LE(interval, std::max(slowest, parameter.choices[choice].value));
    }
    EXPECT_EQ(before, parameter.choices.back().value) << "the slowest choice folds everything";
}

/// What the template's own functions say of a design.
struct Figures {
    hw::Resources resources;
    hw::Energy energy;
    std::int64_t latency = 0, interval = 0; ///< cycles
};

Figures figuresOf(const Design& design, const hw::Device& device) {
    namespace folded = hw::folded;
    namespace hybrid = hw::hybrid;
    namespace pipeline = hw::pipeline;
    const hw::Workload& workload = design.workload;
    switch (design.kind) {
    case Template::Pipeline:
        return {pipeline::resources(workload, design.parameters, device.family),
                pipeline::energy(workload, design.parameters),
                pipeline::latencyEstimate(workload, design.parameters),
                pipeline::interval(workload, design.parameters)};
    case Template::Folded: {
        const folded::Memory memory = memoryOf(device, design.folded, design.clockMhz);
        const std::int64_t cycles = folded::timing(workload, design.folded, memory).latency;
        return {folded::resources(workload, design.folded, device.family),
                folded::energy(workload, design.folded), cycles, cycles};
    }
    case Template::Hybrid: {
        const folded::Memory memory = memoryOf(device, design.hybrid.tail, design.clockMhz);
        const hybrid::Parts parts = hybrid::split(workload, design.hybrid.layers);
        const folded::Program program = hybrid::compile(parts, design.hybrid);
        return {hybrid::resources(parts, design.hybrid, program, device.family),
                hybrid::energy(parts, design.hybrid, program),
                hybrid::latencyEstimate(parts, design.hybrid, program, memory),
                hybrid::exactTiming(workload, design.hybrid, memory).interval};
    }
    }
    return {};
}

/// Compares the cost of a point with the figures of its design.
void expectCostOfTheDesign(const JointSpace& joint, const point::Encoding& encoding) {
    const hw::Device& device = joint.device();
    const Design design = joint.design(encoding);
    const point::Metrics cost = joint.cost(encoding);
    const auto value = [&](point::Metric metric) { return static_cast<double>(cost.value(metric)); };
    const auto expect = [&](point::Metric metric, double expected) {
        EXPECT_NEAR(value(metric), expected, 1e-5 * std::abs(expected)) << point::metricName(metric);
        EXPECT_EQ(cost.source(metric), point::Source::Modelled) << point::metricName(metric);
    };
    const Figures figures = figuresOf(design, device);
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
    if (design.kind == Template::Pipeline) {
        expect(point::Metric::DramBytes, frame + result);
    } else {
        EXPECT_GT(value(point::Metric::DramBytes), frame + result) << "weights come from memory, too";
    }
    expect(point::Metric::Utilization,
           100.0 * std::max({figures.resources.lut / device.lut, figures.resources.ff / device.ff,
                             figures.resources.dsp / device.dsp, figures.resources.bram36() / device.bram36,
                             value(point::Metric::DramBytes) * fps / (device.dramGBperS * 1e9)}));
    EXPECT_EQ(cost.source(point::Metric::Accuracy), point::Source::None);
}

TEST(Cost, IsThatOfTheDesign) {
    Random random(13);
    for (const nn::Graph& graph : exampleNetworks()) {
        const JointSpace joint(graph, test::exampleDevice());
        std::array<int, 3> seen{};
        for (int i = 0; i < 200; ++i) {
            const point::Encoding encoding = test::randomPoint(joint.space(), random);
            expectCostOfTheDesign(joint, encoding);
            ++seen.at(static_cast<std::size_t>(joint.design(encoding).kind));
        }
        EXPECT_THAT(seen, testing::Each(testing::Ge(20))) << graph.name << ": points of every template";
    }
}

TEST(Cost, IsTheSameFromManyThreads) {
    const JointSpace joint(test::separableNetwork(), test::exampleDevice());
    Random random(14);
    std::vector<point::Encoding> points;
    std::vector<point::Metrics> expected;
    for (int i = 0; i < 500; ++i) {
        points.push_back(test::randomPoint(joint.space(), random));
        expected.push_back(joint.cost(points.back()));
    }
    std::vector<point::Metrics> actual(points.size());
    parallelFor(points.size(), 4, [&](std::size_t index, int) { actual[index] = joint.cost(points[index]); });
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
    const JointSpace joint(test::residualNetwork(), test::exampleDevice());
    const std::size_t place = joint.space().indexOf("hw.pipeline.interval");
    point::Encoding encoding = joint.space().importedPoint();
    EXPECT_LE(joint.cost(encoding).value(point::Metric::Utilization), 100.0F);
    if (encoding[place] > 0) {
        --encoding[place];
        EXPECT_GT(joint.cost(encoding).value(point::Metric::Utilization), 100.0F);
    }
}

} // namespace
} // namespace tandem::space
