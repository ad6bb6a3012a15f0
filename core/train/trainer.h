// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/dataset.h"
#include "core/nn/graph.h"
#include "core/train/augmentation.h"
#include "core/train/layers/fake_quantization.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

namespace tandem::train {

enum class OptimizerKind { Sgd, Adam };

/// Learning from another network's scores beside the labels.
struct Distillation {
    std::shared_ptr<const nn::Graph> teacher; ///< same input and classes; null: none
    double share = 0.5;                       ///< of the loss that compares with the teacher
    double temperature = 4.0;                 ///< that both networks' scores are divided by
};

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
    double stepSizeRate = 0.01; ///< share by which a step may move a learned step size, at the peak
    double labelSmoothing = 0.0;
    double statisticsMomentum = 0.1; ///< share of a new batch in the batch norms' running statistics
    /// The result is an exponential moving average of the parameters: a step counts 1 - averaging, in the
    /// first steps more. 0: the last parameters.
    double averaging = 0.0;
    Augmentation augmentation;
    Distillation distillation;
    FakeQuantization quantization; ///< of the graph
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

/// A training in progress, step by step: whoever calls step() may pause between two, or keep a checkpoint and
/// go on in another process. Parameters are the constants of the network's convolutions, linear layers and
/// batch norms, and its quantizers' steps. The result is the same for the same graph, samples and options, at
/// any number of threads, however often it was interrupted.
class Trainer {
  public:
    /// Trains a classifier on these samples with softmax cross entropy. `dataset` must outlive the trainer.
    /// Throws Error (Input) when the network cannot be trained or the data set does not fit it.
    Trainer(const nn::Graph& graph, const data::Dataset& dataset, std::span<const std::size_t> samples,
            const TrainingOptions& options);
    ~Trainer();
    Trainer(Trainer&&) noexcept;
    Trainer& operator=(Trainer&&) noexcept;

    bool isFinished() const;
    /// One batch. Throws Error (Work) when the training diverges.
    void step();
    /// After the last step; all 0 before the first.
    const TrainingProgress& progress() const;
    /// The network with what was learned so far.
    nn::Graph graph() const;

    /// Everything that step() changes, as bytes for this kind of machine.
    std::string checkpoint() const;
    /// Whether the checkpoint is of a training of the same graph, samples and options.
    bool fits(std::string_view checkpoint) const;
    /// Goes on where such a checkpoint was taken. Throws Error (Input) where it is of another training or is
    /// damaged; this one is of no use then.
    void restore(std::string_view checkpoint);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// A Trainer's whole run. Cancelling keeps what was trained so far.
TrainingResult train(const nn::Graph& graph, const data::Dataset& dataset,
                     std::span<const std::size_t> samples, const TrainingOptions& options,
                     const std::function<void(const TrainingProgress&)>& progress = {},
                     const std::stop_token& cancel = {});

} // namespace tandem::train
