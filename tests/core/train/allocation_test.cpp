// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/builder.h"
#include "core/train/trainer.h"
#include "tests/core/train/allocation_counter.h"

#include <gtest/gtest.h>

namespace tandem::train {
namespace {

TEST(Trainer, AllocatesNothingInAStep) {
    nn::GraphBuilder b("network", 2);
    const nn::ValueId x = b.input("image", {1, 1, 16, 16});
    const nn::ValueId y = b.relu(b.batchNormalization(b.convolution(x, {.channels = 16})));
    const nn::ValueId z = b.relu(b.add(b.batchNormalization(b.convolution(y, {.channels = 16})), y));
    const nn::Graph graph = b.finish({b.linear(b.flatten(b.maximumPool(z, 2, 2)), 4)});
    data::Dataset dataset;
    dataset.sampleShape = {1, 16, 16};
    dataset.classes = 4;
    dataset.images = std::vector<std::uint8_t>(64 * 256, 7);
    dataset.labels = std::vector<int>(64, 1);
    std::vector<std::size_t> samples(64);
    std::iota(samples.begin(), samples.end(), std::size_t{0});
    TrainingOptions options;
    options.batch = 32;
    options.epochs = 8;
    options.learningRate = 0.01;
    options.averaging = 0.99;
    options.augmentation = {true, 2, 4, 0.2};
    options.distillation.teacher = std::make_shared<nn::Graph>(graph);
    Trainer trainer(graph, dataset, samples, options);
    trainer.step();
    trainer.step();
    const int before = largeAllocations();
    while (!trainer.isFinished()) {
        trainer.step();
    }
    EXPECT_EQ(largeAllocations(), before);
    const std::vector<float> counted(kLargeAllocation);
    EXPECT_EQ(largeAllocations(), before + 1);
}

} // namespace
} // namespace tandem::train
