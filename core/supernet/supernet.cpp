// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/supernet/supernet.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/quant/tuned_network.h"
#include "core/supernet/replicas.h"
#include "core/supernet/shared_network.h"
#include "core/train/metrics.h"
#include "core/train/optimizer.h"
#include "core/train/output_range.h"
#include "core/train/recalibration.h"
#include "core/train/step_size_optimizer.h"

#include <bit>
#include <cmath>

namespace tandem::supernet {

namespace {

/// First number of a checkpoint; to be raised when its layout changes.
constexpr std::uint64_t kCheckpointVersion = 0x7464'6d73'6e65'0003;

void checkOptions(const SupernetOptions& options, const data::Dataset& dataset, std::size_t samples) {
    const train::TrainingOptions& training = options.training;
    if (training.shards < 1 || training.batch < training.shards || training.batch % training.shards != 0) {
        throw inputError("a batch of {} samples in {} shards was asked for; it must be a multiple",
                         training.batch, training.shards);
    }
    if (training.epochs < 1) {
        throw inputError("{} epochs were asked for; at least 1 is needed", training.epochs);
    }
    if (options.sandwich.randomNetworks < 0 || options.sandwich.stepsPerNetwork < 1) {
        throw inputError("{} random networks for {} steps each were asked for; at least 0 and 1 are needed",
                         options.sandwich.randomNetworks, options.sandwich.stepsPerNetwork);
    }
    if (dataset.labels.empty()) {
        throw inputError("data set '{}' has no labels to train on", dataset.name);
    }
    if (samples < static_cast<std::size_t>(training.batch)) {
        throw inputError("data set '{}': {} training samples do not fill a batch of {}", dataset.name,
                         samples, training.batch);
    }
}

std::span<const std::size_t> atMost(std::span<const std::size_t> samples, int count) {
    return samples.first(std::min(samples.size(), static_cast<std::size_t>(std::max(count, 0))));
}

std::vector<nn::Tensor> inputsOf(const nn::Graph& graph, const data::Dataset& dataset,
                                 std::span<const std::size_t> samples) {
    const nn::Shape& shape = graph.value(graph.inputs.at(0)).shape;
    std::vector<nn::Tensor> inputs;
    for (const std::size_t sample : samples) {
        inputs.push_back(dataset.batchFor(shape, {&sample, 1}));
    }
    return inputs;
}

SharedNetwork sharedNetwork(const space::JointSpace& space, const data::Dataset& dataset,
                            std::span<const std::size_t> training, const SupernetOptions& options) {
    const space::Decoder& decoder = space.decoder();
    const nn::Graph start =
        options.fromScratch ? withRandomWeights(decoder.graph(), decoder.lowering(), options.training.seed)
                            : decoder.graph();
    const auto calibration = inputsOf(start, dataset, atMost(training, options.calibrationSamples));
    return makeSharedNetwork(decoder, start, calibration, options.inputBits, options.training.threads);
}

std::unique_ptr<train::Optimizer> makeOptimizer(const train::TrainingOptions& options) {
    if (options.optimizer == train::OptimizerKind::Adam) {
        return std::make_unique<train::Adam>();
    }
    return std::make_unique<train::Sgd>(options.momentum, options.nesterov);
}

} // namespace

train::TrainingOptions SupernetOptions::defaultTraining() {
    train::TrainingOptions training;
    training.epochs = 20;
    training.learningRate = 0.05;
    training.weightDecay = 5e-4;
    training.averaging = 0.999;
    training.distillation.share = 0.5;
    training.distillation.temperature = 1.0;
    return training;
}

struct Supernet::State {
    State(const space::JointSpace& joint, const data::Dataset& data, std::span<const std::size_t> trained,
          const SupernetOptions& how)
        : space(joint),
          dataset(data),
          options(how),
          samples(trained.begin(), trained.end()),
          ranges(how.ranges.empty() ? fullRanges(joint.space()) : how.ranges),
          shared(sharedNetwork(joint, data, trained, how)),
          maker(joint.decoder(), shared, how.inputBits),
          replicas(maker, data, how.training, how.replicas),
          blocks(shared.blocks),
          optimizer(makeOptimizer(how.training)),
          stepsPerEpoch(static_cast<std::int64_t>(trained.size()) / how.training.batch) {
        if (how.training.averaging > 0.0) {
            averaged = blocks;
        }
        for (const std::vector<float>& block : blocks) {
            gradients.emplace_back(block.size(), 0.0F);
        }
        progress.epochs = how.training.epochs;
        progress.steps = stepsPerEpoch * how.training.epochs;
    }

    /// The order of the samples depends on the seed and the epoch only.
    void beginEpoch(std::int64_t epoch) {
        order = samples;
        Random random = Random::stream(options.training.seed, 2 * static_cast<std::uint64_t>(epoch));
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
        const auto size = static_cast<std::size_t>(options.training.batch);
        runSandwich(std::span(order).subspan(static_cast<std::size_t>(place) * size, size));
        const auto warmUp = std::llround(options.training.warmUpEpochs * static_cast<double>(stepsPerEpoch));
        const double share = train::cosineRate(1.0, step, progress.steps, warmUp);
        optimizer->beginStep();
        stepSizes.beginStep();
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            update(i, share);
        }
        average(step);
        settleProgress(step + 1, share * options.training.learningRate);
    }

    /// Leaves the mean of the networks' gradients in `gradients`.
    void runSandwich(std::span<const std::size_t> batch) {
        std::ranges::for_each(gradients, [](std::vector<float>& block) { std::ranges::fill(block, 0.0F); });
        wasTouched.assign(blocks.size(), 0);
        const std::vector<space::Encoding> networks =
            options.sandwich.at(space.space(), ranges, sandwichSeed(), progress.step);
        const auto stream = 2 * static_cast<std::uint64_t>(progress.step) + 1;
        const float share = 1.0F / static_cast<float>(networks.size());
        std::vector<float> taught;
        for (const space::Encoding& encoding : networks) {
            Replica& replica = replicas.at(encoding);
            gather(replica.network.slices, blocks, parameters);
            const auto result = replica.batch.run(parameters, batch, stream, taught);
            if (!std::isfinite(result.loss)) {
                throw workError("the supernet's training diverged in step {} (the loss is no number); a "
                                "smaller learning rate than {} may help",
                                progress.step + 1, options.training.learningRate);
            }
            if (taught.empty()) {
                taught.assign(replica.batch.scores().begin(), replica.batch.scores().end());
                loss += result.loss;
                correct += result.correct;
            }
            scatterAdd(replica.network.slices, replica.batch.gradients(), share, gradients);
            for (const Slice& slice : replica.network.slices) {
                wasTouched[slice.block] = 1;
            }
        }
    }

    /// Apart from the seed of the samples' order and changes.
    std::uint64_t sandwichSeed() const { return options.training.seed ^ 0x5a5d'77c1'9e37'79b9; }

    /// Running statistics are left alone: every network gets its own when it is judged. `share` is what the
    /// schedule leaves of the rates.
    void update(std::size_t number, double share) {
        using enum train::ParameterRole;
        const train::ParameterRole role = shared.roles[number];
        if (role == RunningMean || role == RunningVariance || wasTouched[number] == 0) {
            return;
        }
        const train::TrainingOptions& training = options.training;
        std::vector<float>& block = blocks[number];
        if (role == StepSize) {
            stepSizes.update(number, block, gradients[number], shared.blocks[number],
                             share * training.stepSizeRate);
        } else {
            optimizer->update(number, block, gradients[number], share * training.learningRate,
                              role == Weight ? training.weightDecay : 0.0);
        }
    }

    /// As train::Trainer averages.
    void average(std::int64_t step) {
        const auto now = static_cast<double>(step);
        const auto kept =
            static_cast<float>(std::min(options.training.averaging, (1.0 + now) / (10.0 + now)));
        for (std::size_t i = 0; i < averaged.size(); ++i) {
            for (std::size_t k = 0; k < averaged[i].size(); ++k) {
                averaged[i][k] = kept * averaged[i][k] + (1.0F - kept) * blocks[i][k];
            }
        }
    }

    void settleProgress(std::int64_t steps, double rate) {
        progress.step = steps;
        progress.learningRate = rate;
        if (steps > 0) {
            const double seen = static_cast<double>((steps - 1) % stepsPerEpoch + 1) * options.training.batch;
            progress.epoch = static_cast<int>((steps - 1) / stepsPerEpoch) + 1;
            progress.loss = loss / seen;
            progress.accuracy = correct / seen;
        }
    }

    /// What tells this training from others: two differ where one cannot go on from the other's state.
    std::vector<std::uint64_t> identity() const {
        const train::TrainingOptions& training = options.training;
        std::vector<std::uint64_t> numbers{kCheckpointVersion, training.seed, samples.size(), blocks.size()};
        for (const int number :
             {training.epochs, training.batch, training.shards, training.augmentation.flip ? 1 : 0,
              training.augmentation.shift, training.augmentation.cutOut, options.sandwich.randomNetworks,
              options.sandwich.stepsPerNetwork, options.inputBits, options.fromScratch ? 1 : 0,
              training.optimizer == train::OptimizerKind::Adam ? 1 : 0}) {
            numbers.push_back(static_cast<std::uint64_t>(number));
        }
        for (const double number :
             {training.learningRate, training.warmUpEpochs, training.momentum, training.weightDecay,
              training.stepSizeRate, training.labelSmoothing, training.augmentation.mixUp, training.averaging,
              training.distillation.share, training.distillation.temperature}) {
            numbers.push_back(std::bit_cast<std::uint64_t>(number));
        }
        for (const space::Range& range : ranges) {
            numbers.push_back(std::uint64_t{range.low} * 256 + range.high);
        }
        for (const std::vector<float>& block : blocks) {
            numbers.push_back(block.size());
        }
        return numbers;
    }

    /// A network of the space with what it inherits; its batch norms have seen training samples.
    struct Judged {
        SubNetwork network;
        nn::Graph trained; ///< its rounding graph
    };

    Judged judged(const space::Encoding& encoding) const {
        Judged made{maker.make(modelPart(space.space(), encoding)), {}};
        train::ParameterBlocks own;
        gather(made.network.slices, averaged.empty() ? blocks : averaged, own);
        made.trained = withParameters(made.network, own);
        const train::FakeQuantization& rounds = made.network.rounding.quantization;
        const int batch = options.training.batch, threads = options.training.threads;
        const auto seen = atMost(samples, std::max(batch, options.statisticsSamples));
        train::recalibrateStatistics(made.trained, rounds, dataset, seen, batch, threads);
        train::settleOutputs(made.trained, rounds, dataset, seen, batch, threads);
        return made;
    }

    const space::JointSpace& space;
    const data::Dataset& dataset;
    SupernetOptions options;
    std::vector<std::size_t> samples, order;
    space::Ranges ranges;
    SharedNetwork shared;
    SubNetworkMaker maker;
    Replicas replicas;
    train::ParameterBlocks blocks, averaged, gradients, parameters;
    std::vector<std::uint8_t> wasTouched; ///< per block, by this step's networks
    std::unique_ptr<train::Optimizer> optimizer;
    train::StepSizeOptimizer stepSizes;
    std::int64_t stepsPerEpoch;
    train::TrainingProgress progress;
    double loss = 0.0, correct = 0.0; ///< sums of this epoch, of the largest network
};

Supernet::Supernet(const space::JointSpace& space, const data::Dataset& dataset,
                   std::span<const std::size_t> training, const SupernetOptions& options) {
    checkOptions(options, dataset, training.size());
    state_ = std::make_unique<State>(space, dataset, training, options);
}

Supernet::~Supernet() = default;
Supernet::Supernet(Supernet&&) noexcept = default;
Supernet& Supernet::operator=(Supernet&&) noexcept = default;

bool Supernet::isFinished() const {
    return state_->progress.step == state_->progress.steps;
}

void Supernet::step() {
    state_->step();
}

const train::TrainingProgress& Supernet::progress() const {
    return state_->progress;
}

std::string Supernet::checkpoint() const {
    train::CheckpointWriter writer;
    for (const std::uint64_t number : state_->identity()) {
        writer.number(number);
    }
    writer.number(state_->progress.step);
    writer.number(state_->progress.learningRate);
    writer.number(state_->loss);
    writer.number(state_->correct);
    writer.blocks(state_->blocks);
    writer.blocks(state_->averaged);
    state_->optimizer->save(writer);
    state_->stepSizes.save(writer);
    return writer.take();
}

void Supernet::restore(std::string_view checkpoint) {
    train::CheckpointReader reader(checkpoint);
    for (const std::uint64_t number : state_->identity()) {
        if (reader.number<std::uint64_t>() != number) {
            throw inputError("the checkpoint is of another supernet than this of network '{}': another "
                             "space, other samples or options",
                             state_->space.imported().name);
        }
    }
    State& state = *state_;
    const auto step = reader.number<std::int64_t>();
    const auto rate = reader.number<double>();
    state.loss = reader.number<double>();
    state.correct = reader.number<double>();
    state.blocks = reader.blocks();
    state.averaged = reader.blocks();
    state.optimizer->load(reader);
    state.stepSizes.load(reader);
    state.settleProgress(step, rate);
    if (step > 0) {
        state.beginEpoch((step - 1) / state.stepsPerEpoch);
    }
}

double Supernet::evaluate(const space::Encoding& encoding, std::span<const std::size_t> samples) const {
    const State::Judged judged = state_->judged(encoding);
    return train::evaluateRoundedAccuracy(judged.trained, judged.network.rounding.quantization,
                                          state_->dataset, samples, state_->options.training.batch,
                                          state_->options.training.threads);
}

quant::RoundedStart Supernet::start(const space::Encoding& encoding) const {
    State::Judged judged = state_->judged(encoding);
    SubNetwork& network = judged.network;
    network.rounding.graph = std::move(judged.trained);
    return {std::move(network.prepared), std::move(network.lowering), std::move(network.start),
            std::move(network.rounding)};
}

nn::Graph Supernet::graph(const space::Encoding& encoding) const {
    const quant::RoundedStart network = start(encoding);
    return withTunedConstants(network.prepared, tunedNetwork(network.rounding, network.lowering,
                                                             network.start, network.rounding.graph));
}

} // namespace tandem::supernet
