// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/trainer.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/train/loss.h"
#include "core/train/optimizer.h"
#include "core/train/trainable_network.h"

#include <cmath>

namespace tandem::train {

namespace {

void checkOptions(const TrainingOptions& options, const data::Dataset& dataset, std::size_t samples) {
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

std::unique_ptr<Optimizer> makeOptimizer(const TrainingOptions& options) {
    if (options.optimizer == OptimizerKind::Adam) {
        return std::make_unique<Adam>();
    }
    return std::make_unique<Sgd>(options.momentum, options.nesterov);
}

/// One part of a batch: its own replica and what it computed.
struct Shard {
    TrainableNetwork network;
    ParameterBlocks gradients;
    double loss = 0.0;
    int correct = 0;
};

/// One training in progress.
class Training {
  public:
    Training(const nn::Graph& graph, const data::Dataset& dataset, std::span<const std::size_t> samples,
             const TrainingOptions& options)
        : dataset_(dataset),
          options_(options),
          inputShape_(graph.value(graph.inputs.at(0)).shape),
          order_(samples.begin(), samples.end()),
          parameters_(parametersOf(graph)),
          blocks_(readParameters(graph, parameters_)),
          optimizer_(makeOptimizer(options)) {
        for (int i = 0; i < options.shards; ++i) {
            shards_.push_back({TrainableNetwork(graph, options.batch / options.shards), {}, 0.0, 0});
        }
        stepsPerEpoch_ = static_cast<std::int64_t>(samples.size()) / options.batch;
    }

    std::int64_t stepsPerEpoch() const { return stepsPerEpoch_; }
    const std::vector<Parameter>& parameters() const { return parameters_; }
    const ParameterBlocks& blocks() const { return blocks_; }

    /// The order of the samples depends on the seed and the epoch only.
    void beginEpoch(int epoch) {
        Random random = Random::stream(options_.seed, 2 * static_cast<std::uint64_t>(epoch));
        for (std::size_t i = order_.size(); i > 1; --i) {
            std::swap(order_[i - 1], order_[random.below(i)]);
        }
        loss_ = 0.0;
        correct_ = 0;
        seen_ = 0;
    }

    void runStep(std::int64_t step, double learningRate) {
        parallelFor(shards_.size(), options_.threads,
                    [&](std::size_t shard, int) { computeShard(shard, step); });
        for (const Shard& shard : shards_) {
            loss_ += shard.loss;
            correct_ += shard.correct;
        }
        seen_ += options_.batch;
        optimizer_->beginStep();
        for (std::size_t i = 0; i < parameters_.size(); ++i) {
            updateParameter(i, learningRate);
        }
        if (!std::isfinite(loss_)) {
            throw workError("the training diverged in step {} (the loss is no number); a smaller learning "
                            "rate than {} may help",
                            step + 1, options_.learningRate);
        }
    }

    double meanLoss() const { return loss_ / seen_; }
    double accuracy() const { return correct_ / seen_; }

  private:
    void computeShard(std::size_t index, std::int64_t step) {
        Shard& shard = shards_[index];
        const auto count = static_cast<std::size_t>(options_.batch / options_.shards);
        const auto first = static_cast<std::size_t>((step % stepsPerEpoch_) * options_.batch) + index * count;
        const auto samples = std::span(order_).subspan(first, count);
        const std::uint64_t stream = 2 * (static_cast<std::uint64_t>(step) * shards_.size() + index) + 1;
        const nn::Tensor input = inputOf(samples, stream);
        const nn::Tensor scores = shard.network.forward(blocks_, input);
        Loss loss = softmaxCrossEntropy(scores, dataset_.labelsOf(samples), options_.labelSmoothing);
        const float share = 1.0F / static_cast<float>(options_.batch);
        for (float& element : loss.gradient.floats()) {
            element *= share;
        }
        shard.network.backward(blocks_, loss.gradient, shard.gradients);
        shard.loss = loss.sum;
        shard.correct = loss.correct;
    }

    nn::Tensor inputOf(std::span<const std::size_t> samples, std::uint64_t stream) const {
        if (!options_.augmentation.flip && options_.augmentation.shift == 0) {
            return dataset_.batchFor(inputShape_, samples);
        }
        if (inputShape_.size() != 4 || inputShape_[1] != dataset_.sampleShape[0]) {
            throw inputError("augmentation needs a network input with channels first, this one is {}",
                             nn::toString(inputShape_));
        }
        nn::Tensor input = dataset_.batchFor(inputShape_, samples);
        Random random = Random::stream(options_.seed, stream);
        augment(input, options_.augmentation, random);
        return input;
    }

    void updateParameter(std::size_t number, double learningRate) {
        std::vector<float>& sum = shards_[0].gradients[number];
        for (std::size_t shard = 1; shard < shards_.size(); ++shard) {
            const std::vector<float>& part = shards_[shard].gradients[number];
            for (std::size_t i = 0; i < sum.size(); ++i) {
                sum[i] += part[i];
            }
        }
        switch (parameters_[number].role) {
        case ParameterRole::Weight:
            return optimizer_->update(number, blocks_[number], sum, learningRate, options_.weightDecay);
        case ParameterRole::Offset:
            return optimizer_->update(number, blocks_[number], sum, learningRate, 0.0);
        case ParameterRole::RunningMean:
        case ParameterRole::RunningVariance: {
            const auto share = static_cast<float>(options_.statisticsMomentum);
            const auto part = share / static_cast<float>(shards_.size());
            for (std::size_t i = 0; i < sum.size(); ++i) {
                blocks_[number][i] = (1.0F - share) * blocks_[number][i] + part * sum[i];
            }
        }
        }
    }

    const data::Dataset& dataset_;
    TrainingOptions options_;
    nn::Shape inputShape_;
    std::vector<std::size_t> order_;
    std::vector<Parameter> parameters_;
    ParameterBlocks blocks_;
    std::unique_ptr<Optimizer> optimizer_;
    std::vector<Shard> shards_;
    std::int64_t stepsPerEpoch_ = 0;
    double loss_ = 0.0, correct_ = 0.0, seen_ = 0.0;
};

} // namespace

TrainingResult train(const nn::Graph& graph, const data::Dataset& dataset,
                     std::span<const std::size_t> samples, const TrainingOptions& options,
                     const std::function<void(const TrainingProgress&)>& progress,
                     const std::stop_token& cancel) {
    checkOptions(options, dataset, samples.size());
    Training training(graph, dataset, samples, options);
    const std::int64_t steps = training.stepsPerEpoch() * options.epochs;
    const auto warmUp = std::llround(options.warmUpEpochs * static_cast<double>(training.stepsPerEpoch()));
    TrainingResult result{graph, 0.0, 0.0, false};
    for (std::int64_t step = 0; step < steps; ++step) {
        if (cancel.stop_requested()) {
            result.cancelled = true;
            break;
        }
        const auto epoch = static_cast<int>(step / training.stepsPerEpoch());
        if (step % training.stepsPerEpoch() == 0) {
            training.beginEpoch(epoch);
        }
        const double rate = cosineRate(options.learningRate, step, steps, warmUp);
        training.runStep(step, rate);
        result.loss = training.meanLoss();
        result.accuracy = training.accuracy();
        if (progress) {
            progress({epoch + 1, options.epochs, step + 1, steps, rate, result.loss, result.accuracy});
        }
    }
    writeParameters(result.graph, training.parameters(), training.blocks());
    return result;
}

} // namespace tandem::train
