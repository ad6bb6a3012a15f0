// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/nn/graph.h"
#include "core/train/augmentation.h"

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>

namespace tandem::train {

enum class OptimizerKind { Sgd, Adam };

/// How to train.
struct TrainingOptions {
    int epochs = 10;
    int batch = 128; ///< samples of one step; a multiple of `shards`
    /// Parts of a batch that are computed apart (batch norms see one part) and summed in fixed order: the
    /// result depends on this number but not on the number of threads.
    int shards = 4;
    OptimizerKind optimizer = OptimizerKind::Sgd;
    double learningRate = 0.1; ///< the peak; warm-up and a half cosine to 0 around it
    double warmUpEpochs = 1.0;
    double momentum = 0.9; ///< of Sgd
    bool nesterov = true;  ///< of Sgd
    double weightDecay = 5e-4;
    double labelSmoothing = 0.0;
    double statisticsMomentum = 0.1; ///< share of a new batch in the batch norms' running statistics
    Augmentation augmentation;
    std::uint64_t seed = 1;
    int threads = 0; ///< 0: all
};

/// Where a training stands; shown after every step.
struct TrainingProgress {
    int epoch = 0; ///< from 1
    int epochs = 0;
    std::int64_t step = 0; ///< of the whole training, from 1
    std::int64_t steps = 0;
    double learningRate = 0.0;
    double loss = 0.0;     ///< mean of this epoch so far
    double accuracy = 0.0; ///< on the augmented training samples of this epoch so far
};

/// What came out.
struct TrainingResult {
    nn::Graph graph; ///< the same network with trained constants
    double loss = 0.0;
    double accuracy = 0.0; ///< on the augmented training samples of the last epoch
    bool cancelled = false;
};

/// Trains a classifier on these samples with softmax cross entropy. Parameters are the constants of its
/// convolutions, linear layers and batch norms. The result is the same for the same graph, samples and
/// options, at any number of threads. Cancelling keeps what was trained so far. Throws Error (Input) when
/// the network cannot be trained or the data set does not fit it.
TrainingResult train(const nn::Graph& graph, const data::Dataset& dataset,
                     std::span<const std::size_t> samples, const TrainingOptions& options,
                     const std::function<void(const TrainingProgress&)>& progress = {},
                     const std::stop_token& cancel = {});

} // namespace tandem::train
