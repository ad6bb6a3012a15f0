// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/sharded_batch.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/train/layers/learned_step_size.h"
#include "core/train/loss.h"
#include "core/train/steps/weight_layouts.h"

namespace tandem::train {

namespace {

NetworkOptions replicaOptions(const FakeQuantization& quantization, std::shared_ptr<WeightLayouts> weights) {
    NetworkOptions options;
    options.quantization = quantization;
    options.weights = std::move(weights);
    return options;
}

/// The teacher of one shard with its fixed parameters.
struct Teacher {
    Teacher(const nn::Graph& graph, int samples)
        : network(graph, samples,
                  {.statistics = BatchStatistics::Running, .quantization = {}, .weights = {}}),
          parameters(readParameters(graph, parametersOf(graph))) {}

    std::span<const float> scores(std::span<const float> input) {
        std::ranges::copy(input, network.input().begin());
        return network.forward(parameters);
    }

    TrainableNetwork network;
    ParameterBlocks parameters;
};

/// One part of a batch.
struct Shard {
    TrainableNetwork network;
    std::unique_ptr<Teacher> teacher;
    Augmenter augmenter;
    std::vector<int> labels;
    std::vector<float> targets;
    ParameterBlocks gradients;
    ShardedBatch::Result result;
};

} // namespace

struct ShardedBatch::State {
    State(const nn::Graph& graph, const data::Dataset& data, const TrainingOptions& given)
        : dataset(data),
          options(given),
          inputShape(graph.value(graph.inputs.at(0)).shape),
          parameters(parametersOf(graph, given.quantization)),
          layouts(std::make_shared<WeightLayouts>()),
          count(static_cast<std::size_t>(given.batch / given.shards)) {
        for (int i = 0; i < given.shards; ++i) {
            const auto samples = static_cast<int>(count);
            TrainableNetwork network(graph, samples, replicaOptions(given.quantization, layouts));
            const nn::Shape& scores = network.scoresShape();
            if (scores.size() != 2) {
                throw inputError("network '{}' gives {} scores for {} samples; a classifier gives one row of "
                                 "scores for each",
                                 graph.name, nn::toString(scores), samples);
            }
            const nn::Graph* teacher = given.distillation.teacher.get();
            Shard shard{std::move(network),
                        teacher ? std::make_unique<Teacher>(*teacher, samples) : nullptr,
                        Augmenter(given.augmentation),
                        std::vector<int>(count),
                        {},
                        {},
                        {}};
            if (shard.teacher && shard.teacher->network.scoresShape() != scores) {
                throw inputError("teacher '{}' gives {} scores, network '{}' {}", teacher->name,
                                 nn::toString(shard.teacher->network.scoresShape()), graph.name,
                                 nn::toString(scores));
            }
            shard.targets.resize(static_cast<std::size_t>(nn::elementCount(scores)));
            allScores.resize(allScores.size() + shard.targets.size());
            shards.push_back(std::move(shard));
        }
        const bool isImage = inputShape.size() == 4 && inputShape[1] == data.sampleShape.at(0);
        if (given.augmentation.changesImages() && !isImage) {
            throw inputError("augmentation needs a network input with channels first, this one is {}",
                             nn::toString(inputShape));
        }
    }

    void compute(std::size_t index, const ParameterBlocks& read, std::span<const std::size_t> samples,
                 std::uint64_t stream, std::span<const float> taughtScores) {
        Shard& shard = shards[index];
        Random random = Random::stream(options.seed, stream * shards.size() + index);
        fill(shard, samples.subspan(index * count, count), random);
        const std::span<const float> scores = shard.network.forward(read);
        const std::span<float> gradient = shard.network.scoresGradient();
        std::ranges::fill(gradient, 0.0F);
        std::ranges::copy(scores, allScores.begin() + static_cast<std::ptrdiff_t>(index * scores.size()));
        const std::size_t classes = scores.size() / count;
        const double mean = 1.0 / static_cast<double>(options.batch);
        const bool isTaught = shard.teacher || !taughtScores.empty();
        const double taught = isTaught ? options.distillation.share : 0.0;
        shard.result.loss =
            (1.0 - taught) * addCrossEntropy(scores, shard.targets, classes, (1.0 - taught) * mean, gradient);
        if (isTaught) {
            const std::span<const float> teaching =
                taughtScores.empty() ? shard.teacher->scores(shard.network.input())
                                     : taughtScores.subspan(index * scores.size(), scores.size());
            shard.result.loss +=
                taught * addDistillation(scores, teaching, classes, options.distillation.temperature,
                                         taught * mean, gradient);
        }
        shard.result.correct = countCorrect(scores, shard.labels);
        shard.network.backward(read, shard.gradients);
    }

    void fill(Shard& shard, std::span<const std::size_t> samples, Random& random) {
        const std::span<float> input = shard.network.input();
        dataset.fillBatch(inputShape, samples, input);
        std::ranges::transform(samples, shard.labels.begin(),
                               [this](std::size_t sample) { return dataset.labels[sample]; });
        fillTargets(shard.labels, options.labelSmoothing, shard.targets);
        if (options.augmentation.changesImages()) {
            const nn::Shape shape{static_cast<std::int64_t>(count), inputShape[1], inputShape[2],
                                  inputShape[3]};
            shard.augmenter.change(input, shape, random);
        }
        if (options.augmentation.mixUp > 0.0) {
            const double share = symmetricBeta(options.augmentation.mixUp, random);
            mixWithOpposite(input, count, share);
            mixWithOpposite(shard.targets, count, share);
        }
    }

    /// Sums the shards' gradients into the first one's.
    void sum() {
        ParameterBlocks& sums = shards[0].gradients;
        for (std::size_t shard = 1; shard < shards.size(); ++shard) {
            for (std::size_t i = 0; i < sums.size(); ++i) {
                const std::vector<float>& part = shards[shard].gradients[i];
                std::ranges::transform(sums[i], part, sums[i].begin(), std::plus<>());
            }
        }
    }

    void unround(const ParameterBlocks& blocks) {
        ParameterBlocks& gradients = shards[0].gradients;
        for (const WeightQuantizer& quantizer : options.quantization.weights) {
            const std::size_t weights = numberOf(parameters, quantizer.weights);
            const std::size_t steps = numberOf(parameters, quantizer.steps);
            quantizeWeightsGradient(blocks[weights], blocks[steps], quantizer.bits, gradients[weights],
                                    gradients[steps]);
        }
    }

    const data::Dataset& dataset;
    TrainingOptions options;
    nn::Shape inputShape;
    std::vector<Parameter> parameters;
    std::shared_ptr<WeightLayouts> layouts;
    std::size_t count; ///< samples of one shard
    std::vector<Shard> shards;
    ParameterBlocks rounded;
    std::vector<float> allScores; ///< shard after shard
};

ShardedBatch::ShardedBatch(const nn::Graph& graph, const data::Dataset& dataset,
                           const TrainingOptions& options)
    : state_(std::make_unique<State>(graph, dataset, options)) {}

ShardedBatch::~ShardedBatch() = default;

ShardedBatch::Result ShardedBatch::run(const ParameterBlocks& parameters,
                                       std::span<const std::size_t> samples, std::uint64_t stream,
                                       std::span<const float> taught) {
    State& state = *state_;
    if (!taught.empty() && taught.size() != state.allScores.size()) {
        throw workError("{} scores were given to learn from, the batch has {}", taught.size(),
                        state.allScores.size());
    }
    const bool rounds = !state.options.quantization.weights.empty();
    if (rounds) {
        roundWeights(state.parameters, state.options.quantization.weights, parameters, state.rounded);
    }
    const ParameterBlocks& read = rounds ? state.rounded : parameters;
    state.layouts->refresh(read);
    parallelFor(state.shards.size(), state.options.threads,
                [&](std::size_t shard, int) { state.compute(shard, read, samples, stream, taught); });
    state.sum();
    state.unround(parameters);
    Result result;
    for (const Shard& shard : state.shards) {
        result.loss += shard.result.loss;
        result.correct += shard.result.correct;
    }
    return result;
}

const ParameterBlocks& ShardedBatch::gradients() const {
    return state_->shards[0].gradients;
}

std::span<const float> ShardedBatch::scores() const {
    return state_->allScores;
}

int ShardedBatch::shards() const {
    return state_->options.shards;
}

} // namespace tandem::train
