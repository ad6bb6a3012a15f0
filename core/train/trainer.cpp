// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/trainer.h"

#include "core/base/error.h"
#include "core/train/checkpoint.h"
#include "core/train/mini_batches.h"
#include "core/train/parameter_updates.h"
#include "core/train/sharded_batch.h"

#include <cmath>

namespace tandem::train {

namespace {

/// First number of a checkpoint; to be raised when its layout changes.
constexpr std::uint64_t kCheckpointVersion = 0x7464'6d63'6b70'0004;

} // namespace

struct Trainer::State {
    State(const nn::Graph& given, const data::Dataset& dataset, std::span<const std::size_t> trained,
          const TrainingOptions& how)
        : graph(given),
          options(how),
          samples(trained.begin(), trained.end()),
          parameters(parametersOf(given, how.quantization)),
          blocks(readParameters(given, parameters)),
          updates(how, rolesOf(parameters), blocks),
          batch(given, dataset, how),
          stepsPerEpoch(static_cast<std::int64_t>(trained.size()) / how.batch) {
        progress.epochs = how.epochs;
        progress.steps = stepsPerEpoch * how.epochs;
    }

    static std::vector<ParameterRole> rolesOf(std::span<const Parameter> parameters) {
        std::vector<ParameterRole> roles;
        std::ranges::transform(parameters, std::back_inserter(roles), &Parameter::role);
        return roles;
    }

    void step() {
        const std::int64_t step = progress.step;
        const std::int64_t epoch = step / stepsPerEpoch, place = step % stepsPerEpoch;
        if (place == 0) {
            loss = correct = 0.0;
            order = orderOfEpoch(samples, options.seed, epoch);
        }
        const double share = scheduleShare(options, step, progress.steps, stepsPerEpoch);
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
        updates.beginStep(share);
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            updates.update(i, blocks[i], batch.gradients()[i]);
            followStatistics(i);
        }
        updates.average(blocks, step);
        const double seen = static_cast<double>(place + 1) * options.batch;
        progress = {static_cast<int>(epoch) + 1,  options.epochs, step + 1,      progress.steps,
                    share * options.learningRate, loss / seen,    correct / seen};
    }

    /// Running statistics move towards those of the batch.
    void followStatistics(std::size_t number) {
        const ParameterRole role = parameters[number].role;
        if (role != ParameterRole::RunningMean && role != ParameterRole::RunningVariance) {
            return;
        }
        const auto recent = static_cast<float>(options.statisticsMomentum);
        const auto part = recent / static_cast<float>(options.shards);
        std::vector<float>& block = blocks[number];
        for (std::size_t i = 0; i < block.size(); ++i) {
            block[i] = (1.0F - recent) * block[i] + part * batch.gradients()[number][i];
        }
    }

    /// What tells this training from others: two differ where one cannot go on from the other's state.
    std::vector<std::uint64_t> identity() const {
        std::vector<std::uint64_t> numbers = identityOf(options);
        numbers.insert(numbers.end(), {kCheckpointVersion, samples.size()});
        for (const std::vector<float>& block : blocks) {
            numbers.push_back(block.size());
        }
        return numbers;
    }

    nn::Graph graph;
    TrainingOptions options;
    std::vector<std::size_t> samples, order;
    std::vector<Parameter> parameters;
    ParameterBlocks blocks;
    ParameterUpdates updates;
    ShardedBatch batch;
    std::int64_t stepsPerEpoch;
    TrainingProgress progress;
    double loss = 0.0, correct = 0.0; ///< sums of this epoch
};

Trainer::Trainer(const nn::Graph& graph, const data::Dataset& dataset, std::span<const std::size_t> samples,
                 const TrainingOptions& options) {
    checkTraining(options, dataset, samples.size());
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
    writeParameters(graph, state_->parameters, state_->updates.result(state_->blocks));
    return graph;
}

std::string Trainer::checkpoint() const {
    CheckpointWriter writer;
    writer.identity(state_->identity());
    const TrainingProgress& at = state_->progress;
    writer.number(at.step);
    writer.number(at.learningRate);
    writer.number(state_->loss);
    writer.number(state_->correct);
    writer.blocks(state_->blocks);
    state_->updates.save(writer);
    return writer.take();
}

bool Trainer::fits(std::string_view checkpoint) const {
    return CheckpointReader(checkpoint).takeIdentity(state_->identity());
}

void Trainer::restore(std::string_view checkpoint) {
    CheckpointReader reader(checkpoint);
    if (!reader.takeIdentity(state_->identity())) {
        throw inputError("the checkpoint is of another training than this of network '{}': another graph, "
                         "other samples or options",
                         state_->graph.name);
    }
    State& state = *state_;
    TrainingProgress& at = state.progress;
    at.step = reader.number<std::int64_t>();
    at.learningRate = reader.number<double>();
    state.loss = reader.number<double>();
    state.correct = reader.number<double>();
    state.blocks = reader.blocks();
    state.updates.load(reader);
    if (at.step > 0) {
        const std::int64_t epoch = (at.step - 1) / state.stepsPerEpoch;
        const double seen =
            static_cast<double>((at.step - 1) % state.stepsPerEpoch + 1) * state.options.batch;
        at.epoch = static_cast<int>(epoch) + 1;
        at.loss = state.loss / seen;
        at.accuracy = state.correct / seen;
        state.order = orderOfEpoch(state.samples, state.options.seed, epoch);
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
