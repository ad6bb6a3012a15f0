// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/judge/supernet/supernet.h"

#include "core/base/error.h"
#include "core/judge/supernet/replicas.h"
#include "core/judge/supernet/shared_network.h"
#include "core/quant/tuning/tuned_network.h"
#include "core/train/metrics.h"
#include "core/train/mini_batches.h"
#include "core/train/output_range.h"
#include "core/train/parameter_updates.h"
#include "core/train/recalibration.h"

#include <cmath>

namespace tandem::judge {

namespace {

/// First number of a checkpoint; to be raised when its layout changes.
constexpr std::uint64_t kCheckpointVersion = 0x7464'6d73'6e65'0004;

void checkOptions(const SupernetOptions& options, const data::Dataset& dataset, std::size_t samples) {
    checkTraining(options.training, dataset, samples);
    if (options.sandwich.randomNetworks < 0 || options.sandwich.stepsPerNetwork < 1) {
        throw inputError("{} random networks for {} steps each were asked for; at least 0 and 1 are needed",
                         options.sandwich.randomNetworks, options.sandwich.stepsPerNetwork);
    }
}

std::span<const std::size_t> atMost(std::span<const std::size_t> samples, int count) {
    return samples.first(std::min(samples.size(), static_cast<std::size_t>(std::max(count, 0))));
}

SharedNetwork sharedNetwork(const space::JointSpace& space, const data::Dataset& dataset,
                            std::span<const std::size_t> training, const SupernetOptions& options) {
    const space::Decoder& decoder = space.decoder();
    const nn::Graph start =
        options.fromScratch ? withRandomWeights(decoder.graph(), decoder.lowering(), options.training.seed)
                            : decoder.graph();
    const auto calibration = quant::calibrationInputs(start, dataset, training, options.calibrationSamples);
    return makeSharedNetwork(decoder, start, calibration, options.inputBits, options.training.threads);
}

} // namespace

train::TrainingOptions SupernetOptions::defaultTraining() {
    train::TrainingOptions training;
    training.epochs = 20;
    training.learningRate = 0.025;
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
          updates(how.training, shared.roles, blocks),
          stepsPerEpoch(static_cast<std::int64_t>(trained.size()) / how.training.batch) {
        for (const std::vector<float>& block : blocks) {
            gradients.emplace_back(block.size(), 0.0F);
        }
        progress.epochs = how.training.epochs;
        progress.steps = stepsPerEpoch * how.training.epochs;
    }

    void step() {
        const std::int64_t step = progress.step;
        const std::int64_t epoch = step / stepsPerEpoch, place = step % stepsPerEpoch;
        if (place == 0) {
            loss = correct = 0.0;
            order = train::orderOfEpoch(samples, options.training.seed, epoch);
        }
        const auto size = static_cast<std::size_t>(options.training.batch);
        runSandwich(std::span(order).subspan(static_cast<std::size_t>(place) * size, size));
        const double share = scheduleShare(options.training, step, progress.steps, stepsPerEpoch);
        updates.beginStep(share);
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            if (wasTouched[i] != 0) {
                updates.update(i, blocks[i], gradients[i]);
            }
        }
        updates.average(blocks, step);
        settleProgress(step + 1, share * options.training.learningRate);
    }

    /// Leaves the sum of the networks' gradients in `gradients`: a mean would train each at a fraction of the
    /// rate.
    void runSandwich(std::span<const std::size_t> batch) {
        std::ranges::for_each(gradients, [](std::vector<float>& block) { std::ranges::fill(block, 0.0F); });
        wasTouched.assign(blocks.size(), 0);
        const std::vector<point::Encoding> networks =
            options.sandwich.at(space.space(), ranges, sandwichSeed(), progress.step);
        const auto stream = 2 * static_cast<std::uint64_t>(progress.step) + 1;
        std::vector<float> taught;
        for (const point::Encoding& encoding : networks) {
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
            scatterAdd(replica.network.slices, replica.batch.gradients(), gradients);
            for (const Slice& slice : replica.network.slices) {
                wasTouched[slice.block] = 1;
            }
        }
    }

    /// Apart from the seed of the samples' order and changes.
    std::uint64_t sandwichSeed() const { return options.training.seed ^ 0x5a5d'77c1'9e37'79b9; }

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
        std::vector<std::uint64_t> numbers = identityOf(options.training);
        numbers.insert(numbers.end(), {kCheckpointVersion, samples.size(), blocks.size()});
        for (const int number : {options.sandwich.randomNetworks, options.sandwich.stepsPerNetwork,
                                 options.inputBits, options.fromScratch ? 1 : 0}) {
            numbers.push_back(static_cast<std::uint64_t>(number));
        }
        for (const point::Range& range : ranges) {
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

    Judged judged(const point::Encoding& encoding) const {
        Judged made{maker.make(encoding), {}};
        train::ParameterBlocks own;
        gather(made.network.slices, updates.result(blocks), own);
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
    point::Ranges ranges;
    SharedNetwork shared;
    SubNetworkMaker maker;
    Replicas replicas;
    train::ParameterBlocks blocks, gradients, parameters;
    train::ParameterUpdates
        updates; ///< of what was touched; batch norms get their statistics when they are judged
    std::vector<std::uint8_t> wasTouched; ///< per block, by this step's networks
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
    writer.identity(state_->identity());
    writer.number(state_->progress.step);
    writer.number(state_->progress.learningRate);
    writer.number(state_->loss);
    writer.number(state_->correct);
    writer.blocks(state_->blocks);
    state_->updates.save(writer);
    return writer.take();
}

void Supernet::restore(std::string_view checkpoint) {
    train::CheckpointReader reader(checkpoint);
    if (!reader.takeIdentity(state_->identity())) {
        throw inputError("the checkpoint is of another supernet than this of network '{}': another "
                         "space, other samples or options",
                         state_->space.imported().name);
    }
    State& state = *state_;
    const auto step = reader.number<std::int64_t>();
    const auto rate = reader.number<double>();
    state.loss = reader.number<double>();
    state.correct = reader.number<double>();
    state.blocks = reader.blocks();
    state.updates.load(reader);
    state.settleProgress(step, rate);
    if (step > 0) {
        state.order =
            train::orderOfEpoch(state.samples, state.options.training.seed, (step - 1) / state.stepsPerEpoch);
    }
}

double Supernet::evaluate(const point::Encoding& encoding, std::span<const std::size_t> samples) const {
    const State::Judged judged = state_->judged(encoding);
    return train::evaluateRoundedAccuracy(judged.trained, judged.network.rounding.quantization,
                                          state_->dataset, samples, state_->options.training.batch,
                                          state_->options.training.threads);
}

quant::RoundedStart Supernet::start(const point::Encoding& encoding) const {
    State::Judged judged = state_->judged(encoding);
    SubNetwork& network = judged.network;
    network.rounding.graph = std::move(judged.trained);
    return {std::move(network.prepared), std::move(network.lowering), std::move(network.start),
            std::move(network.rounding)};
}

nn::Graph Supernet::graph(const point::Encoding& encoding) const {
    const quant::RoundedStart network = start(encoding);
    return withTunedConstants(network.prepared, tunedNetwork(network.rounding, network.lowering,
                                                             network.start, network.rounding.graph));
}

} // namespace tandem::judge
