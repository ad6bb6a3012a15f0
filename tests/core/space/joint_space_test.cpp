// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/hw/pipeline/accelerator.h"
#include "core/space/joint_space.h"
#include "core/train/executor.h"
#include "tests/core/space/networks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace tandem::space {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

point::Encoding pointWith(const JointSpace& joint,
                          const std::vector<std::pair<std::string, std::string>>& values) {
    const point::Space& space = joint.space();
    point::Encoding encoding = space.importedPoint();
    for (const auto& [name, value] : values) {
        const std::size_t index = space.indexOf(name);
        encoding[index] = point::choiceOf(space.parameters[index], value);
    }
    return encoding;
}

std::vector<std::string> names(const JointSpace& joint) {
    std::vector<std::string> result;
    std::ranges::transform(joint.space().parameters, std::back_inserter(result), &point::Parameter::name);
    return result;
}

std::vector<std::string> labels(const JointSpace& joint, const std::string& name) {
    std::vector<std::string> result;
    const point::Parameter& parameter = joint.space().parameters[joint.space().indexOf(name)];
    std::ranges::transform(parameter.choices, std::back_inserter(result), &point::Choice::label);
    return result;
}

bool has(const JointSpace& joint, const std::string& name) {
    return std::ranges::count(names(joint), name) > 0;
}

/// Expects two networks to compute the same.
void expectSameFunction(const nn::Graph& actual, const nn::Graph& expected) {
    for (const nn::Tensor& input : test::normalInputs(expected, 3, 17)) {
        const std::vector<nn::Tensor> inputs{input};
        const nn::Tensor a = train::run(actual, inputs).at(0), b = train::run(expected, inputs).at(0);
        ASSERT_EQ(a.shape, b.shape);
        for (std::size_t i = 0; i < a.floats().size(); ++i) {
            EXPECT_NEAR(a.floats()[i], b.floats()[i], 1e-4 * (1.0 + std::abs(b.floats()[i])));
        }
    }
}

/// The weights of the n-th convolution or linear node.
nn::Tensor& weightsOf(nn::Graph& graph, int n, std::size_t input = 1) {
    for (nn::Node& node : graph.nodes) {
        const bool hasWeights =
            std::holds_alternative<nn::Convolution>(node.op) || std::holds_alternative<nn::Linear>(node.op);
        if (hasWeights && n-- == 0) {
            return *graph.value(node.inputs[input]).constant;
        }
    }
    throw std::out_of_range("no such convolution");
}

/// L2 norms of the filters of the n-th convolution, relative to their mean.
std::vector<double> norms(nn::Graph& graph, int n) {
    const nn::Tensor& weights = weightsOf(graph, n);
    const auto count = static_cast<std::size_t>(weights.shape[0]);
    const std::size_t size = weights.floats().size() / count;
    std::vector<double> result;
    double sum = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
        double squares = 0.0;
        for (std::size_t j = 0; j < size; ++j) {
            squares += static_cast<double>(weights.floats()[i * size + j]) *
                       static_cast<double>(weights.floats()[i * size + j]);
        }
        result.push_back(std::sqrt(squares));
        sum += result.back();
    }
    for (double& norm : result) {
        norm *= static_cast<double>(count) / sum;
    }
    return result;
}

/// Sets all but the `count` channels of the largest summed norm to zero in every listed convolution.
void silenceWeakest(nn::Graph& graph, const std::vector<int>& convolutions, std::size_t count) {
    std::vector<double> scores;
    for (const int n : convolutions) {
        const std::vector<double> own = norms(graph, n);
        scores.resize(own.size());
        std::ranges::transform(scores, own, scores.begin(), std::plus<>());
    }
    std::vector<double> sorted = scores;
    std::ranges::sort(sorted, std::greater<>());
    for (std::size_t channel = 0; channel < scores.size(); ++channel) {
        if (scores[channel] < sorted[count - 1]) {
            for (const int n : convolutions) {
                auto& weights = weightsOf(graph, n).floats();
                const std::size_t size = weights.size() / scores.size();
                std::fill_n(weights.begin() + static_cast<std::ptrdiff_t>(channel * size), size, 0.0F);
                weightsOf(graph, n, 2).floats()[channel] = 0.0F;
            }
        }
    }
}

TEST(JointSpace, NamesParametersOfEveryBundle) {
    const JointSpace joint(test::chainNetwork(), test::exampleDevice());
    EXPECT_THAT(
        names(joint),
        ElementsAre("model.b0.kernel", "model.b0.width", "model.b0.weight_bits", "model.b0.activation_bits",
                    "model.b1.kernel", "model.b1.width", "model.b1.weight_bits", "model.b1.activation_bits",
                    "model.b2.kernel", "model.b2.width", "model.b2.weight_bits", "model.b2.activation_bits",
                    "model.b3.weight_bits", "model.b3.activation_bits", "hw.template", "hw.pipeline.interval",
                    "hw.folded.rows", "hw.folded.columns", "hw.folded.order", "hw.folded.bus_bits",
                    "hw.folded.pool_kb", "hw.folded.multiplier", "hw.hybrid.bundles", "hw.clock_mhz",
                    "hw.pipeline.b0.multiplier", "hw.pipeline.b1.multiplier", "hw.pipeline.b2.multiplier",
                    "hw.pipeline.b3.multiplier"));
    EXPECT_THAT(labels(joint, "hw.pipeline.b0.multiplier"), ElementsAre("dsp", "fabric", "packed"));
    EXPECT_THAT(labels(joint, "model.b0.kernel"), ElementsAre("1x1", "3x3"));
    EXPECT_THAT(labels(joint, "model.b1.kernel"), ElementsAre("1x1", "3x3", "5x5"));
    EXPECT_THAT(labels(joint, "model.b0.width"), ElementsAre("4", "8", "12", "16"));
    EXPECT_THAT(labels(joint, "model.b2.width"), ElementsAre("8", "12", "16", "20", "24", "28", "32"));
    EXPECT_THAT(labels(joint, "model.b3.weight_bits"), ElementsAre("2", "3", "4", "5", "6", "7", "8"));
    EXPECT_THAT(labels(joint, "hw.template"), ElementsAre("pipeline", "folded", "hybrid"));
    EXPECT_THAT(labels(joint, "hw.clock_mhz"), ElementsAre("50", "100", "125"));
}

TEST(JointSpace, OffersADeviceOnlyWhatItsFamilyCanDo) {
    hw::Device device = test::exampleDevice();
    device.family = hw::DeviceFamily::UltraScalePlus;
    EXPECT_THAT(labels(JointSpace(test::chainNetwork(), device), "hw.pipeline.b0.multiplier"),
                ElementsAre("dsp", "fabric", "packed"));
    device.family = hw::DeviceFamily::Ecp5; // no DSP holds two products
    const JointSpace ecp5(test::chainNetwork(), device);
    EXPECT_THAT(labels(ecp5, "hw.pipeline.b0.multiplier"), ElementsAre("dsp", "fabric"));
    EXPECT_THAT(labels(ecp5, "hw.folded.multiplier"), ElementsAre("dsp", "fabric"));
    device.family = hw::DeviceFamily::Ice40;
    device.dsp = 0; // as the HX devices
    device.dramGBperS = 0;
    const JointSpace alone(test::chainNetwork(), device);
    EXPECT_THAT(labels(alone, "hw.pipeline.b0.multiplier"), ElementsAre("fabric"));
    EXPECT_THAT(labels(alone, "hw.template"), ElementsAre("pipeline"));
    EXPECT_THAT(names(alone),
                testing::Each(testing::Not(testing::AnyOf(HasSubstr("hw.folded"), HasSubstr("hw.hybrid")))));
    const Design design = alone.design(alone.space().importedPoint());
    const auto* pipeline = design.accelerator.as<hw::pipeline::Pipeline>();
    ASSERT_NE(pipeline, nullptr);
    EXPECT_EQ(pipeline->parameters.foldings.front().multiplier, hw::Multiplier::Fabric);
}

TEST(JointSpace, EveryParameterIsWellFormed) {
    for (const nn::Graph& graph : {test::chainNetwork(), test::separableNetwork(), test::residualNetwork()}) {
        const JointSpace joint(graph, test::exampleDevice());
        std::set<std::size_t> owned;
        for (const Bundle& bundle : joint.bundles()) {
            for (const std::size_t index : bundle.parameters) {
                EXPECT_TRUE(owned.insert(index).second);
                EXPECT_THAT(joint.space().parameters.at(index).name, HasSubstr("." + bundle.name + "."));
            }
            EXPECT_FALSE(bundle.nodes.empty());
        }
        for (const point::Parameter& parameter : joint.space().parameters) {
            EXPECT_TRUE(std::ranges::is_sorted(parameter.choices, std::less_equal<>(), &point::Choice::value))
                << parameter.name;
            EXPECT_FALSE(parameter.choices.empty());
            EXPECT_LE(parameter.choices.size(), 255U);
            EXPECT_LT(static_cast<std::size_t>(parameter.imported), parameter.choices.size());
            EXPECT_FALSE(parameter.description.empty());
        }
        const auto& interval = joint.space().parameters[joint.space().indexOf("hw.pipeline.interval")];
        EXPECT_GE(interval.choices.size(), 10U);
        const auto& clock = joint.space().parameters[joint.space().indexOf("hw.clock_mhz")];
        EXPECT_EQ(clock.choices[static_cast<std::size_t>(clock.imported)].label, "100");
    }
}

TEST(JointSpace, RecognisesDepthwiseAndPointwiseAsOneBundle) {
    const JointSpace joint(test::separableNetwork(), test::exampleDevice());
    ASSERT_EQ(joint.bundles().size(), 4U);
    EXPECT_EQ(joint.bundles()[0].title, "conv 3x3, 16 channels");
    EXPECT_EQ(joint.bundles()[1].title, "depth-wise 3x3 + point-wise, 16 channels");
    EXPECT_EQ(joint.bundles()[3].title, "fully connected, 5 outputs");
    EXPECT_TRUE(has(joint, "model.b1.depth"));
    EXPECT_FALSE(has(joint, "model.b2.depth")) << "it changes the shape";
    EXPECT_FALSE(has(joint, "model.b3.width")) << "the classifier's outputs stay";
}

TEST(JointSpace, AdditionsCoupleWidths) {
    const JointSpace joint(test::residualNetwork(), test::exampleDevice());
    EXPECT_TRUE(has(joint, "model.b0.width"));
    EXPECT_TRUE(has(joint, "model.b1.width")) << "inside the block it is free";
    EXPECT_FALSE(has(joint, "model.b2.width")) << "the addition ties it to b0";
    EXPECT_TRUE(has(joint, "model.b3.width"));
    EXPECT_TRUE(has(joint, "model.b1.depth"));
    EXPECT_TRUE(has(joint, "model.b3.depth"));
}

TEST(JointSpace, TheImportedPointIsTheImportedNetwork) {
    for (const nn::Graph& graph : {test::chainNetwork(), test::separableNetwork(), test::residualNetwork()}) {
        const JointSpace joint(graph, test::exampleDevice());
        expectSameFunction(joint.network(joint.space().importedPoint()), graph);
    }
}

TEST(JointSpace, NarrowingRemovesTheWeakestChannels) {
    nn::Graph expected = test::chainNetwork();
    const JointSpace joint(expected, test::exampleDevice());
    silenceWeakest(expected, {1}, 12);
    const nn::Graph narrowed = joint.network(pointWith(joint, {{"model.b1.width", "12"}}));
    expectSameFunction(narrowed, expected);
    EXPECT_EQ(narrowed.value(narrowed.node(2).inputs[1]).shape, (nn::Shape{12, 16, 5, 5}));
}

TEST(JointSpace, NarrowingFollowsThroughFlatten) {
    nn::Graph expected = test::chainNetwork();
    const JointSpace joint(expected, test::exampleDevice());
    silenceWeakest(expected, {2}, 8);
    const nn::Graph narrowed = joint.network(pointWith(joint, {{"model.b2.width", "8"}}));
    expectSameFunction(narrowed, expected);
    EXPECT_EQ(narrowed.value(narrowed.nodes.back().inputs[1]).shape, (nn::Shape{10, 8 * 3 * 3}));
}

TEST(JointSpace, NarrowingFollowsThroughDepthwiseConvolutions) {
    nn::Graph expected = test::separableNetwork();
    const JointSpace joint(expected, test::exampleDevice());
    silenceWeakest(expected, {0, 1}, 8);
    const nn::Graph narrowed = joint.network(pointWith(joint, {{"model.b0.width", "8"}}));
    expectSameFunction(narrowed, expected);
    EXPECT_EQ(std::get<nn::Convolution>(narrowed.node(2).op).groups, 8);
}

TEST(JointSpace, AChannelMultiplierMakesAGroupedConvolution) {
    nn::GraphBuilder b("multiplied", 7);
    nn::ValueId x = b.relu(b.convolution(b.input("image", {1, 3, 8, 8}), {.channels = 8, .bias = true}));
    x = b.relu(b.convolution(x, {.channels = 24, .groups = 8, .bias = true})); // three of each channel
    x = b.relu(b.convolution(x, {.channels = 16, .kernel = 1, .bias = true}));
    const nn::Graph graph = test::withBiases(b.finish({b.linear(b.flatten(b.globalAveragePool(x)), 5)}), 8);
    const JointSpace joint(graph, test::exampleDevice());
    const hw::Workload workload = joint.design(joint.space().importedPoint()).workload;
    EXPECT_EQ(workload.layers[1].kind, hw::LayerKind::Convolution);
    EXPECT_EQ(workload.layers[1].groups, 8);
    EXPECT_EQ(workload.layers[1].outputChannels, 24);
    expectSameFunction(joint.network(joint.space().importedPoint()), graph);
    nn::Graph narrowed = joint.network(pointWith(joint, {{"model.b2.width", "8"}}));
    EXPECT_EQ(std::get<nn::Convolution>(narrowed.node(2).op).groups, 8);
}

TEST(JointSpace, NarrowingKeepsTheSameChannelsOnBothSidesOfAnAddition) {
    nn::Graph expected = test::residualNetwork();
    const JointSpace joint(expected, test::exampleDevice());
    silenceWeakest(expected, {0, 2}, 12);
    expectSameFunction(joint.network(pointWith(joint, {{"model.b0.width", "12"}})), expected);
}

TEST(JointSpace, CroppingKeepsTheCentreAndTheOutputSize) {
    nn::Graph expected = test::chainNetwork();
    const JointSpace joint(expected, test::exampleDevice());
    nn::Tensor& weights = weightsOf(expected, 1);
    for (std::size_t i = 0; i < weights.floats().size(); ++i) {
        const std::size_t row = i / 5 % 5, column = i % 5;
        if (row < 1 || row > 3 || column < 1 || column > 3) {
            weights.floats()[i] = 0.0F;
        }
    }
    const nn::Graph cropped = joint.network(pointWith(joint, {{"model.b1.kernel", "3x3"}}));
    expectSameFunction(cropped, expected);
    const auto& op = std::get<nn::Convolution>(cropped.node(2).op);
    EXPECT_EQ(op.kernel, (nn::Extent{3, 3}));
    EXPECT_EQ(op.padding, (nn::Padding{1, 1, 1, 1}));
}

TEST(JointSpace, ASkippedPairIsAnIdentity) {
    nn::Graph expected = test::separableNetwork();
    const JointSpace joint(expected, test::exampleDevice());
    for (const int n : {1, 2}) {
        nn::Tensor& weights = weightsOf(expected, n);
        std::ranges::fill(weights.floats(), 0.0F);
        std::ranges::fill(weightsOf(expected, n, 2).floats(), 0.0F);
        for (std::size_t c = 0; c < 16; ++c) {
            weights.floats()[n == 1 ? c * 9 + 4 : c * 16 + c] = 1.0F;
        }
    }
    const nn::Graph skipped = joint.network(pointWith(joint, {{"model.b1.depth", "0"}}));
    expectSameFunction(skipped, expected);
    EXPECT_EQ(skipped.nodes.size(), expected.nodes.size() - 4);
}

TEST(JointSpace, ASkippedResidualBlockIsItsShortcut) {
    nn::Graph expected = test::residualNetwork();
    const JointSpace joint(expected, test::exampleDevice());
    for (const int n : {2, 4}) { // the last convolution of each main path
        std::ranges::fill(weightsOf(expected, n).floats(), 0.0F);
        std::ranges::fill(weightsOf(expected, n, 2).floats(), 0.0F);
    }
    const nn::Graph skipped =
        joint.network(pointWith(joint, {{"model.b1.depth", "0"}, {"model.b3.depth", "0"}}));
    expectSameFunction(skipped, expected);
    const auto convolutions = std::ranges::count_if(
        skipped.nodes, [](const nn::Node& n) { return std::holds_alternative<nn::Convolution>(n.op); });
    EXPECT_EQ(convolutions, 2) << "the first and the projection stay";
}

TEST(JointSpace, AsksOnlyWhatChangesTheNetwork) {
    const JointSpace joint(test::residualNetwork(), test::exampleDevice());
    const auto inSkipped = [&](const std::string& depth, const std::string& kernel, const std::string& bits) {
        return joint.networkPoint(pointWith(joint, {{"model.b1.depth", depth},
                                                    {"model.b1.kernel", kernel},
                                                    {"model.b1.width", bits},
                                                    {"model.b1.weight_bits", bits},
                                                    {"model.b2.activation_bits", bits}}));
    };
    EXPECT_EQ(inSkipped("0", "1x1", "4"), inSkipped("0", "3x3", "8"));
    EXPECT_EQ(inSkipped("0", "1x1", "4"), joint.networkPoint(pointWith(joint, {{"model.b1.depth", "0"}})));
    EXPECT_NE(inSkipped("1", "1x1", "8"), inSkipped("1", "3x3", "8"));
    EXPECT_NE(inSkipped("1", "3x3", "4"), inSkipped("1", "3x3", "8"));
    point::Encoding accelerator = joint.space().importedPoint();
    accelerator[joint.space().indexOf("hw.pipeline.interval")] = 0;
    EXPECT_EQ(joint.networkPoint(accelerator), joint.space().importedPoint());
}

TEST(JointSpace, APointsNetworkIsThatOfItsNetworkPoint) {
    Random random(6);
    for (const nn::Graph& graph : {test::chainNetwork(), test::separableNetwork(), test::residualNetwork()}) {
        const JointSpace joint(graph, test::exampleDevice());
        for (int i = 0; i < 20; ++i) {
            const point::Encoding encoding = test::randomPoint(joint.space(), random);
            const point::Encoding network = joint.networkPoint(encoding);
            expectSameFunction(joint.network(network), joint.network(encoding));
            EXPECT_EQ(joint.precision(network), joint.precision(encoding));
            EXPECT_EQ(joint.networkPoint(network), network);
        }
    }
}

TEST(JointSpace, RandomPointsGiveNetworksThatRun) {
    Random random(5);
    for (const nn::Graph& graph : {test::chainNetwork(), test::separableNetwork(), test::residualNetwork()}) {
        const JointSpace joint(graph, test::exampleDevice());
        const std::vector<nn::Tensor> inputs = test::normalInputs(graph, 1, 2);
        for (int i = 0; i < 20; ++i) {
            const point::Encoding encoding = test::buildablePoint(joint, random);
            const nn::Graph network = joint.network(encoding);
            const nn::Tensor output = train::run(network, inputs).at(0);
            EXPECT_EQ(output.shape, graph.value(graph.outputs[0]).shape);
            EXPECT_EQ(joint.precision(encoding).size(), joint.design(encoding).workload.layers.size());
        }
    }
}

TEST(JointSpace, RefusesPointsOfOtherSpaces) {
    const JointSpace joint(test::chainNetwork(), test::exampleDevice());
    point::Encoding encoding = joint.space().importedPoint();
    encoding[0] = 200;
    EXPECT_THROW((void)joint.design(encoding), Error);
    encoding.pop_back();
    EXPECT_THROW((void)joint.network(encoding), Error);
}

TEST(JointSpace, NamesTheNodeThatThePipelineCannotTake) {
    nn::GraphBuilder b("host");
    nn::ValueId x = b.input("image", {1, 3, 8, 8});
    x = b.convolution(x, {.channels = 8});
    x = b.apply(nn::Softmax{}, {x}, b.shape(x), "softmax2");
    x = b.convolution(x, {.channels = 8});
    try {
        const JointSpace joint(b.finish({x}), test::exampleDevice());
        FAIL() << "nothing was thrown";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Input);
        EXPECT_THAT(error.what(), HasSubstr("softmax2"));
    }
}

} // namespace
} // namespace tandem::space
