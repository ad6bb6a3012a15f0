// SPDX-License-Identifier: GPL-3.0-or-later
// Every operator between two convolutions: lowered, quantized, and compared with the float operator alone on
// what the integer layer in front of it gives.
#include "core/nn/passes/passes.h"
#include "core/quant/arithmetic/executor.h"
#include "core/quant/packed/run.h"
#include "core/quant/quantize/agreement.h"
#include "core/quant/quantize/quantize.h"
#include "core/train/executor.h"
#include "tests/core/quant/graph_maker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace tandem::quant {
namespace {

using nn::ActivationKind;
using test::GraphMaker;
using testing::ElementsAre;

using Pattern = std::function<nn::ValueId(GraphMaker&, nn::ValueId)>;

/// conv -> pattern -> conv.
nn::Graph between(const Pattern& pattern, const nn::Shape& shape) {
    GraphMaker make({1, 3, shape[2], shape[3]}, 7);
    const nn::ValueId x = make.convolution(make.input(), static_cast<int>(shape[1]), 3);
    return make.finish({make.convolution(pattern(make, x), 4, 1)});
}

nn::Graph alone(const Pattern& pattern, const nn::Shape& shape) {
    GraphMaker make(shape, 7);
    return make.finish({pattern(make, make.input())});
}

struct Outcome {
    std::vector<LayerKind> kinds; ///< of the layers between the convolutions
    double worst = 0.0;           ///< largest difference from the float operator, in output steps
};

Outcome outcomeOf(const Pattern& pattern, const nn::Shape& shape = {1, 6, 4, 6}) {
    const nn::Graph graph = nn::prepare(between(pattern, shape));
    const Lowering lowering = lower(graph);
    const std::vector<nn::Tensor> inputs = uniformInputs(graph, 4, 3);
    const IntegerNetwork network = quantize(graph, lowering, calibrate(graph, lowering, inputs, 1));
    Outcome outcome;
    for (std::size_t i = 1; i + 1 < lowering.layers.size(); ++i) {
        outcome.kinds.push_back(lowering.layers[i].kind);
    }
    const std::size_t from = static_cast<std::size_t>(lowering.layers.front().output);
    const std::size_t to = static_cast<std::size_t>(lowering.layers.back().inputs[0]);
    EXPECT_TRUE(lowering.before.nodes.empty() && lowering.after.nodes.empty());
    for (const nn::Tensor& input : inputs) {
        const auto values = Executor(network).run(integerInput(network, std::span(&input, 1)));
        const nn::Tensor real =
            nn::Tensor::ofFloats(shape, dequantizeMap(values[from], network.tensors[from].format));
        const std::vector<float> expected =
            train::run(alone(pattern, shape), std::span(&real, 1)).front().floats();
        EXPECT_EQ(expected.size(), values[to].size());
        const TensorFormat& format = network.tensors[to].format;
        for (std::size_t k = 0; k < expected.size(); ++k) {
            // What lies outside of the range seen in calibration is clamped in both.
            const double steps = std::clamp(double{expected[k]} / format.scale + format.zeroPoint,
                                            double(format.low()), double(format.high()));
            outcome.worst = std::max(outcome.worst, std::abs(steps - values[to][k]));
        }
    }
    return outcome;
}

constexpr double kExact = 1e-3;   ///< of a step: float32 against double
constexpr double kRounded = 0.51; ///< one rounding

nn::ValueId scalar(GraphMaker& make, float number) {
    return make.numbers({}, {number});
}

TEST(Operators, FunctionsOfOneElementAreTables) {
    for (const ActivationKind kind :
         {ActivationKind::Sigmoid, ActivationKind::Tanh, ActivationKind::HardSwish,
          ActivationKind::HardSigmoid, ActivationKind::LeakyRelu}) {
        const Outcome outcome = outcomeOf([kind](GraphMaker& make, nn::ValueId x) {
            nn::Activation op;
            op.kind = kind;
            op.alpha = 0.2F;
            op.beta = 0.5F;
            return make.same("Function", op, {x});
        });
        EXPECT_THAT(outcome.kinds, ElementsAre(LayerKind::Table));
        EXPECT_LT(outcome.worst, kRounded) << nn::operatorName(nn::Activation{kind});
    }
}

TEST(Operators, ChainsOfFunctionsAreOneTable) {
    const Outcome swish = outcomeOf([](GraphMaker& make, nn::ValueId x) {
        const nn::ValueId gate = make.activation(x, ActivationKind::Sigmoid);
        return make.same("Mul", nn::Binary{nn::BinaryKind::Multiply}, {x, gate});
    });
    EXPECT_THAT(swish.kinds, ElementsAre(LayerKind::Table));
    EXPECT_LT(swish.worst, kRounded);

    const Outcome hardSwish = outcomeOf([](GraphMaker& make, nn::ValueId x) {
        nn::ValueId gate = make.same("Add", nn::Binary{}, {x, scalar(make, 3.0F)});
        gate = make.activation(gate, ActivationKind::Clip, 0.0F, 6.0F);
        const nn::ValueId product = make.same("Mul", nn::Binary{nn::BinaryKind::Multiply}, {x, gate});
        return make.same("Div", nn::Binary{nn::BinaryKind::Divide}, {product, scalar(make, 6.0F)});
    });
    EXPECT_THAT(hardSwish.kinds, ElementsAre(LayerKind::Table));
    EXPECT_LT(hardSwish.worst, kRounded);

    const Outcome slope = outcomeOf([](GraphMaker& make, nn::ValueId x) {
        return make.same("PRelu", nn::ParametricRelu{}, {x, make.numbers({1}, {0.3F})});
    });
    EXPECT_THAT(slope.kinds, ElementsAre(LayerKind::Table));
    EXPECT_LT(slope.worst, kRounded);
}

/// Torch's channel shuffle.
nn::ValueId shuffle(GraphMaker& make, nn::ValueId x, std::int64_t groups) {
    const nn::Shape shape = make.shape(x);
    const nn::ValueId split = make.reshape(x, {1, groups, shape[1] / groups, shape[2], shape[3]});
    return make.reshape(make.transpose(split, {0, 2, 1, 3, 4}), shape);
}

TEST(Operators, MovedChannelsAreSelected) {
    const Outcome shuffled = outcomeOf([](GraphMaker& make, nn::ValueId x) { return shuffle(make, x, 3); });
    EXPECT_THAT(shuffled.kinds, ElementsAre(LayerKind::Select));
    EXPECT_LT(shuffled.worst, kExact);

    // FastestDet: reshape, transpose, reshape to five dimensions, gather on the leading one.
    const Outcome gathered = outcomeOf([](GraphMaker& make, nn::ValueId x) {
        nn::ValueId y = make.transpose(make.reshape(x, {3, 2, 24}), {1, 0, 2});
        y = make.reshape(y, {2, 1, 3, 4, 6});
        const nn::Gather second{0, nn::Tensor::ofIntegers({}, {1}, nn::ElementType::Int64)};
        return make.node("Gather", second, {y}, {1, 3, 4, 6});
    });
    EXPECT_THAT(gathered.kinds, ElementsAre(LayerKind::Select));
    EXPECT_LT(gathered.worst, kExact);

    const Outcome sliced = outcomeOf([](GraphMaker& make, nn::ValueId x) {
        return make.node("Slice", nn::Slice{{0, 5, 0, 0}, {1, 0, 4, 6}, {1, -2, 1, 1}}, {x}, {1, 3, 4, 6});
    });
    EXPECT_THAT(sliced.kinds, ElementsAre(LayerKind::Select));
    EXPECT_LT(sliced.worst, kExact);
}

TEST(Operators, SplitHalvesAreJoinedAgain) {
    const Outcome outcome = outcomeOf([](GraphMaker& make, nn::ValueId x) {
        const auto halves = make.split(x, 1, {2, 4});
        const nn::ValueId scaled = make.activation(halves[0], ActivationKind::Sigmoid);
        return make.concat({halves[1], scaled, halves[0]});
    });
    // Which of the pieces is made first is free; the sigmoid's output shares the others' format.
    EXPECT_EQ(outcome.kinds.size(), 5U);
    EXPECT_EQ(std::ranges::count(outcome.kinds, LayerKind::Concat), 1);
    EXPECT_EQ(std::ranges::count(outcome.kinds, LayerKind::Table), 1);
    EXPECT_LT(outcome.worst, kRounded);
}

nn::ValueId toDepth(GraphMaker& make, nn::ValueId x, int b, std::vector<int> order) {
    const nn::Shape s = make.shape(x);
    const nn::ValueId cells = make.reshape(x, {1, s[1], s[2] / b, b, s[3] / b, b});
    return make.reshape(make.transpose(cells, std::move(order)), {1, s[1] * b * b, s[2] / b, s[3] / b});
}

nn::ValueId toSpace(GraphMaker& make, nn::ValueId x, int b, bool blockFirst) {
    const nn::Shape s = make.shape(x);
    const std::int64_t c = s[1] / (b * b);
    const nn::ValueId cells =
        make.reshape(x, blockFirst ? nn::Shape{1, b, b, c, s[2], s[3]} : nn::Shape{1, c, b, b, s[2], s[3]});
    const nn::ValueId moved = make.transpose(cells, blockFirst ? std::vector<int>{0, 3, 4, 1, 5, 2}
                                                               : std::vector<int>{0, 1, 4, 2, 5, 3});
    return make.reshape(moved, {1, c, s[2] * b, s[3] * b});
}

TEST(Operators, BlocksBecomeChannelsAndBack) {
    const auto expect = [](const Pattern& pattern, const nn::Shape& shape, auto kinds) {
        const Outcome outcome = outcomeOf(pattern, shape);
        EXPECT_THAT(outcome.kinds, kinds);
        EXPECT_LT(outcome.worst, kExact);
    };
    expect(
        [](GraphMaker& m, nn::ValueId x) {
            return toDepth(m, x, 2, {0, 3, 5, 1, 2, 4});
        },
        {1, 3, 4, 6}, ElementsAre(LayerKind::SpaceToDepth));
    expect(
        [](GraphMaker& m, nn::ValueId x) {
            return toDepth(m, x, 2, {0, 1, 3, 5, 2, 4});
        },
        {1, 3, 4, 6}, ElementsAre(LayerKind::SpaceToDepth, LayerKind::Select));
    expect([](GraphMaker& m, nn::ValueId x) { return toSpace(m, x, 2, true); }, {1, 8, 2, 3},
           ElementsAre(LayerKind::DepthToSpace));
    expect([](GraphMaker& m, nn::ValueId x) { return toSpace(m, x, 2, false); }, {1, 8, 2, 3},
           ElementsAre(LayerKind::Select, LayerKind::DepthToSpace));
    expect([](GraphMaker& m, nn::ValueId x) { return toSpace(m, x, 3, false); }, {1, 9, 2, 2},
           ElementsAre(LayerKind::DepthToSpace));
    // Every second row and column, as in a focus layer.
    expect(
        [](GraphMaker& m, nn::ValueId x) {
            return m.node("Slice", nn::Slice{{0, 0, 1, 0}, {1, 6, 4, 6}, {1, 1, 2, 2}}, {x}, {1, 6, 2, 3});
        },
        {1, 6, 4, 6}, ElementsAre(LayerKind::SpaceToDepth, LayerKind::Select));
}

TEST(Operators, NearestResizeRepeatsCells) {
    const Outcome outcome = outcomeOf([](GraphMaker& make, nn::ValueId x) {
        nn::Resize op;
        op.coordinates = "asymmetric";
        op.nearest = "floor";
        op.scales = {1, 1, 2, 3};
        return make.node("Resize", op, {x}, {1, 6, 8, 18});
    });
    EXPECT_THAT(outcome.kinds, ElementsAre(LayerKind::Expand));
    EXPECT_LT(outcome.worst, kExact);
}

TEST(Operators, SqueezeAndExciteScalesChannels) {
    GraphMaker make({1, 3, 8, 6}, 11);
    const nn::ValueId x = make.convolution(make.input(), 6, 3);
    nn::ValueId gate = make.globalAverage(x);
    gate = make.relu(make.convolution(gate, 3, 1));
    nn::Activation hard;
    hard.kind = ActivationKind::HardSigmoid;
    hard.alpha = 0.2F;
    hard.beta = 0.5F;
    gate = make.same("HardSigmoid", hard, {make.convolution(gate, 6, 1)});
    const nn::ValueId scaled = make.same("Mul", nn::Binary{nn::BinaryKind::Multiply}, {x, gate});
    const nn::Graph graph = make.finish({make.convolution(scaled, 4, 1)});
    const Lowering lowering = lower(graph);
    std::vector<LayerKind> kinds;
    std::ranges::transform(lowering.layers, std::back_inserter(kinds), &LoweredLayer::kind);
    EXPECT_THAT(kinds, ElementsAre(LayerKind::Convolution, LayerKind::AveragePool, LayerKind::Convolution,
                                   LayerKind::Convolution, LayerKind::Table, LayerKind::Scale,
                                   LayerKind::Convolution));
    const std::vector<nn::Tensor> inputs = uniformInputs(graph, 8, 6);
    const IntegerNetwork network = quantize(graph, inputs, {}, 1);
    const Agreement agreement =
        measureAgreement(referenceOutputs(graph, lowering, inputs, 1), integerOutputs(network, inputs, 1));
    EXPECT_GT(agreement.signalToNoise(), 30.0);
}

/// A scale on exact numbers: the product's own rounding only.
TEST(Operators, ScaleRoundsOnce) {
    GraphMaker make({1, 2, 2, 2}, 3);
    const nn::ValueId pooled = make.pool(make.input(), nn::PoolKind::Maximum, 2, 2);
    const nn::Graph graph =
        make.finish({make.same("Mul", nn::Binary{nn::BinaryKind::Multiply}, {make.input(), pooled})});
    const std::vector<nn::Tensor> inputs = uniformInputs(graph, 20, 5);
    const IntegerNetwork network = quantize(graph, inputs, {}, 1);
    ASSERT_TRUE(std::holds_alternative<ScaleLayer>(network.layers.back().op));
    const TensorFormat &in = network.tensors[0].format, &out = network.tensors.back().format;
    for (const nn::Tensor& input : inputs) {
        const auto values = Executor(network).run(integerInput(network, std::span(&input, 1)));
        for (std::size_t i = 0; i < 8; ++i) {
            const double product =
                in.scale * (values[0][i] - in.zeroPoint) * in.scale * (values[1][i / 4] - in.zeroPoint);
            const double steps =
                std::clamp(product / out.scale + out.zeroPoint, double(out.low()), double(out.high()));
            EXPECT_NEAR(values[2][i], steps, 0.51);
        }
    }
}

struct Transposed {
    int kernel, stride, pad, added, dilation, groups;
};

TEST(Operators, TransposedConvolutionIsAnExpansionAndAConvolution) {
    for (const Transposed c : {Transposed{2, 2, 0, 0, 1, 1},
                               {3, 2, 1, 1, 1, 1},
                               {3, 2, 1, 0, 1, 2},
                               {4, 2, 1, 0, 1, 1},
                               {3, 1, 1, 0, 1, 3},
                               {1, 2, 0, 0, 1, 1},
                               {2, 3, 0, 1, 2, 1},
                               {5, 3, 1, 0, 1, 6}}) {
        GraphMaker make({1, 6, 4, 3}, 9);
        nn::TransposedConvolution op;
        op.kernel = {c.kernel, c.kernel};
        op.stride = {c.stride, c.stride};
        op.dilation = {c.dilation, c.dilation};
        op.padding = {c.pad, c.pad, c.pad, c.pad};
        op.outputPadding = {c.added, c.added};
        op.groups = c.groups;
        const auto extent = [&](std::int64_t size) {
            return (size - 1) * c.stride + c.dilation * (c.kernel - 1) + 1 + c.added - 2 * c.pad;
        };
        const nn::ValueId x = make.convolution(make.input(), 6, 3);
        const nn::ValueId y =
            make.node("ConvTranspose", op,
                      {x, make.constant({6, 2, c.kernel, c.kernel}, 0.3), make.constant({2 * c.groups}, 0.1)},
                      {1, 2 * c.groups, extent(4), extent(3)});
        const nn::Graph graph = make.finish({y}), prepared = nn::prepare(graph);
        const std::vector<nn::Tensor> inputs = uniformInputs(graph, 3, 2);
        const std::vector<float> expected = train::run(graph, std::span(inputs).first(1)).front().floats(),
                                 found = train::run(prepared, std::span(inputs).first(1)).front().floats();
        ASSERT_EQ(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
            ASSERT_NEAR(found[i], expected[i], 1e-4F) << c.kernel << " " << c.stride;
        }
        const Lowering lowering = lower(prepared);
        EXPECT_EQ(lowering.layers.size(), c.stride > 1 ? 3U : 2U);
        const IntegerNetwork network = quantize(prepared, inputs, {}, 1);
        const double step = network.tensors.back().format.scale;
        const std::vector<float> integers = runInteger(network, std::span(inputs).first(1)).front().floats();
        for (std::size_t i = 0; i < found.size(); ++i) {
            ASSERT_NEAR(integers[i], expected[i], 8 * step);
        }
    }
}

TEST(Operators, AClampBehindAShuffleFoldsIntoTheConvolution) {
    const Pattern pattern = [](GraphMaker& make, nn::ValueId x) { return make.relu(shuffle(make, x, 2)); };
    const Lowering lowering = lower(nn::prepare(between(pattern, {1, 6, 4, 6})));
    ASSERT_EQ(lowering.layers.size(), 3U);
    EXPECT_EQ(lowering.tensors[1].low, 0.0);
    EXPECT_LT(outcomeOf(pattern).worst, 128.0);
}

TEST(Operators, AClampOfOneHalfStaysThere) {
    const Outcome outcome = outcomeOf([](GraphMaker& make, nn::ValueId x) {
        const auto halves = make.split(x, 1, {3, 3});
        return make.concat({make.relu(halves[0]), halves[1]});
    });
    EXPECT_LT(outcome.worst, kRounded);
}

TEST(Operators, SeveralMapsLeaveAsOneAndAreTakenApart) {
    GraphMaker make({1, 3, 6, 6}, 5);
    const nn::ValueId x = make.relu(make.convolution(make.input(), 6, 3));
    const nn::ValueId a = make.convolution(x, 2, 1), b = make.convolution(x, 4, 3);
    const nn::ValueId flat = make.flatten(b);
    const nn::Graph graph = make.finish({make.softmax(flat), make.activation(a, ActivationKind::Sigmoid), x});
    const Lowering lowering = lower(graph);
    EXPECT_EQ(lowering.layers.back().kind, LayerKind::Concat);
    EXPECT_EQ(lowering.tensors.back().shape, (MapShape{12, 6, 6}));
    const std::vector<nn::Tensor> inputs = uniformInputs(graph, 6, 8);
    const IntegerNetwork network = quantize(graph, inputs, {}, 1);
    const auto expected = train::run(graph, std::span(inputs).first(1));
    const auto found = runInteger(network, std::span(inputs).first(1));
    ASSERT_EQ(found.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        ASSERT_EQ(found[i].shape, expected[i].shape);
        for (std::size_t k = 0; k < found[i].floats().size(); ++k) {
            EXPECT_NEAR(found[i].floats()[k], expected[i].floats()[k], 0.05F) << i;
        }
    }
}

} // namespace
} // namespace tandem::quant
