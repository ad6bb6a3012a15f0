// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hw/pipeline/accelerator.h"
#include "core/hw/pipeline/netlist.h"
#include "core/hw/workload/workload_of.h"
#include "core/quant/quantize/quantize.h"
#include "core/space/joint_space.h"
#include "tests/core/space/networks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace tandem::space {
namespace {

using testing::HasSubstr;

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
                i == 0 ? joint.space().importedPoint() : test::buildablePoint(joint, random);
            expectSameWorkload(joint.design(encoding).workload,
                               hw::workloadOf(quantized(joint, encoding, inputs)));
            if (HasFailure()) {
                FAIL() << graph.name << ", point " << i;
            }
        }
    }
}

const hw::pipeline::Parameters& pipelineOf(const Design& design) {
    return design.accelerator.as<hw::pipeline::Pipeline>()->parameters;
}

std::vector<hw::Multiplier> multipliersOf(const Design& design) {
    std::vector<hw::Multiplier> multipliers;
    for (const hw::Folding& folding : pipelineOf(design).foldings) {
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
    EXPECT_EQ(pipelineOf(design).foldings[3].pe % 2, 0);
}

TEST(Design, FoldsAsTheTemplateAllocates) {
    Random random(12);
    for (const nn::Graph& graph : exampleNetworks()) {
        const JointSpace joint(graph, test::exampleDevice());
        const std::size_t place = joint.space().indexOf("hw.pipeline.interval");
        for (int i = 0; i < 200; ++i) {
            point::Encoding encoding = test::buildablePoint(joint, random);
            encoding[joint.space().indexOf("hw.template")] = 0;
            const Design design = joint.design(encoding);
            const double target = joint.space().parameters[place].choices[encoding[place]].value;
            const hw::pipeline::Parameters expected = hw::pipeline::allocate(
                design.workload, static_cast<std::int64_t>(target), multipliersOf(design));
            EXPECT_EQ(design.accelerator->fault(design.workload), std::nullopt);
            EXPECT_EQ(pipelineOf(design).foldings, expected.foldings) << graph.name << ", target " << target;
        }
    }
}

/// The imported point with other choices.
point::Encoding chosen(const JointSpace& joint,
                       std::initializer_list<std::pair<const char*, const char*>> choices) {
    point::Encoding encoding = joint.space().importedPoint();
    for (const auto& [name, value] : choices) {
        const std::size_t place = joint.space().indexOf(name);
        encoding[place] = point::choiceOf(joint.space().parameters[place], value);
    }
    return encoding;
}

TEST(Design, ChangesNoChoiceToOneThatCanBeBuilt) {
    const JointSpace joint(test::residualNetwork(), test::exampleDevice());
    for (const char* kind : {"folded", "hybrid"}) {
        const point::Encoding rows =
            chosen(joint, {{"hw.template", kind}, {"hw.folded.rows", "32"}, {"hw.folded.columns", "8"}});
        EXPECT_THAT(joint.fault(rows).value_or(""), HasSubstr("32 rows")) << kind;
        EXPECT_THROW(joint.design(rows), Error) << kind;
    }
    // A row of the first map, 1024 cells wide, with 64 channels.
    nn::GraphBuilder b("wide", 3);
    nn::ValueId x = b.input("image", {1, 3, 16, 1024});
    x = b.relu(b.convolution(x, {.channels = 64, .bias = true}));
    x = b.relu(b.convolution(x, {.channels = 64, .bias = true}));
    const JointSpace wide(b.finish({b.linear(b.flatten(b.globalAveragePool(x)), 4)}), test::exampleDevice());
    const point::Encoding small =
        chosen(wide, {{"hw.template", "folded"}, {"hw.folded.columns", "8"}, {"hw.folded.pool_kb", "16"}});
    EXPECT_THAT(wide.fault(small).value_or(""),
                HasSubstr("does not fit into the activation memory of 2048 words"));
}

TEST(Design, HybridThatCannotBeCutIsNoFoldedArray) {
    nn::GraphBuilder b("skips", 3);
    const nn::ValueId x = b.input("image", {1, 4, 8, 8});
    nn::ValueId y = x;
    for (int i = 0; i < 3; ++i) { // every layer reads the input, too
        y = b.add(b.convolution(y, {.channels = 4, .bias = true}), x);
    }
    const JointSpace joint(b.finish({y}), test::exampleDevice());
    const point::Encoding hybrid = chosen(joint, {{"hw.template", "hybrid"}});
    EXPECT_THAT(joint.fault(hybrid).value_or(""), HasSubstr("can be cut nowhere"));
    EXPECT_THROW(joint.design(hybrid), Error);
}

TEST(Design, PadsOfBothSidesTogetherMayReachTheKernel) {
    nn::GraphBuilder b("padded", 3);
    nn::ValueId x = b.input("image", {1, 2, 6, 6});
    x = b.relu(b.convolution(x, {.channels = 4, .kernel = 2, .padding = 1, .bias = true}));
    const JointSpace joint(b.finish({x}), test::exampleDevice());
    EXPECT_EQ(joint.fault(chosen(joint, {{"hw.template", "pipeline"}})), std::nullopt);
}

TEST(Design, PadsAsLargeAsTheKernelLeaveThePipelineOut) {
    nn::GraphBuilder b("padded", 3);
    nn::ValueId x = b.input("image", {1, 2, 6, 6});
    x = b.relu(b.convolution(x, {.channels = 4, .kernel = 1, .padding = 1, .bias = true}));
    const JointSpace joint(b.finish({x}), test::exampleDevice());
    EXPECT_THAT(joint.fault(chosen(joint, {{"hw.template", "pipeline"}})).value_or(""),
                HasSubstr("pads 1 and 1 must be less than the dilated kernel 1"));
    EXPECT_EQ(joint.fault(joint.space().importedPoint()), std::nullopt) << "the first template that can";
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
        const auto interval =
            static_cast<double>(hw::pipeline::interval(design.workload, pipelineOf(design)));
        EXPECT_GE(interval, before);
        before = interval;
        double slowest = 0.0;
        for (const hw::Layer& layer : design.workload.layers) {
            double fastest = 1e18;
            for (const hw::Folding& folding : hw::pipeline::legalFoldings(layer)) {
                fastest = std::min(fastest, static_cast<double>(hw::pipeline::layerInterval(layer, folding)));
            }
            slowest = std::max(slowest, fastest);
        }
        EXPECT_LE(interval, std::max(slowest, parameter.choices[choice].value));
    }
    EXPECT_EQ(before, parameter.choices.back().value) << "the slowest choice folds everything";
}

} // namespace
} // namespace tandem::space
