// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/builder.h"
#include "core/train/metrics.h"
#include "core/train/output_range.h"

#include <gtest/gtest.h>

namespace tandem::train {
namespace {

/// Two scores that are two of the input's three elements, rounded to -8 .. 7 steps of 1.
struct Scores {
    Scores() {
        nn::GraphBuilder b("scores", 1);
        const nn::ValueId x = b.input("x", {1, 3, 1, 1});
        const nn::ValueId y = b.linear(b.flatten(x), 2);
        const nn::ValueId z = b.apply(nn::Identity{}, {y}, {1, 2}, "rounded");
        graph = b.finish({z});
        for (const nn::Node& node : graph.nodes) {
            for (const nn::ValueId id : node.inputs) {
                if (auto& constant = graph.value(id).constant) {
                    std::ranges::fill(constant->floats(), 0.0F);
                    if (constant->floats().size() == 6) {
                        constant->floats()[0] = constant->floats()[4] = 1.0F;
                    }
                }
            }
        }
        step = graph.addConstant("step", nn::Tensor::ofFloats({1}, {1.0F}));
        quantization.outputs.push_back({z, step, -8, 7});
    }

    float stepSize() const { return graph.value(step).constant->floats().at(0); }

    nn::Graph graph;
    nn::ValueId step = nn::kNoValue;
    FakeQuantization quantization;
};

data::Dataset samples(std::vector<float> pixels, std::vector<int> labels) {
    data::Dataset dataset;
    dataset.name = "scores";
    dataset.sampleShape = {3, 1, 1};
    dataset.classes = 2;
    dataset.images = std::move(pixels);
    dataset.labels = std::move(labels);
    dataset.trainingCount = dataset.labels.size();
    return dataset;
}

TEST(SettleOutputs, CoversAllScoresWhereThatTellsThemApart) {
    Scores scores;
    const auto dataset = samples({70.0F, 0.0F, 0.0F, 0.0F, 35.0F, 0.0F}, {0, 1});
    settleOutputs(scores.graph, scores.quantization, dataset, {{0, 1}}, 2, 1);
    EXPECT_FLOAT_EQ(scores.stepSize(), 10.0F);
}

TEST(SettleOutputs, ClipsLargeScoresWhereSmallOnesWouldBeEqual) {
    Scores scores;
    // With steps of 10, 1 and 3 are both 0, and the first class would win.
    const auto dataset = samples({70.0F, 0.0F, 0.0F, 1.0F, 3.0F, 0.0F, 0.5F, 2.5F, 0.0F}, {0, 1, 1});
    const std::vector<std::size_t> all{0, 1, 2};
    const double before = evaluateRoundedAccuracy(scores.graph, scores.quantization, dataset, all, 3, 1);
    settleOutputs(scores.graph, scores.quantization, dataset, all, 3, 1);
    EXPECT_LT(scores.stepSize(), 5.0F);
    EXPECT_GE(evaluateRoundedAccuracy(scores.graph, scores.quantization, dataset, all, 3, 1), before);
    EXPECT_EQ(evaluateRoundedAccuracy(scores.graph, scores.quantization, dataset, all, 3, 1), 1.0);
}

TEST(SettleOutputs, LeavesANetworkWithoutRoundedOutputsAlone) {
    Scores scores;
    const auto dataset = samples({70.0F, 0.0F, 0.0F}, {0});
    settleOutputs(scores.graph, {}, dataset, {{0}}, 1, 1);
    EXPECT_EQ(scores.stepSize(), 1.0F);
}

} // namespace
} // namespace tandem::train
