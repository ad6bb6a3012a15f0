// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random.h"
#include "core/nn/builder.h"
#include "core/train/metrics.h"
#include "core/train/recalibration.h"
#include "core/train/trainable_network.h"
#include "core/train/trainer.h"
#include "tests/core/support/stripes.h"

#include <gtest/gtest.h>

namespace tandem::train {
namespace {

using nn::ValueId;
using test::byteStripes;

nn::Graph smallClassifier() {
    nn::GraphBuilder b("stripes", 2);
    const ValueId x = b.input("image", {1, 1, 8, 8});
    const ValueId y = b.relu(b.batchNormalization(b.convolution(x, {.channels = 8})));
    const ValueId z = b.relu(b.add(b.batchNormalization(b.pointwise(b.depthwise(y), 8)), y));
    return b.finish({b.linear(b.flatten(b.globalAveragePool(z)), 2)});
}

std::vector<std::size_t> range(std::size_t first, std::size_t last) {
    std::vector<std::size_t> indices(last - first);
    std::iota(indices.begin(), indices.end(), first);
    return indices;
}

TrainingOptions quick() {
    TrainingOptions options;
    options.epochs = 6;
    options.batch = 32;
    options.shards = 4;
    options.learningRate = 0.1;
    options.warmUpEpochs = 0.5;
    return options;
}

std::vector<std::vector<float>> constantsOf(const nn::Graph& graph) {
    std::vector<std::vector<float>> constants;
    for (const nn::Value& value : graph.values) {
        if (value.constant) {
            constants.push_back(value.constant->floats());
        }
    }
    return constants;
}

TEST(Trainer, LearnsAndGeneralizes) {
    const data::Dataset dataset = byteStripes(1280);
    const nn::Graph graph = smallClassifier();
    const auto test = range(1024, 1280);
    const double before = evaluateAccuracy(graph, dataset, test);
    for (const auto kind : {OptimizerKind::Sgd, OptimizerKind::Adam}) {
        TrainingOptions options = quick();
        options.optimizer = kind;
        options.learningRate = kind == OptimizerKind::Sgd ? 0.1 : 0.01;
        const TrainingResult result = train(graph, dataset, range(0, 1024), options);
        EXPECT_FALSE(result.cancelled);
        EXPECT_LT(before, 0.8);
        EXPECT_GT(evaluateAccuracy(result.graph, dataset, test), 0.97);
    }
}

TEST(Trainer, GivesTheSameAtAnyThreadCount) {
    const data::Dataset dataset = byteStripes(256);
    TrainingOptions options = quick();
    options.epochs = 2;
    options.augmentation = {true, 1, 2, 0.2};
    options.averaging = 0.9;
    options.threads = 1;
    const auto one = constantsOf(train(smallClassifier(), dataset, range(0, 256), options).graph);
    options.threads = 3;
    EXPECT_EQ(constantsOf(train(smallClassifier(), dataset, range(0, 256), options).graph), one);
    options.seed = 2;
    EXPECT_NE(constantsOf(train(smallClassifier(), dataset, range(0, 256), options).graph), one);
}

TEST(Trainer, ReportsProgressAndStopsWhenAsked) {
    const data::Dataset dataset = byteStripes(256);
    std::stop_source stop;
    std::int64_t last = 0;
    const TrainingResult result = train(
        smallClassifier(), dataset, range(0, 256), quick(),
        [&](const TrainingProgress& progress) {
            EXPECT_EQ(progress.step, last + 1);
            EXPECT_EQ(progress.steps, 6 * 8);
            EXPECT_EQ(progress.epoch, 1 + (progress.step - 1) / 8);
            last = progress.step;
            if (progress.step == 10) {
                stop.request_stop();
            }
        },
        stop.get_token());
    EXPECT_TRUE(result.cancelled);
    EXPECT_EQ(last, 10);
    EXPECT_NE(constantsOf(result.graph), constantsOf(smallClassifier()));
}

/// Everything that can make a step differ from the one before.
TrainingOptions everything() {
    TrainingOptions options = quick();
    options.epochs = 2;
    options.labelSmoothing = 0.1;
    options.averaging = 0.9;
    options.augmentation = {true, 1, 3, 0.4};
    options.distillation = {std::make_shared<nn::Graph>(smallClassifier()), 0.3, 2.0};
    return options;
}

TEST(Trainer, GoesOnFromACheckpointAsIfNothingHadHappened) {
    const data::Dataset dataset = byteStripes(160);
    const auto samples = range(0, 160);
    for (const auto kind : {OptimizerKind::Sgd, OptimizerKind::Adam}) {
        TrainingOptions options = everything();
        options.optimizer = kind;
        options.learningRate = 0.01;
        Trainer whole(smallClassifier(), dataset, samples, options);
        std::vector<std::string> checkpoints;
        for (checkpoints.push_back(whole.checkpoint()); !whole.isFinished();) {
            whole.step();
            checkpoints.push_back(whole.checkpoint());
        }
        ASSERT_EQ(checkpoints.size(), 11U);
        for (const std::size_t interrupted : {0, 3, 5, 10}) {
            Trainer resumed(smallClassifier(), dataset, samples, options);
            resumed.restore(checkpoints[interrupted]);
            EXPECT_EQ(resumed.progress().step, static_cast<std::int64_t>(interrupted));
            EXPECT_EQ(resumed.checkpoint(), checkpoints[interrupted]);
            while (!resumed.isFinished()) {
                resumed.step();
            }
            EXPECT_EQ(constantsOf(resumed.graph()), constantsOf(whole.graph()));
            EXPECT_EQ(resumed.progress().loss, whole.progress().loss);
            EXPECT_EQ(resumed.progress().epoch, whole.progress().epoch);
        }
    }
}

TEST(Trainer, RefusesACheckpointOfAnotherTraining) {
    const data::Dataset dataset = byteStripes(64);
    Trainer trainer(smallClassifier(), dataset, range(0, 64), quick());
    const std::string checkpoint = trainer.checkpoint();
    TrainingOptions other = quick();
    other.seed = 2;
    EXPECT_THROW(Trainer(smallClassifier(), dataset, range(0, 64), other).restore(checkpoint), Error);
    EXPECT_THROW(trainer.restore(checkpoint.substr(0, checkpoint.size() - 1)), Error);
    EXPECT_THROW(trainer.restore(""), Error);
    EXPECT_TRUE(trainer.fits(checkpoint));
    EXPECT_FALSE(trainer.fits(""));
    EXPECT_FALSE(Trainer(smallClassifier(), dataset, range(0, 64), other).fits(checkpoint));
}

TEST(Trainer, AveragesWhatItLearned) {
    const data::Dataset dataset = byteStripes(64);
    TrainingOptions options = quick();
    options.epochs = 1;
    options.averaging = 0.15; // above 1/10 and below 2/11: the first step keeps 1/10, the second 0.15
    Trainer averaged(smallClassifier(), dataset, range(0, 64), options);
    options.averaging = 0.0;
    Trainer plain(smallClassifier(), dataset, range(0, 64), options);
    std::vector<std::vector<float>> expected = constantsOf(smallClassifier());
    for (const float kept : {0.1F, 0.15F}) {
        averaged.step();
        plain.step();
        const std::vector<std::vector<float>> last = constantsOf(plain.graph());
        for (std::size_t i = 0; i < last.size(); ++i) {
            for (std::size_t k = 0; k < last[i].size(); ++k) {
                expected[i][k] = kept * expected[i][k] + (1.0F - kept) * last[i][k];
            }
        }
    }
    const std::vector<std::vector<float>> found = constantsOf(averaged.graph());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        for (std::size_t k = 0; k < expected[i].size(); ++k) {
            EXPECT_NEAR(found[i][k], expected[i][k], 1e-5F);
        }
    }
}

TEST(Trainer, LearnsFromATeacherWithoutRightLabels) {
    data::Dataset dataset = byteStripes(1280);
    TrainingOptions options = quick();
    const auto teacher =
        std::make_shared<nn::Graph>(train(smallClassifier(), dataset, range(0, 1024), options).graph);
    data::Dataset wrong = dataset;
    std::ranges::fill(wrong.labels, 0);
    options.distillation = {teacher, 1.0, 2.0};
    nn::GraphBuilder b("student", 7);
    const ValueId x = b.input("image", {1, 1, 8, 8});
    const ValueId y = b.relu(b.batchNormalization(b.convolution(x, {.channels = 12})));
    const nn::Graph student = b.finish({b.linear(b.flatten(b.globalAveragePool(y)), 2)});
    const TrainingResult taught = train(student, wrong, range(0, 1024), options);
    EXPECT_GT(evaluateAccuracy(taught.graph, dataset, range(1024, 1280)), 0.9);
}

TEST(Trainer, RefusesATeacherOfOtherClasses) {
    const data::Dataset dataset = byteStripes(64);
    nn::GraphBuilder b("teacher", 7);
    const ValueId x = b.input("image", {1, 1, 8, 8});
    TrainingOptions options = quick();
    options.distillation.teacher = std::make_shared<nn::Graph>(b.finish({b.linear(b.flatten(x), 3)}));
    EXPECT_THROW(Trainer(smallClassifier(), dataset, range(0, 64), options), Error);
}

TEST(Trainer, RefusesWhatItCannotDo) {
    const data::Dataset dataset = byteStripes(64);
    TrainingOptions options = quick();
    options.batch = 30;
    EXPECT_THROW(train(smallClassifier(), dataset, range(0, 64), options), Error);
    options = quick();
    EXPECT_THROW(train(smallClassifier(), dataset, range(0, 16), options), Error);
    data::Dataset unlabelled = dataset;
    unlabelled.labels.clear();
    EXPECT_THROW(train(smallClassifier(), unlabelled, range(0, 64), options), Error);
    data::Dataset other = dataset;
    other.sampleShape = {1, 4, 16};
    EXPECT_NO_THROW(train(smallClassifier(), other, range(0, 32), options)); // as many elements
    other.sampleShape = {1, 4, 8};
    EXPECT_THROW(train(smallClassifier(), other, range(0, 64), options), Error);
}

TEST(Trainer, SaysWhenItDiverges) {
    const data::Dataset dataset = byteStripes(64);
    nn::GraphBuilder b("unstable");
    const ValueId x = b.input("image", {1, 1, 8, 8});
    const nn::Graph graph = b.finish({b.linear(b.flatten(b.convolution(x, {.channels = 4})), 2)});
    TrainingOptions options = quick();
    options.epochs = 20;
    options.learningRate = 1e20;
    EXPECT_THROW(train(graph, dataset, range(0, 64), options), Error);
}

TEST(Augmentation, ShiftsAndMirrors) {
    nn::Tensor batch = nn::Tensor::zeros(nn::ElementType::Float32, {200, 1, 1, 4});
    for (std::size_t i = 0; i < 800; ++i) {
        batch.floats()[i] = static_cast<float>(i % 4 + 1);
    }
    Random random(3);
    Augmenter({true, 1}).change(batch.floats(), batch.shape, random);
    const std::vector<std::vector<float>> allowed{{1, 2, 3, 4}, {1, 1, 2, 3}, {2, 3, 4, 4},
                                                  {4, 3, 2, 1}, {4, 4, 3, 2}, {3, 2, 1, 1}};
    std::vector<int> seen(allowed.size(), 0);
    for (std::size_t n = 0; n < 200; ++n) {
        const auto first = batch.floats().begin() + static_cast<std::ptrdiff_t>(n * 4);
        const auto found = std::ranges::find(allowed, std::vector<float>(first, first + 4));
        ASSERT_NE(found, allowed.end());
        ++seen[static_cast<std::size_t>(found - allowed.begin())];
    }
    for (const int times : seen) {
        EXPECT_GT(times, 15); // of 33 expected
    }
}

TEST(Augmentation, CutsASquareOut) {
    const nn::Shape shape{300, 2, 6, 6};
    std::vector<float> batch(300 * 72, 1.0F);
    Random random(3);
    Augmenter({.cutOut = 3}).change(batch, shape, random);
    int whole = 0;
    for (std::size_t n = 0; n < 300; ++n) {
        const auto image = std::span(batch).subspan(n * 72, 72);
        EXPECT_TRUE(std::ranges::equal(image.first(36), image.last(36))); // all channels alike
        const auto holes = std::ranges::count(image.first(36), 0.0F);
        // 3x3, less at an edge (2x3) and in a corner (2x2)
        EXPECT_TRUE(holes == 9 || holes == 6 || holes == 4) << holes;
        whole += holes == 9 ? 1 : 0;
    }
    EXPECT_NEAR(whole, 300.0 * 16.0 / 36.0, 40.0);
}

TEST(Augmentation, MixesRowsWithTheirOpposites) {
    std::vector<float> rows{0, 1, 10, 11, 20, 21};
    mixWithOpposite(rows, 3, 0.75);
    EXPECT_EQ(rows, (std::vector<float>{5, 6, 10, 11, 15, 16}));
}

TEST(Augmentation, DrawsFromTheSymmetricBeta) {
    Random random(4);
    for (const double alpha : {0.2, 1.0, 2.0}) {
        double sum = 0.0, squares = 0.0;
        constexpr int kDraws = 20000;
        for (int i = 0; i < kDraws; ++i) {
            const double x = symmetricBeta(alpha, random);
            ASSERT_TRUE(x >= 0.0 && x <= 1.0);
            sum += x;
            squares += x * x;
        }
        const double mean = sum / kDraws;
        EXPECT_NEAR(mean, 0.5, 0.01);
        EXPECT_NEAR(squares / kDraws - mean * mean, 1.0 / (4.0 * (2.0 * alpha + 1.0)), 0.005);
    }
}

TEST(Recalibration, TakesTheMeansOfTheBatches) {
    const data::Dataset dataset = byteStripes(100);
    nn::GraphBuilder b("statistics", 2);
    const ValueId x = b.input("image", {1, 1, 8, 8});
    nn::Graph graph = b.finish({b.linear(b.flatten(b.batchNormalization(x)), 2)});
    recalibrateStatistics(graph, {}, dataset, range(0, 100), 48, 2); // two batches, four samples left out
    std::vector<double> means, variances;
    for (const std::size_t first : {0, 48}) {
        const nn::Tensor batch = dataset.batch(range(first, first + 48));
        double sum = 0.0, squares = 0.0;
        for (const float element : batch.floats()) {
            sum += static_cast<double>(element);
            squares += static_cast<double>(element) * static_cast<double>(element);
        }
        const auto count = static_cast<double>(batch.floats().size());
        means.push_back(sum / count);
        variances.push_back(squares / count - means.back() * means.back());
    }
    const std::vector<Parameter> parameters = parametersOf(graph);
    const ParameterBlocks blocks = readParameters(graph, parameters);
    EXPECT_NEAR(static_cast<double>(blocks[2][0]), (means[0] + means[1]) / 2.0, 1e-5);
    EXPECT_NEAR(static_cast<double>(blocks[3][0]), (variances[0] + variances[1]) / 2.0, 1e-5);
    EXPECT_THROW(recalibrateStatistics(graph, {}, dataset, range(0, 10), 48), Error);
}

TEST(Agreement, MeasuresTopOneAndNoise) {
    const nn::Tensor reference = nn::Tensor::ofFloats({2, 2}, {3, 1, 0, 4});
    EXPECT_DOUBLE_EQ(agreement(reference, reference).topOne, 1.0);
    EXPECT_DOUBLE_EQ(agreement(reference, reference).signalToNoise, kExactSignalToNoise);
    const Agreement changed = agreement(reference, nn::Tensor::ofFloats({2, 2}, {3, 1.1F, 4.5F, 4}));
    EXPECT_DOUBLE_EQ(changed.topOne, 0.5);
    EXPECT_NEAR(changed.signalToNoise, 10.0 * std::log10(26.0 / (0.01 + 20.25)), 1e-5);
}

TEST(Accuracy, CountsAPartialLastBatch) {
    const data::Dataset dataset = byteStripes(50);
    const nn::Graph graph = smallClassifier();
    Executor one(graph);
    Executor many(graph, 16);
    const auto all = range(0, 50);
    const double expected = evaluateAccuracy(one, dataset, all);
    EXPECT_DOUBLE_EQ(evaluateAccuracy(many, dataset, all), expected);
    EXPECT_DOUBLE_EQ(evaluateAccuracy(graph, dataset, all, 7, 2), expected);
}

} // namespace
} // namespace tandem::train
