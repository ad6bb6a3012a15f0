// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/mini_batches.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/train/optimizer.h"

#include <bit>
#include <cmath>

namespace tandem::train {

void checkTraining(const TrainingOptions& options, const data::Dataset& dataset, std::size_t samples) {
    if (options.shards < 1 || options.batch < options.shards || options.batch % options.shards != 0) {
        throw inputError("a batch of {} samples in {} shards was asked for; it must be a multiple",
                         options.batch, options.shards);
    }
    if (options.epochs < 1) {
        throw inputError("{} epochs were asked for; at least 1 is needed", options.epochs);
    }
    if (dataset.labels.empty()) {
        throw inputError("data set '{}' has no labels to train on", dataset.name);
    }
    if (samples < static_cast<std::size_t>(options.batch)) {
        throw inputError("data set '{}': {} training samples do not fill a batch of {}", dataset.name,
                         samples, options.batch);
    }
}

std::vector<std::size_t> orderOfEpoch(std::span<const std::size_t> samples, std::uint64_t seed,
                                      std::int64_t epoch) {
    std::vector<std::size_t> order(samples.begin(), samples.end());
    Random random = Random::stream(seed, 2 * static_cast<std::uint64_t>(epoch));
    for (std::size_t i = order.size(); i > 1; --i) {
        std::swap(order[i - 1], order[random.below(i)]);
    }
    return order;
}

double scheduleShare(const TrainingOptions& options, std::int64_t step, std::int64_t steps,
                     std::int64_t stepsPerEpoch) {
    return cosineRate(1.0, step, steps,
                      std::llround(options.warmUpEpochs * static_cast<double>(stepsPerEpoch)));
}

std::vector<std::uint64_t> identityOf(const TrainingOptions& options) {
    std::vector<std::uint64_t> numbers{options.seed, options.optimizer == OptimizerKind::Adam ? 1U : 0U,
                                       options.augmentation.flip ? 1U : 0U};
    for (const int number : {options.epochs, options.batch, options.shards, options.augmentation.shift,
                             options.augmentation.cutOut}) {
        numbers.push_back(static_cast<std::uint64_t>(number));
    }
    for (const double number :
         {options.learningRate, options.warmUpEpochs, options.momentum, options.weightDecay,
          options.stepSizeRate, options.labelSmoothing, options.averaging, options.augmentation.mixUp,
          options.distillation.share, options.distillation.temperature}) {
        numbers.push_back(std::bit_cast<std::uint64_t>(number));
    }
    if (options.augmentation.crop > 0.0) { // older checkpoints have no such number
        numbers.push_back(std::bit_cast<std::uint64_t>(options.augmentation.crop));
    }
    return numbers;
}

} // namespace tandem::train
