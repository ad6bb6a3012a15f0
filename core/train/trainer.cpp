// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/trainer.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/train/checkpoint.h"
#include "core/train/optimizer.h"
#include "core/train/sharded_batch.h"
#include "core/train/step_size_optimizer.h"

#include <bit>
#include <cmath>

namespace tandem::train {

namespace {

/// First number of a checkpoint; to be raised when its layout changes.
constexpr std::uint64_t kCheckpointVersion = 0x7464'6d63'6b70'0003;

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

} // namespace

struct Trainer::State {
    State(const nn::Graph& given, const data::Dataset& dataset, std::span<const std::size_t> trained,
          const TrainingOptions& how)
        : graph(given),
          options(how),
          samples(trained.begin(), trained.end()),
          parameters(parametersOf(given, how.quantization)),
          blocks(readParameters(given, parameters)),
          optimizer(makeOptimizer(how)),
          batch(given, dataset, how),
          stepsPerEpoch(static_cast<std::int64_t>(trained.size()) / how.batch) {
        if (how.averaging > 0.0) {
            averaged = blocks;
        }
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            started.push_back(parameters[i].role == ParameterRole::StepSize ? blocks[i]
                                                                            : std::vector<float>());
        }
        progress.epochs = how.epochs;
        progress.steps = stepsPerEpoch * how.epochs;
    }

    /// The order of the samples depends on the seed and the epoch only.
    void beginEpoch(std::int64_t epoch) {
        order = samples;
        Random random = Random::stream(options.seed, 2 * static_cast<std::uint64_t>(epoch));
        for (std::size_t i = order.size(); i > 1; --i) {
            std::swap(order[i - 1], order[random.below(i)]);
        }
    }

    void step() {
        const std::int64_t step = progress.step;
        const std::int64_t epoch = step / stepsPerEpoch, place = step % stepsPerEpoch;
        if (place == 0) {
            loss = correct = 0.0;
            beginEpoch(epoch);
        }
        const auto warmUp = std::llround(options.warmUpEpochs * static_cast<double>(stepsPerEpoch));
        const double share = cosineRate(1.0, step, progress.steps, warmUp);
        const double rate = share * options.learningRate;
        const auto size = static_cast<std::size_t>(options.batch);
        const auto taken = std::span(order).subspan(static_cast<std::size_t>(place) * size, size);
        const ShardedBatch::Result result =
            batch.run(blocks, taken, 2 * static_cast<std::uint64_t>(step) + 1);
        loss += result.loss;
        correct += result.correct;
        if (!std::isfinite(loss)) {
            throw workError("the training diverged in step {} (the loss is no number); a smaller learning "
                            "rate than {} may help",
                            step + 1, options.learningRate);
        }
        optimizer->beginStep();
        stepSizes.beginStep();
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            update(i, share);
        }
        average(step);
        const double seen = static_cast<double>(place + 1) * options.batch;
        progress = {static_cast<int>(epoch) + 1,
                    options.epochs,
                    step + 1,
                    progress.steps,
                    rate,
                    loss / seen,
                    correct / seen};
    }

    /// `share` is what the schedule leaves of the rates.
    void update(std::size_t number, double share) {
        const double rate = share * options.learningRate;
        const std::vector<float>& gradient = batch.gradients()[number];
        std::vector<float>& block = blocks[number];
        switch (parameters[number].role) {
        case ParameterRole::Weight:
            return optimizer->update(number, block, gradient, rate, options.weightDecay);
        case ParameterRole::Offset:
            return optimizer->update(number, block, gradient, rate, 0.0);
        case ParameterRole::StepSize:
            return stepSizes.update(number, block, gradient, started[number], share * options.stepSizeRate);
        case ParameterRole::RunningMean:
        case ParameterRole::RunningVariance:
            break;
        }
        const auto recent = static_cast<float>(options.statisticsMomentum);
        const auto part = recent / static_cast<float>(options.shards);
        for (std::size_t i = 0; i < block.size(); ++i) {
            block[i] = (1.0F - recent) * block[i] + part * gradient[i];
        }
    }

    /// A step t from 0 keeps min(averaging, (1 + t) / (10 + t)) of the average, as TensorFlow's
    /// ExponentialMovingAverage, so that the first parameters are soon forgotten.
    void average(std::int64_t step) {
        const auto now = static_cast<double>(step);
        const auto kept = static_cast<float>(std::min(options.averaging, (1.0 + now) / (10.0 + now)));
        for (std::size_t i = 0; i < averaged.size(); ++i) {
            for (std::size_t k = 0; k < averaged[i].size(); ++k) {
                averaged[i][k] = kept * averaged[i][k] + (1.0F - kept) * blocks[i][k];
            }
        }
    }

    /// What tells this training from others: two differ where one cannot go on from the other's state.
    std::vector<std::uint64_t> identity() const {
        std::vector<std::uint64_t> numbers{kCheckpointVersion, options.seed, samples.size()};
        for (const int number :
             {options.epochs, options.batch, options.shards, options.augmentation.flip ? 1 : 0,
              options.augmentation.shift, options.augmentation.cutOut}) {
            numbers.push_back(static_cast<std::uint64_t>(number));
        }
        for (const double number :
             {options.learningRate, options.warmUpEpochs, options.momentum, options.weightDecay,
              options.stepSizeRate, options.labelSmoothing, options.augmentation.mixUp, options.averaging,
              options.distillation.share}) {
            numbers.push_back(std::bit_cast<std::uint64_t>(number));
        }
        numbers.push_back(options.optimizer == OptimizerKind::Adam ? 1 : 0);
        numbers.push_back(averaged.size());
        for (const std::vector<float>& block : blocks) {
            numbers.push_back(block.size());
        }
        return numbers;
    }

    nn::Graph graph;
    TrainingOptions options;
    std::vector<std::size_t> samples, order;
    std::vector<Parameter> parameters;
    ParameterBlocks blocks, averaged;
    ParameterBlocks started; ///< the step sizes at first; empty blocks for other parameters
    std::unique_ptr<Optimizer> optimizer;
    StepSizeOptimizer stepSizes;
    ShardedBatch batch;
    std::int64_t stepsPerEpoch;
    TrainingProgress progress;
    double loss = 0.0, correct = 0.0; ///< sums of this epoch
};

Trainer::Trainer(const nn::Graph& graph, const data::Dataset& dataset, std::span<const std::size_t> samples,
                 const TrainingOptions& options) {
    checkOptions(options, dataset, samples.size());
    state_ = std::make_unique<State>(graph, dataset, samples, options);
}

Trainer::~Trainer() = default;
Trainer::Trainer(Trainer&&) noexcept = default;
Trainer& Trainer::operator=(Trainer&&) noexcept = default;

bool Trainer::isFinished() const {
    return state_->progress.step == state_->progress.steps;
}

void Trainer::step() {
    state_->step();
}

const TrainingProgress& Trainer::progress() const {
    return state_->progress;
}

nn::Graph Trainer::graph() const {
    nn::Graph graph = state_->graph;
    writeParameters(graph, state_->parameters, state_->averaged.empty() ? state_->blocks : state_->averaged);
    return graph;
}

std::string Trainer::checkpoint() const {
    CheckpointWriter writer;
    for (const std::uint64_t number : state_->identity()) {
        writer.number(number);
    }
    const TrainingProgress& at = state_->progress;
    writer.number(at.step);
    writer.number(at.learningRate);
    writer.number(state_->loss);
    writer.number(state_->correct);
    writer.blocks(state_->blocks);
    writer.blocks(state_->averaged);
    state_->optimizer->save(writer);
    state_->stepSizes.save(writer);
    return writer.take();
}

void Trainer::restore(std::string_view checkpoint) {
    CheckpointReader reader(checkpoint);
    for (const std::uint64_t number : state_->identity()) {
        if (reader.number<std::uint64_t>() != number) {
            throw inputError(
                "the checkpoint is of another training than this of network '{}': another graph, "
                "other samples or options",
                state_->graph.name);
        }
    }
    State& state = *state_;
    TrainingProgress& at = state.progress;
    at.step = reader.number<std::int64_t>();
    at.learningRate = reader.number<double>();
    state.loss = reader.number<double>();
    state.correct = reader.number<double>();
    state.blocks = reader.blocks();
    state.averaged = reader.blocks();
    state.optimizer->load(reader);
    state.stepSizes.load(reader);
    if (at.step > 0) {
        const std::int64_t epoch = (at.step - 1) / state.stepsPerEpoch;
        const double seen =
            static_cast<double>((at.step - 1) % state.stepsPerEpoch + 1) * state.options.batch;
        at.epoch = static_cast<int>(epoch) + 1;
        at.loss = state.loss / seen;
        at.accuracy = state.correct / seen;
        state.beginEpoch(epoch);
    }
}

TrainingResult train(const nn::Graph& graph, const data::Dataset& dataset,
                     std::span<const std::size_t> samples, const TrainingOptions& options,
                     const std::function<void(const TrainingProgress&)>& progress,
                     const std::stop_token& cancel) {
    Trainer trainer(graph, dataset, samples, options);
    while (!trainer.isFinished() && !cancel.stop_requested()) {
        trainer.step();
        if (progress) {
            progress(trainer.progress());
        }
    }
    return {trainer.graph(), trainer.progress().loss, trainer.progress().accuracy, !trainer.isFinished()};
}

} // namespace tandem::train
